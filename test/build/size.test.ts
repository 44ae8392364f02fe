import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { minify } from 'terser'
import { describe, expect, it } from 'vitest'

const DIST = join(import.meta.dirname, '../../dist')

const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length

const APP = `
  import { createAuth0Client } from ${JSON.stringify(join(DIST, 'esm/index.js'))}
  globalThis.auth0 = createAuth0Client({ domain: 'd', clientId: 'c' })`

/** What a bundler makes of an application: the entry with all it loads at once, and what comes later. */
const bundle = async (): Promise<{ initial: number; later: Record<string, number> }> => {
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
  const size = async (code: string): Promise<number> =>
    gzipped((await minify(code, { module: true, ecma: 2020, compress: { passes: 2 } })).code ?? '')
  const loadedAtOnce = new Set<string>()
  const load = (name: string): void => {
    if (loadedAtOnce.has(name)) return
    loadedAtOnce.add(name)
    for (const next of chunks.find(chunk => chunk.fileName === name)?.imports ?? []) load(next)
  }
  load(chunks.find(chunk => chunk.isEntry)?.fileName ?? '')
  let initial = 0
  const later: Record<string, number> = {}
  for (const { fileName, name, code } of chunks) {
    if (loadedAtOnce.has(fileName)) initial += await size(code)
    else later[name] = await size(code)
  }
  return { initial, later }
}

describe('sizes, minified and gzipped', () => {
  it('stays within the budget before login', async () => {
    const { initial, later } = await bundle()
    console.info(`core ${initial} B; loaded later: ${JSON.stringify(later)}`)
    expect(initial).toBeLessThanOrEqual(10_000)
    expect(later['token-intake']).toBeLessThanOrEqual(7_000)
    // With what it shares with the intake: the reading of tokens.
    expect((later['signature-check'] ?? 0) + (later.base64url ?? 0)).toBeLessThanOrEqual(7_000)
  })

  it('stays within the budget of the script-tag file', () => {
    const size = gzipped(readFileSync(join(DIST, 'auth0-spa-js.production.js'), 'utf8'))
    console.info(`script tag ${size} B`)
    expect(size).toBeLessThanOrEqual(24_000)
  })
})
