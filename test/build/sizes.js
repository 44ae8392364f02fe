import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as vite from 'vite'

const DIST = join(import.meta.dirname, '../../dist')
const ESM = join(DIST, 'esm')

const APP = `
  import { createAuth0Client } from 'latchkey'
  globalThis.auth0 = createAuth0Client({ domain: 'd', clientId: 'c' })`

const DPOP = 'features/dpop/create-dpop.js'

/**
 * Modules that are loaded on demand, but not by a page with a session in localStorage, refresh
 * tokens and Web Locks, which verifies signatures. Every other dynamic import counts as loaded.
 */
export const NOT_LOADED = {
  'worker/worker-http.js': 'only with refresh tokens in memory',
  'storage/durable-cache.js': 'only with a custom cache',
  'storage/key-manifest.js': 'only with a custom cache that cannot list its keys',
  'storage/cookie-transactions.js': 'only with `useCookiesForTransactions`',
  'features/fetcher/create-fetch.js': 'only with `createFetcher`',
  'browser/in-page-queue.js': 'only in browsers without Web Locks',
  'features/token-exchange/create-token-exchange.js': 'only for a token exchange',
  [DPOP]: 'only with `useDpop`',
}

/** @param {string} text */
const gzipped = text => gzipSync(text, { level: 9 }).length

/** @param {string} file */
const sizeOf = file => gzipped(readFileSync(join(DIST, file), 'utf8'))

/**
 * What Vite with its default settings makes of a small application. The entry is a script: with an
 * HTML file Vite adds 0.3 kB of its own (a polyfill for `modulepreload`), with the SDK or without.
 */
const buildApp = async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey-sizes-')))
  try {
    writeFileSync(join(root, 'main.js'), APP)
    const result = await vite.build({
      root,
      configFile: false,
      logLevel: 'warn',
      resolve: { alias: { latchkey: join(ESM, 'index.js') } },
      build: { write: false, rolldownOptions: { input: join(root, 'main.js') } },
    })
    if (!('output' in result)) throw new Error('Vite did not build exactly one bundle.')
    return result.output.filter(file => file.type === 'chunk')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** What a page loads before login, with a session, and with `useDpop` more; and what was left out. */
export const measureApp = async () => {
  const chunks = await buildApp()
  const moduleOf = (/** @type {(typeof chunks)[number]} */ { facadeModuleId }) =>
    relative(ESM, facadeModuleId ?? '').replaceAll('\\', '/')
  const onDemand = chunks.map(moduleOf).filter(module => module in NOT_LOADED)
  /**
   * @param {boolean} signedIn
   * @param {string[]} left modules that are not loaded
   */
  const load = (signedIn, left = onDemand) => {
    const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
    // Iterating over a set includes what is added during the iteration.
    for (const { imports, dynamicImports } of loaded) {
      const wanted = signedIn ? [...imports, ...dynamicImports] : imports
      for (const chunk of chunks) {
        if (wanted.includes(chunk.fileName) && !left.includes(moduleOf(chunk))) loaded.add(chunk)
      }
    }
    return [...loaded].reduce((sum, { code }) => sum + gzipped(code), 0)
  }
  const signedIn = load(true)
  const withDpop = load(
    true,
    onDemand.filter(module => module !== DPOP),
  )
  return {
    beforeLogin: load(false),
    signedIn,
    dpop: withDpop - signedIn,
    left: onDemand.sort(),
  }
}

/**
 * What pages load, in bytes after `gzip -9`, with the most that each may weigh.
 *
 * @returns {Promise<{ what: string, bytes: number, budget: number }[]>}
 */
export const measureSizes = async () => {
  const { beforeLogin, signedIn, dpop } = await measureApp()
  return [
    // The targets are 11.0, 22.0 and 32.0: CONTRIBUTING.md says what weighs most.
    { what: 'before login, all facades included', bytes: beforeLogin, budget: 13_450 },
    {
      what: 'signed in with localStorage and refresh tokens, signatures verified',
      bytes: signedIn,
      budget: 37_300,
    },
    {
      what: 'script-tag file with everything',
      bytes: sizeOf('auth0-spa-js.production.js'),
      budget: 42_700,
    },
    { what: 'DPoP, loaded on demand', bytes: dpop, budget: 2_500 },
    { what: 'worker', bytes: sizeOf('auth0-spa-js.worker.production.js'), budget: 2_500 },
  ]
}
