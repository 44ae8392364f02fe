import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'

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

/**
 * Names that only objects within the SDK have, so the minifier may shorten them in files of their
 * own. Nothing stored, sent, posted to the worker or seen by an application may be among them.
 */
export const INTERNAL_NAMES =
  `adopt alsoForget around attempt authorizeTimeoutMs baseUrl beginSignatureCheck byDuration
  byIframe byRefreshToken catchUp changeIfFree checkSignature clock createGetTokenSilently
  createLocalStorageCoherence createManifest createRedirectCallback createRenewInTurn
  createSignatureCheck createTokenIntake createWorkerHttp decoded earlierFinds endSession evict
  exactKey exclusive expected fetchHttp fetchedAtMs forRenewal forget freshAtMs getToken
  hintLifetimeDays hints holdOff holdsTokens httpTimeoutMs identities inVainAtMs indexedDbPlace
  intake interrupt isAnswerWaiting isAnyPending isFresh isFreshAt isLegacyStyle isOver isPending
  isShared isSignedIn isUnanswered known lapse leewaySeconds legacySlot lifetimeMs loadCode
  loadCoherence loadIntake loadRenewal loadWorker look marginSeconds maxAgeSeconds mayBeNewKey
  nowSeconds onChange onLoginRequired onSignedIn params prepare queueIfFree recoverWithPopup
  redirectUri refreshTokens refused rejected renewInTurn renewedInVain responseMode
  rewrite rotated runIfFree savedAtMs session signIn tabLock tokenStore transactions warnOfNoLocks
  withLegacyTwin`.split(/\s+/)

/** ES2022 as everything else: the browsers supported all know it. */
const forScriptTags = () => [
  terser({
    ecma: 2022,
    compress: { passes: 3, hoist_funs: true },
    mangle: { properties: { regex: new RegExp(`^(${INTERNAL_NAMES.join('|')})$`) } },
  }),
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
    id.endsWith('/storage/lock/indexed-db-version.ts')
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

/** Where the classes come from that an application compares with: they must not be there twice. */
const SDK = /\/src\/(index|errors\/\w+)\.ts$/

/**
 * What applications' tests import, beside the SDK that it belongs to. Chunks lie in the same folder,
 * so that the way to the SDK is the same for all.
 *
 * @param {string} sdk
 * @param {string} extension
 * @param {(string | RegExp)[]} [others] what else is left to whoever imports it
 */
const forTests = (sdk, extension, others = []) => ({
  input: { index: 'src/testing/index.ts', msw: 'src/testing/msw.ts' },
  output: {
    dir: 'dist/testing',
    entryFileNames: `[name]${extension}`,
    chunkFileNames: `[name]-part${extension}`,
    paths: (/** @type {string} */ id) => (SDK.test(id) ? sdk : id),
  },
  external: [SDK, 'msw', ...others],
})

const testsAsModules = forTests('../esm/index.js', '.js', external)
const testsAsCommonJs = forTests('../lib/auth0-spa-js.cjs.js', '.cjs')

/**
 * Says the hash that goes into a script tag (Subresource Integrity), as the README has it.
 *
 * @returns {import('rollup').Plugin}
 */
const sayIntegrity = () => ({
  name: 'say-integrity',
  writeBundle({ file = '' }) {
    const hash = createHash('sha384').update(readFileSync(file)).digest('base64')
    this.info(`${file}: integrity="sha384-${hash}"`)
  },
})

/**
 * Clears a folder that chunks go to: one that an earlier build has left would be published.
 *
 * @returns {import('rollup').Plugin}
 */
const emptied = () => ({
  name: 'emptied',
  renderStart: ({ dir = '' }) => rmSync(dir, { recursive: true, force: true }),
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
    plugins: [emptied(), asSource(), compile()],
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
    plugins: [emptied(), nodeResolve(), asSource(), compile(), commonJs()],
  },
  {
    input: 'src/script-tag.ts',
    output: [
      { file: 'dist/auth0-spa-js.development.js', plugins: [] },
      {
        file: 'dist/auth0-spa-js.production.js',
        plugins: [...forScriptTags(), sayIntegrity()],
      },
    ].map(output => ({
      ...output,
      format: /** @type {const} */ ('iife'),
      inlineDynamicImports: true,
      freeze: false,
      generatedCode: { preset: 'es2015', symbols: false },
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
      generatedCode: { preset: 'es2015', symbols: false },
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
  { ...testsAsModules, plugins: [compile()] },
  {
    ...testsAsCommonJs,
    output: { ...testsAsCommonJs.output, format: 'cjs', exports: 'named' },
    plugins: [nodeResolve(), compile()],
  },
  { ...forTests('../typings/index.js', '.d.ts'), plugins: [dts()] },
  { ...forTests('../lib/index.js', '.d.cts'), plugins: [dts()] },
]
