import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { minify } from 'terser'

const DIST = join(import.meta.dirname, '../../dist')

/** @param {string} text */
const gzipped = text => gzipSync(text, { level: 9 }).length

/** @param {string} file */
const sizeOf = file => gzipped(readFileSync(join(DIST, file), 'utf8'))

const APP = `
  import { createAuth0Client } from ${JSON.stringify(join(DIST, 'esm/index.js'))}
  globalThis.auth0 = createAuth0Client({ domain: 'd', clientId: 'c' })`

/** @param {string} code */
const minified = async code => {
  const result = await minify(code, { module: true, ecma: 2020, compress: { passes: 2 } })
  return gzipped(result.code ?? '')
}

/**
 * What a bundler makes of an application, in bytes by chunk: the entry with all that it loads at
 * once, dependencies included, and what comes later.
 */
export const measureChunks = async () => {
  const build = await rollup({
    input: { app: 'app' },
    plugins: [
      {
        name: 'app',
        resolveId: id => (id === 'app' ? { id, moduleSideEffects: true } : null),
        load: id => (id === 'app' ? APP : null),
      },
      nodeResolve({ browser: true }),
    ],
  })
  const { output } = await build.generate({ format: 'es' })
  const chunks = output.filter(file => file.type === 'chunk')
  /** @type {Set<string>} */
  const atOnce = new Set()
  /** @param {string | undefined} name */
  const load = name => {
    if (!name || atOnce.has(name)) return
    atOnce.add(name)
    for (const next of chunks.find(chunk => chunk.fileName === name)?.imports ?? []) load(next)
  }
  load(chunks.find(chunk => chunk.isEntry)?.fileName)
  let initial = 0
  /** @type {Record<string, number>} */
  const later = {}
  for (const { fileName, name, code } of chunks) {
    if (atOnce.has(fileName)) initial += await minified(code)
    else later[name] = await minified(code)
  }
  return { initial, later }
}

/**
 * What is shipped, minified and gzipped, with the most that each part may weigh.
 *
 * @returns {Promise<{ what: string, bytes: number, budget?: number }[]>}
 */
export const measureSizes = async () => {
  const { initial, later } = await measureChunks()
  /** @param {string[]} names */
  const sum = (...names) => names.reduce((total, name) => total + (later[name] ?? NaN), 0)
  return [
    { what: 'loaded before login', bytes: initial, budget: 10_000 },
    {
      what: 'the verifier of signatures, loaded in the background',
      bytes: sum('signature-check'),
      budget: 7_000,
    },
    {
      what: 'what gets and renews tokens, loaded for a session or to begin one',
      bytes: sum('token-chunk'),
      budget: 9_500,
    },
    { what: 'more with localStorage', bytes: sum('coherence') },
    { what: 'more to hold refresh tokens in a worker', bytes: sum('worker-http') },
    {
      what: 'the script-tag file, with everything',
      bytes: sizeOf('auth0-spa-js.production.js'),
      budget: 24_000,
    },
    {
      what: 'the token worker',
      bytes: sizeOf('auth0-spa-js.worker.production.js'),
      budget: 2_500,
    },
  ]
}
