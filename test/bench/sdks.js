import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** @param {string} file a package.json */
const versionIn = file =>
  /** @type {{ version: string }} */ (JSON.parse(readFileSync(file, 'utf8'))).version

/** @param {string} name */
const folderOf = name => join(root, 'node_modules', name)

/**
 * @typedef {'latchkey' | 'auth0-spa-js' | 'oidc-client-ts' | 'keycloak-js'} SdkName
 *
 * @typedef {object} Sdk
 * @property {SdkName} name
 * @property {string} version
 * @property {string} entry what a bundler takes when an application imports the package
 * @property {string} app the least application: it makes a client
 * @property {string} exports what the pages of the benchmark take from it
 * @property {string} [scriptTag] the file for script tags
 */

/** The same line for the two that have the same names. */
const CREATE = `import { createAuth0Client } from 'sdk'
globalThis.auth0 = createAuth0Client({ domain: 'd', clientId: 'c' })`

/** @type {Record<SdkName, Sdk>} */
export const SDKS = {
  latchkey: {
    name: 'latchkey',
    version: versionIn(join(root, 'package.json')),
    entry: join(root, 'dist/esm/index.js'),
    app: CREATE,
    exports: 'Auth0Client, createAuth0Client',
    scriptTag: join(root, 'dist/auth0-spa-js.production.js'),
  },
  'auth0-spa-js': {
    name: 'auth0-spa-js',
    version: versionIn(join(folderOf('@auth0/auth0-spa-js'), 'package.json')),
    entry: join(folderOf('@auth0/auth0-spa-js'), 'dist/auth0-spa-js.production.esm.js'),
    app: CREATE,
    exports: 'Auth0Client, createAuth0Client',
    scriptTag: join(folderOf('@auth0/auth0-spa-js'), 'dist/auth0-spa-js.production.js'),
  },
  'oidc-client-ts': {
    name: 'oidc-client-ts',
    version: versionIn(join(folderOf('oidc-client-ts'), 'package.json')),
    entry: join(folderOf('oidc-client-ts'), 'dist/esm/oidc-client-ts.js'),
    app: `import { UserManager } from 'sdk'
globalThis.auth0 = new UserManager({ authority: 'd', client_id: 'c', redirect_uri: 'r' })`,
    exports: 'UserManager, WebStorageStateStore, InMemoryWebStorage, IndexedDbDPoPStore',
    scriptTag: join(folderOf('oidc-client-ts'), 'dist/browser/oidc-client-ts.min.js'),
  },
  'keycloak-js': {
    name: 'keycloak-js',
    version: versionIn(join(folderOf('keycloak-js'), 'package.json')),
    entry: join(folderOf('keycloak-js'), 'lib/keycloak.js'),
    app: `import Keycloak from 'sdk'
globalThis.auth0 = new Keycloak({ url: 'u', realm: 'r', clientId: 'c' }).init()`,
    exports: 'default',
  },
}

export const NAMES = /** @type {SdkName[]} */ (Object.keys(SDKS))
