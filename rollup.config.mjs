import { readFileSync, rmSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import nodeResolve from '@rollup/plugin-node-resolve'
import { transform } from 'esbuild'
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

/**
 * Modules of jose that are not used are left out, although `rollup-plugin-esbuild` loses sight of its
 * `sideEffects`; those of the SDK have none.
 */
const treeshake = { moduleSideEffects: false }

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
 * Lets Vite keep the modules that are needed at once in one file. Rolldown moves a module that code
 * loaded later imports too to a file for it alone, unless it has placed all modules that depend on it
 * before; it places them in the order of execution. So `index.js` begins with imports of modules that
 * import nothing: one for each set of dynamic imports that share it, the smallest sets first. They
 * have the form `import {} from`, because esbuild warns of `import` without a list.
 *
 * @returns {import('rollup').Plugin}
 */
const fewSharersFirst = () => ({
  name: 'few-sharers-first',
  banner({ name, facadeModuleId: index }) {
    if (name !== 'index' || !index) return ''
    /** @param {string} id */
    const infoOf = id => this.getModuleInfo(id) ?? { importedIds: [], dynamicallyImportedIds: [] }
    /** @param {string} start */
    const reach = (start, withDynamic = false) => {
      const ids = new Set([start])
      // Iterating over a set includes what is added during the iteration.
      for (const id of ids) {
        const { importedIds, dynamicallyImportedIds } = infoOf(id)
        for (const next of importedIds) ids.add(next)
        if (withDynamic) for (const next of dynamicallyImportedIds) ids.add(next)
      }
      return ids
    }
    const all = [...reach(index, true)]
    const dynamic = [...new Set(all.flatMap(id => infoOf(id).dynamicallyImportedIds))]
    const later = dynamic.map(id => reach(id))
    const bySharers = new Map()
    for (const id of reach(index)) {
      const sharers = later.filter(ids => ids.has(id))
      const key = sharers.map(ids => later.indexOf(ids)).join()
      if (infoOf(id).importedIds.length === 0 && key && !bySharers.has(key)) {
        bySharers.set(key, { id, count: sharers.length })
      }
    }
    return [...bySharers.values()]
      .sort((a, b) => a.count - b.count)
      .map(
        ({ id }) =>
          `import {} from './${relative(dirname(index), id).replaceAll('\\', '/').replace(/ts$/, 'js')}'`,
      )
      .join('\n')
  },
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
 * Applications import types from files of auth0-spa-js below `dist/typings/` and `src/`. `exports` in
 * package.json leads these to `index.d.ts`; only `Auth0Client` has another default export.
 *
 * @returns {import('rollup').Plugin}
 */
const deepImports = () => ({
  name: 'deep-imports',
  generateBundle() {
    const source =
      "export { Auth0Client as default } from './client.js'\nexport * from './index.js'\n"
    this.emitFile({ type: 'asset', fileName: 'Auth0Client.d.ts', source })
  },
})

/** The packages that a build contains, with the names of their licences. */
const BUNDLED = { jose: 'LICENSE.md', 'idb-keyval': 'LICENCE' }

const LICENSES = Object.entries(BUNDLED).map(
  ([name, file]) => `${name}\n\n${readFileSync(`node_modules/${name}/${file}`, 'utf8').trim()}\n`,
)

const NOTICE =
  '/*! Contains jose (MIT) and idb-keyval (Apache-2.0): see third-party-licenses.txt */'

/** @param {import('rollup').RenderedChunk} chunk */
const banner = ({ moduleIds }) =>
  Object.keys(BUNDLED).some(name => moduleIds.some(id => id.includes(`/node_modules/${name}/`)))
    ? NOTICE
    : ''

/**
 * For bundlers that do not know `exports` in package.json: webpack 4 reads ECMAScript 2019.
 *
 * @returns {import('rollup').Plugin}
 */
const lowerSyntax = () => ({
  name: 'lower-syntax',
  async renderChunk(source) {
    const { code, map } = await transform(source, {
      target: 'es2019',
      legalComments: 'none',
      sourcemap: true,
    })
    return { code, map }
  },
})

/**
 * Licences ask for their text with every copy.
 *
 * @returns {import('rollup').Plugin}
 */
const withLicenses = () => ({
  name: 'with-licenses',
  generateBundle() {
    const source = LICENSES.join('\n---\n\n')
    this.emitFile({ type: 'asset', fileName: 'third-party-licenses.txt', source })
  },
})

/**
 * Builds of one file each, with all dependencies: as it is and minified.
 *
 * @param {string} source
 * @param {'iife' | 'es'} format
 * @param {{ development?: string, production: string }} files
 * @param {import('rollup').Plugin[]} [plugins]
 * @returns {import('rollup').RollupOptions}
 */
const singleFile = (source, format, { development, production }, plugins = [minify()]) => ({
  input: source,
  treeshake,
  output: [...(development ? [{ file: development }] : []), { file: production, plugins }].map(
    // The development build is readable as it is, and its map would weigh a seventh of the package.
    output => ({
      ...output,
      banner,
      format,
      inlineDynamicImports: true,
      sourcemap: output.file === production,
    }),
  ),
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
    plugins: [emptied(), asSource(), compile(), fewSharersFirst()],
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
      chunkFileNames: ({ name }) => `chunks/${name.replaceAll('_', '-')}.js`,
      banner,
      footer: ({ name, isEntry }) =>
        isEntry && name === 'index'
          ? 'module.exports = Object.assign(exports.default, exports);'
          : '',
      // Like the development build it is readable as it is, and its maps would weigh a fifth of the package.
      sourcemap: false,
    },
    treeshake,
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
  singleFile('src/index.ts', 'es', { production: 'dist/auth0-spa-js.production.esm.js' }, [
    lowerSyntax(),
    minify(NOTICE),
    withLicenses(),
  ]),
  {
    input,
    output: [
      { ...modules, dir: 'dist/typings', plugins: [emptied(), deepImports()] },
      { ...modules, dir: 'dist/lib', plugins: [deepImports()] },
    ],
    external: importsOf(peerDependencies),
    plugins: [dts()],
  },
]
