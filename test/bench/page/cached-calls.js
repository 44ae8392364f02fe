import { createClient, load } from './sdk.js'
import { timeCalls } from './timing.js'

/** @typedef {import('../../../src/index.ts').Auth0Client} Client */
/** @typedef {import('../../../src/index.ts').Auth0ClientOptions} Options */
/** @typedef {import('../../../src/index.ts').GetTokenSilentlyOptions} CallOptions */
/** @typedef {[key: string, value: any]} Item */

/** @type {Map<string, Client>} */
const clients = new Map()
/** @type {any} */
let userManager

/** @param {{ name: string, sdk: string, options: Options }} given */
export const open = async ({ name, sdk, options }) => {
  clients.set(name, await createClient(sdk, options))
}

/**
 * Fills a client's cache, one call after the other.
 *
 * @param {{ name: string, calls: CallOptions[] }} given
 */
export const fill = async ({ name, calls }) => {
  for (const call of calls) await clients.get(name)?.getTokenSilently(call)
}

/** @param {Item[]} items what localStorage is to hold instead of what it holds */
export const store = items => {
  localStorage.clear()
  for (const [key, value] of items) localStorage.setItem(key, JSON.stringify(value))
}

/** @param {{ settings: object, item: Item, cacheLocation: string }} given */
export const openUserManager = async ({ settings, item: [key, value], cacheLocation }) => {
  const { UserManager, WebStorageStateStore, InMemoryWebStorage } = await load('oidc-client-ts')
  const held = cacheLocation === 'memory' ? new InMemoryWebStorage() : localStorage
  held.setItem(key, JSON.stringify(value))
  userManager = new UserManager({
    ...settings,
    userStore: new WebStorageStateStore({ store: held }),
  })
}

/**
 * The least that any of this could cost: the same entries, behind one promise.
 *
 * @param {Item[]} items
 * @param {string} cacheLocation
 * @param {string[]} keys what one call reads
 */
const floorOf = (items, cacheLocation, keys) => {
  const map = new Map(items)
  return cacheLocation === 'memory'
    ? async () => keys.map(key => map.get(key))
    : async () => keys.map(key => JSON.parse(localStorage.getItem(key) ?? ''))
}

/**
 * @typedef {object} Measured
 * @property {Record<string, string>} contenders the names of the clients, by SDK
 * @property {'getTokenSilently' | 'getUser'} method
 * @property {CallOptions} [call]
 * @property {boolean} withUserManager
 * @property {{ items: Item[], cacheLocation: string, keys: string[] }} floor
 * @property {{ rounds: number, batchMs: number }} how
 */

/** @param {Measured} measured */
export const measure = ({ contenders, method, call, withUserManager, floor, how }) => {
  /** @type {Record<string, () => Promise<unknown>>} */
  const calls = { floor: floorOf(floor.items, floor.cacheLocation, floor.keys) }
  for (const [sdk, name] of Object.entries(contenders)) {
    const client = /** @type {Client} */ (clients.get(name))
    if (method === 'getUser') calls[sdk] = () => client.getUser()
    else calls[sdk] = call ? () => client.getTokenSilently(call) : () => client.getTokenSilently()
  }
  if (withUserManager) calls['oidc-client-ts'] = () => userManager.getUser()
  return timeCalls(calls, how)
}
