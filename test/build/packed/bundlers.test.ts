import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../support/pack.js'
import { BUNDLERS, bundledFiles } from './bundlers.js'

const APP = `
  import { createAuth0Client } from 'latchkey'
  globalThis.createAuth0Client = createAuth0Client`

const WITHOUT_USE = `
  import * as everything from 'latchkey'
  import latchkey, { Auth0Client, createAuth0Client, GenericError } from 'latchkey'
  console.log('no sign-in here')`

/** Part of the names of storage: what is of the SDK and needed at once contains it. */
const SDK = '@@auth0spajs@@'
/** A code that jose gives its errors. */
const JOSE = 'ERR_JWS_INVALID'
/** How the worker begins, in quotes: as text within another file. */
const WORKER = /(['"`])!function\(\)\{\\?"use strict/g

/**
 * Bytes, gzipped: the core, and what Vite and webpack add to load the other files. webpack and
 * esbuild join the modules of a package less closely than Vite and Rollup.
 */
const BUDGETS = { Vite: 13_450, webpack: 14_500, esbuild: 16_000, Rollup: 12_350 }

const gzipped = (files: { code: string }[]): number =>
  files.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)

const text = (files: { code: string }[]): string => files.map(({ code }) => code).join('\n')

const bundle = async (name: keyof typeof BUNDLERS, app: string) => {
  const { folder, remove } = createProject({ files: { 'app.js': app } })
  try {
    const { atOnce, modules } = await BUNDLERS[name](folder)
    const files = bundledFiles(folder)
    return {
      folder,
      modules,
      files,
      initial: files.filter(file => atOnce.includes(file.name)),
      later: files.filter(file => !atOnce.includes(file.name)),
    }
  } finally {
    remove()
  }
}

describe.each(Object.keys(BUNDLERS) as (keyof typeof BUNDLERS)[])('built with %s', name => {
  let app: Awaited<ReturnType<typeof bundle>>
  beforeAll(async () => {
    app = await bundle(name, APP)
  }, 60_000)

  it('the package and what it depends on are all that an application needs', () => {
    const paths = app.modules.filter(path => path.startsWith('/') || /^[A-Z]:/.test(path))
    expect(paths.filter(path => !path.startsWith(app.folder))).toEqual([])
    expect(paths.filter(path => path.includes('/jose/')).length).toBeGreaterThan(0)
  })

  it('only the core is loaded to begin with, and nothing of jose', () => {
    console.info(`${name}: ${gzipped(app.initial)} B at once, ${gzipped(app.later)} B later`)
    expect(text(app.initial)).toContain(SDK)
    expect(gzipped(app.initial)).toBeLessThanOrEqual(BUDGETS[name])
    expect(text(app.initial)).not.toContain(JOSE)
    expect(text(app.later)).toContain(JOSE)
  })

  it('the worker comes as text in a part that is loaded later', () => {
    expect(text(app.initial)).not.toMatch(WORKER)
    expect(text(app.later).match(WORKER)).toHaveLength(1)
  })

  it('an import that is not used leaves nothing behind', async () => {
    const { initial } = await bundle(name, WITHOUT_USE)
    expect(text(initial)).toContain('no sign-in here')
    expect(gzipped(initial)).toBeLessThan(100)
  })
})
