import { InMemoryCache, LocalStorageCache } from './sdk.js'

/**
 * The access token in the cache, and whether there is a refresh token. The refresh token itself
 * never leaves this file.
 *
 * @typedef {object} HeldToken
 * @property {string} accessToken
 * @property {number} expiresAt in seconds since the epoch, as the SDK sees it
 * @property {number} lifetimeSeconds
 * @property {string} tokenType
 * @property {boolean} hasRefreshToken
 */

/** @typedef {import('./sdk.js').WrappedCacheEntry} Entry */

const GENERATION = '@@generation@@'

const nowSeconds = () => Math.floor(Date.now() / 1000)

/**
 * Creates the caches that `cacheLocation` would select. The page creates them itself to be able to
 * read them.
 *
 * @param {'memory' | 'localstorage'} location
 * @returns {import('./sdk.js').ICache}
 */
export const createCache = location =>
  location === 'localstorage' ? new LocalStorageCache() : new InMemoryCache().enclosedCache

/**
 * Reads the SDK's cache for display. An application does not need this.
 *
 * @param {{ cache: import('./sdk.js').ICache, clientId: string, audience: string }} parts
 */
export const inspectTokenCache = ({ cache, clientId, audience }) => {
  const prefix = `@@auth0spajs@@::${clientId}::`
  const keys = async () =>
    ((await cache.allKeys?.()) ?? []).filter(
      key => key.startsWith(prefix) && !key.startsWith(prefix + GENERATION),
    )

  const entries = async () => {
    /** @type {{ key: string, entry: Entry }[]} */
    const found = []
    for (const key of await keys()) {
      /** @type {Entry | undefined} */
      const entry = await cache.get(key)
      if (entry?.body?.audience === audience) found.push({ key, entry })
    }
    return found
  }

  return {
    /** @param {string | null} key whether it is one of this client's */
    owns: key => key?.startsWith(prefix) ?? false,

    /** @returns {Promise<HeldToken | undefined>} */
    read: async () => {
      const bodies = (await entries()).map(({ entry }) => entry)
      const hasRefreshToken = bodies.some(({ body }) => Boolean(body.refresh_token))
      const [latest] = bodies
        .filter(({ body }) => body.access_token)
        .sort((one, other) => other.expiresAt - one.expiresAt)
      if (!latest?.body.access_token) return undefined
      return {
        accessToken: latest.body.access_token,
        expiresAt: latest.expiresAt,
        lifetimeSeconds: latest.body.expires_in ?? 0,
        tokenType: latest.body.token_type ?? 'Bearer',
        hasRefreshToken,
      }
    },

    /** Makes every access token look expired. The tokens themselves stay as they are. */
    expire: async () => {
      for (const { key, entry } of await entries()) {
        await cache.set(key, { ...entry, expiresAt: nowSeconds() - 1 })
      }
    },

    /** Forgets all tokens, without telling the SDK or the tenant. */
    empty: async () => {
      for (const key of await keys()) await cache.remove(key)
    },
  }
}

/** @typedef {ReturnType<typeof inspectTokenCache>} TokenCache */

/** The SDK hands out no token that has less than this left. */
export const MARGIN_SECONDS = 60

/** @param {HeldToken | undefined} token whether the SDK would hand it out as it is */
export const isFresh = token =>
  token !== undefined && token.expiresAt - MARGIN_SECONDS >= nowSeconds()
