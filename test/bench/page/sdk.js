/**
 * An SDK as a bundler has made it.
 *
 * @param {string} name
 * @returns {Promise<any>}
 */
export const load = name => import(`/bundles/${name}/app.js`)

/**
 * A client of an SDK with the names of auth0-spa-js.
 *
 * @param {string} name
 * @param {import('../../../src/index.ts').Auth0ClientOptions} options
 * @returns {Promise<import('../../../src/index.ts').Auth0Client>}
 */
export const createClient = async (name, options) => new (await load(name)).Auth0Client(options)
