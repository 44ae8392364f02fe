import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { minify } from 'terser'

/** @typedef {import('./sdks.js').Sdk} Sdk */

/**
 * @typedef {object} Bundle
 * @property {Map<string, string>} initial the entry, `app.js`, and all that it loads at once: name to code
 * @property {Map<string, string>} later what is loaded on demand, if at all
 */

/** @param {string} code */
const minified = async code =>
  (await minify(code, { module: true, ecma: 2020, compress: { passes: 2 } })).code ?? ''

/**
 * @param {Sdk} sdk
 * @param {string} source
 * @returns {import('rollup').Plugin}
 */
const app = (sdk, source) => ({
  name: 'app',
  resolveId: (id, importer) => {
    if (id === 'app') return { id, moduleSideEffects: true }
    return id === 'sdk' && importer === 'app' ? { id: sdk.entry, external: false } : null
  },
  load: id => (id === 'app' ? source : null),
})

/**
 * What a bundler makes of an application that imports an SDK: minified, in as many files as the
 * SDK lets itself be split into.
 *
 * @param {Sdk} sdk
 * @param {string} source the application, which imports `sdk`
 * @returns {Promise<Bundle>}
 */
export const bundle = async (sdk, source) => {
  const build = await rollup({
    input: { app: 'app' },
    plugins: [app(sdk, source), nodeResolve({ browser: true })],
  })
  const { output } = await build.generate({ format: 'es', chunkFileNames: '[name].js' })
  const chunks = output.filter(file => file.type === 'chunk')
  /** @type {Set<string>} */
  const atOnce = new Set()
  /** @param {string} name */
  const load = name => {
    if (atOnce.has(name)) return
    atOnce.add(name)
    for (const next of chunks.find(chunk => chunk.fileName === name)?.imports ?? []) load(next)
  }
  load('app.js')
  /** @type {Bundle} */
  const files = { initial: new Map(), later: new Map() }
  for (const { fileName, code } of chunks) {
    const into = atOnce.has(fileName) ? files.initial : files.later
    into.set(fileName, await minified(code))
  }
  return files
}

/**
 * All that is loaded at once as one classic script; what comes later is left out of it.
 *
 * @param {Bundle} bundle
 */
export const asScript = async ({ initial }) => {
  const build = await rollup({
    input: 'app.js',
    plugins: [
      {
        name: 'initial-files',
        resolveId: id => id.replace(/^\.\//, ''),
        resolveDynamicImport: specifier => ({ id: String(specifier), external: true }),
        load: id => initial.get(id) ?? null,
      },
    ],
  })
  const { output } = await build.generate({ format: 'iife', name: 'sdk', exports: 'named' })
  return output[0].code
}
