import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { createProject, ROOT } from '../../../support/pack.js'

const REFERENCE = '@auth0/auth0-spa-js'
const APPS = join(import.meta.dirname, '../apps')

/**
 * @typedef {object} Recipe
 * @property {string} [wrapper] the package between the application and the SDK
 * @property {string} [source] where its sources begin, for a wrapper that is published with an SDK inside
 * @property {string[]} [links] what else it needs
 */

/** @type {Record<AppName, Recipe>} */
const RECIPES = {
  page: {},
  react: {
    wrapper: '@auth0/auth0-react',
    source: 'src/index.tsx',
    links: ['react', 'react-dom'],
  },
  vue: { wrapper: '@auth0/auth0-vue', source: 'src/index.ts', links: ['vue', 'vue-router'] },
  angular: {
    wrapper: '@auth0/auth0-angular',
    links: [
      ...['common', 'compiler', 'core', 'platform-browser', 'router'].map(it => `@angular/${it}`),
      'rxjs',
      'tslib',
    ],
  },
}

/** @typedef {'page' | 'react' | 'vue' | 'angular'} AppName */
/** @typedef {'latchkey' | 'auth0-spa-js'} SdkName */

/** @type {AppName[]} */
export const APP_NAMES = ['page', 'react', 'vue', 'angular']

const version = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version

/**
 * Builds an application in a project of its own, where `@auth0/auth0-spa-js` is the SDK given, as
 * `npm install @auth0/auth0-spa-js@npm:latchkey` lays it out.
 *
 * @param {AppName} app
 * @param {SdkName} sdk
 */
export const buildApp = async (app, sdk) => {
  const { wrapper, source, links = [] } = RECIPES[app]
  const project = createProject({
    as: REFERENCE,
    ...(sdk === 'auth0-spa-js' && { sdk: join(ROOT, 'node_modules', REFERENCE) }),
    copies: wrapper ? [wrapper] : [],
    links,
    files: Object.fromEntries(
      [`${app}.ts`, 'shared.ts'].map(name => [name, readFileSync(join(APPS, name), 'utf8')]),
    ),
  })
  const { metafile } = await build({
    metafile: true,
    logLevel: 'silent',
    absWorkingDir: project.folder,
    entryPoints: { app: `${app}.ts` },
    outdir: 'out',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    alias: wrapper && source ? { [wrapper]: `./node_modules/${wrapper}/${source}` } : {},
    define: {
      'process.env.NODE_ENV': '"production"',
      __VERSION__: JSON.stringify(wrapper ? version(wrapper) : ''),
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      ngDevMode: 'false',
    },
  })
  const sdkModules = Object.keys(metafile.inputs).filter(path => path.includes(`${REFERENCE}/`))
  const strays = sdkModules.filter(path => !path.startsWith(`node_modules/${REFERENCE}/`))
  const entry = sdk === 'latchkey' ? 'dist/esm/index.js' : 'dist/auth0-spa-js.production.esm.js'
  // Else the tests would be about another SDK than they say.
  if (strays.length > 0 || !sdkModules.some(path => path.endsWith(entry))) {
    throw new Error(`${app} was built with ${sdkModules}`)
  }
  return { folder: project.folder, remove: project.remove }
}
