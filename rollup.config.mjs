import { readFileSync } from 'node:fs'
import nodeResolve from '@rollup/plugin-node-resolve'
import { dts } from 'rollup-plugin-dts'
import esbuild, { minify } from 'rollup-plugin-esbuild'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

const external = Object.keys(dependencies).flatMap(name => [name, new RegExp(`^${name}/`)])

/** Type-checking is `npm run typecheck`; here types are only taken off. */
const compile = () => esbuild({ target: 'es2022' })

/** jose is published as ES2022, so the lowering comes after bundling. */
const forScriptTags = () => minify({ target: 'es2020' })

/** `require()` gives the factory with everything else as its properties, as in 1.x. */
const commonJs = () => ({
  name: 'common-js',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' })
  },
})

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
    plugins: [compile()],
  },
  {
    input: { 'auth0-spa-js.cjs': 'src/index.ts' },
    output: {
      dir: 'dist/lib',
      format: 'cjs',
      exports: 'named',
      chunkFileNames: 'chunks/[name].js',
      footer: chunk =>
        chunk.isEntry ? 'module.exports = Object.assign(exports.default, exports);' : '',
      sourcemap: true,
    },
    plugins: [nodeResolve(), compile(), commonJs()],
  },
  {
    input: 'src/script-tag.ts',
    output: [
      { file: 'dist/auth0-spa-js.development.js', plugins: [] },
      { file: 'dist/auth0-spa-js.production.js', plugins: [forScriptTags()] },
    ].map(output => ({ ...output, format: 'iife', inlineDynamicImports: true, sourcemap: true })),
    plugins: [nodeResolve({ browser: true }), compile()],
  },
  {
    input: 'src/index.ts',
    output: {
      file: 'dist/auth0-spa-js.production.esm.js',
      format: 'es',
      inlineDynamicImports: true,
      sourcemap: true,
      plugins: [forScriptTags()],
    },
    plugins: [nodeResolve({ browser: true }), compile()],
  },
  {
    input: 'src/index.ts',
    output: { file: 'dist/typings/index.d.ts', format: 'es' },
    plugins: [dts()],
  },
]
