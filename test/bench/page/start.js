/** What an application does first of all. */
import { load } from './sdk.js'

/**
 * @typedef {object} Given
 * @property {string} sdk
 * @property {string} standIn
 * @property {string} clientId
 * @property {string} audience
 */

/** @type {unknown[]} */
const held = []

/** Loads what every function of this module needs, so that it is there already. */
export const nothing = () => held.length

/** @param {string} sdk */
export const loadOnly = async sdk => {
  held.push(await load(sdk))
}

/**
 * A client, and the answer to whether somebody is signed in.
 *
 * @param {any} module
 * @param {Given} given
 */
const createIn = async (module, { sdk, standIn, clientId, audience }) => {
  if (sdk === 'oidc-client-ts') {
    const userStore = new module.WebStorageStateStore({ store: localStorage })
    const settings = { authority: standIn, client_id: clientId, redirect_uri: location.href }
    const client = new module.UserManager({ ...settings, userStore })
    return { client, isSignedIn: (await client.getUser()) !== null }
  }
  const client = await module.createAuth0Client({
    domain: standIn,
    clientId,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
    authorizationParams: { redirect_uri: location.href, audience },
  })
  return { client, isSignedIn: await client.isAuthenticated() }
}

/** @param {Given} given */
export const create = async given => {
  held.push(await createIn(await load(given.sdk), given))
}

/**
 * How long it takes to load the SDK, and to make the first client of the page.
 *
 * @param {Given} given
 */
export const timeStart = async given => {
  const start = performance.now()
  const module = await load(given.sdk)
  const loaded = performance.now()
  const { isSignedIn } = await createIn(module, given)
  const created = performance.now()
  return { createMs: created - loaded, totalMs: created - start, isSignedIn }
}

/**
 * A session as both formats keep it, and the cookie that says that there is one.
 *
 * @param {{ clientId: string, items: [string, unknown][] }} given
 */
export const seed = ({ clientId, items }) => {
  for (const [key, value] of items) localStorage.setItem(key, JSON.stringify(value))
  // biome-ignore lint/suspicious/noDocumentCookie: the way in which the SDKs write it
  document.cookie = `auth0.${clientId}.is.authenticated=true; path=/`
}
