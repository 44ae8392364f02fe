import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import esbuild, { minify as lower } from 'rollup-plugin-esbuild'
import { bundleTenant } from './examples/tenant/packaging/bundle-tenant.js'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

const external = Object.keys(dependencies).flatMap(name => [name, new RegExp(`^${name}/`)])

/**
 * `import source from './file.ts?source'`: the file bundled and minified, as text. Vitest uses it too.
 *
 * @returns {import('rollup').Plugin & { enforce: 'pre' }}
 */
export const asSource = () => ({
  name: 'as-source',
  enforce: 'pre',
  resolveId: (id, importer) =>
    id.endsWith('?source') ? resolve(dirname(importer ?? ''), id) : undefined,
  async load(id) {
    if (!id.endsWith('?source')) return
    const build = await rollup({ input: id.slice(0, -'?source'.length), plugins: [compile()] })
    const { output } = await build.generate({ format: 'iife', plugins: forScriptTags() })
    return `export default ${JSON.stringify(output[0].code.trim())}`
  },
})

/** Type-checking is `npm run typecheck`; here types are only taken off. */
const compile = () => esbuild({ target: 'es2022' })

/** jose is published as ES2022, so the lowering comes after bundling. */
const forScriptTags = () => [
  lower({ target: 'es2020', minify: false, sourceMap: true }),
  terser({ ecma: 2020, compress: { passes: 3 } }),
]

/**
 * Leaves IndexedDB out. Tabs agree through it only where a page has localStorage and yet no cookies,
 * as in extensions; those are not made of script tags.
 *
 * @returns {import('rollup').Plugin}
 */
const withoutIndexedDb = () => ({
  name: 'without-indexed-db',
  load: id =>
    id.endsWith('/storage/indexed-db-place.ts')
      ? "export const indexedDbPlace = () => { throw new Error('left out') }"
      : null,
})

/**
 * Marks a folder as CommonJS: `require()` gives the factory with everything else as its properties,
 * as in 1.x.
 *
 * @returns {import('rollup').Plugin}
 */
const commonJs = () => ({
  name: 'common-js',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' })
  },
})

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: { index: 'src/index.ts' },
    output: {
      dir: 'dist/esm',
      format: 'es',
      chunkFileNames: 'chunks/[name].js',
      sourcemap: true,
    },
    external,
    plugins: [asSource(), compile()],
  },
  {
    input: { 'auth0-spa-js.cjs': 'src/index.ts' },
    output: {
      dir: 'dist/lib',
      format: 'cjs',
      exports: 'named',
      // The marker would hide that `require()` gives the factory itself.
      esModule: false,
      chunkFileNames: 'chunks/[name].js',
      footer: chunk =>
        chunk.isEntry ? 'module.exports = Object.assign(exports.default, exports);' : '',
      sourcemap: true,
    },
    plugins: [nodeResolve(), asSource(), compile(), commonJs()],
  },
  {
    input: 'src/script-tag.ts',
    output: [
      { file: 'dist/auth0-spa-js.development.js', plugins: [] },
      { file: 'dist/auth0-spa-js.production.js', plugins: forScriptTags() },
    ].map(output => ({
      ...output,
      format: /** @type {const} */ ('iife'),
      inlineDynamicImports: true,
      freeze: false,
      generatedCode: 'es2015',
      sourcemap: true,
    })),
    plugins: [withoutIndexedDb(), nodeResolve({ browser: true }), asSource(), compile()],
  },
  {
    input: 'src/worker/token-worker.ts',
    output: [
      { file: 'dist/auth0-spa-js.worker.development.js', plugins: [] },
      { file: 'dist/auth0-spa-js.worker.production.js', plugins: forScriptTags() },
    ].map(output => ({ ...output, format: /** @type {const} */ ('iife'), sourcemap: true })),
    plugins: [compile()],
  },
  {
    input: 'src/index.ts',
    output: {
      file: 'dist/auth0-spa-js.production.esm.js',
      format: 'es',
      inlineDynamicImports: true,
      freeze: false,
      generatedCode: 'es2015',
      sourcemap: true,
      plugins: forScriptTags(),
    },
    plugins: [nodeResolve({ browser: true }), asSource(), compile()],
  },
  {
    input: 'src/index.ts',
    output: [
      { file: 'dist/typings/index.d.ts', format: 'es' },
      { file: 'dist/lib/index.d.ts', format: 'es' },
    ],
    plugins: [dts()],
  },
  {
    input: 'tenant',
    output: { dir: 'dist/tenant', format: 'es' },
    plugins: [bundleTenant()],
  },
]
