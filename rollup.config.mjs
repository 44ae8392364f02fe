import { readFileSync, rmSync } from 'node:fs'
import nodeResolve from '@rollup/plugin-node-resolve'
import { dts } from 'rollup-plugin-dts'
import { asSource, compile, minify } from './test/support/compile.js'

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** What applications import, as files below `src/`: `exports` in package.json says the same. */
export const ENTRIES = ['index', 'testing/index', 'testing/msw']

const input = Object.fromEntries(ENTRIES.map(entry => [entry, `src/${entry}.ts`]))

/**
 * A file for each file of `src/`, so that stack traces name them.
 *
 * @type {import('rollup').OutputOptions}
 */
const modules = { format: 'es', preserveModules: true, preserveModulesRoot: 'src' }

/** @param {object} packages */
const importsOf = packages => Object.keys(packages).flatMap(name => [name, new RegExp(`^${name}/`)])

/**
 * Removes the files of an earlier build, which would be published.
 *
 * @returns {import('rollup').Plugin}
 */
const emptied = () => ({
  name: 'emptied',
  renderStart: ({ dir = '' }) => rmSync(dir, { recursive: true, force: true }),
})

/**
 * Marks a folder as CommonJS, declarations included.
 *
 * @returns {import('rollup').Plugin}
 */
const commonJs = () => ({
  name: 'common-js',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' })
  },
})

/**
 * Builds of one file each, with all dependencies: as it is and minified.
 *
 * @param {string} source
 * @param {'iife' | 'es'} format
 * @param {{ development?: string, production: string }} files
 * @returns {import('rollup').RollupOptions}
 */
const singleFile = (source, format, { development, production }) => ({
  input: source,
  output: [
    ...(development ? [{ file: development }] : []),
    { file: production, plugins: [minify()] },
  ].map(output => ({ ...output, format, inlineDynamicImports: true, sourcemap: true })),
  plugins: [nodeResolve(), asSource(), compile()],
})

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input,
    output: {
      ...modules,
      dir: 'dist/esm',
      sourcemap: true,
    },
    external: importsOf({ ...dependencies, ...peerDependencies }),
    plugins: [emptied(), asSource(), compile()],
  },
  {
    input,
    output: {
      dir: 'dist/lib',
      format: 'cjs',
      exports: 'named',
      // The marker would hide that `require()` gives the factory itself, as in 1.x.
      esModule: false,
      entryFileNames: ({ name }) => (name === 'index' ? 'auth0-spa-js.cjs.js' : '[name].js'),
      chunkFileNames: 'chunks/[name].js',
      footer: ({ name, isEntry }) =>
        isEntry && name === 'index'
          ? 'module.exports = Object.assign(exports.default, exports);'
          : '',
      sourcemap: true,
    },
    external: importsOf(peerDependencies),
    plugins: [emptied(), nodeResolve(), asSource(), compile(), commonJs()],
  },
  singleFile('src/script-tag.ts', 'iife', {
    development: 'dist/auth0-spa-js.development.js',
    production: 'dist/auth0-spa-js.production.js',
  }),
  singleFile('src/worker/token-worker.ts', 'iife', {
    development: 'dist/auth0-spa-js.worker.development.js',
    production: 'dist/auth0-spa-js.worker.production.js',
  }),
  singleFile('src/index.ts', 'es', { production: 'dist/auth0-spa-js.production.esm.js' }),
  {
    input,
    output: [
      { ...modules, dir: 'dist/typings', plugins: [emptied()] },
      { ...modules, dir: 'dist/lib' },
    ],
    external: importsOf(peerDependencies),
    plugins: [dts()],
  },
]
