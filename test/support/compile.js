import { dirname, resolve } from 'node:path'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import esbuild from 'rollup-plugin-esbuild'

/** How sources become JavaScript, in the build and in Vitest alike. */

/** Removes the types; checking them is `npm run typecheck`. All supported browsers know ES2022. */
export const compile = () => esbuild({ target: 'es2022' })

/**
 * For files that no bundler will see.
 *
 * @param {string} [preamble] a comment for the beginning of the file
 */
export const minify = (preamble = '') =>
  terser({ ecma: 2022, compress: { passes: 3 }, format: { preamble } })

/** @param {string} input */
const bundle = async input => {
  const build = await rollup({ input, plugins: [compile()] })
  const { output } = await build.generate({ format: 'iife', plugins: [minify()] })
  return output[0].code.trim()
}

/**
 * `import source from './file.ts?source'`: the file bundled and minified, as text.
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
    const code = await bundle(id.slice(0, -'?source'.length))
    return { code: `export default ${JSON.stringify(code)}`, map: { mappings: '' } }
  },
})
