import { inPage } from '../bench.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../bench.js').InPage} InPage */
/** @typedef {'memory' | 'localstorage'} Location */

const SDKS = ['latchkey', 'auth0-spa-js']
const COUNTS = [1, 10, 100, 1000]
const MORE_SCOPES = 'read:items write:items'

/** What is asked for, beside what is cached. */
const CALLS = /** @type {const} */ ([
  { title: 'getTokenSilently(), exact scope', method: 'getToken', isSubset: false },
  { title: 'getTokenSilently(), fewer scopes than cached', method: 'getToken', isSubset: true },
  { title: 'getUser()', method: 'getUser', isSubset: false },
])

/**
 * The calls that fill a cache after the login: other audiences, and the client's own with more scopes.
 *
 * @param {number} count
 */
const fillingCalls = count => {
  if (count === 1) return []
  const others = Array.from({ length: count - 2 }, (_, index) => ({
    authorizationParams: { scope: MORE_SCOPES, audience: `https://api-${index}.example.com/` },
  }))
  return [...others, { authorizationParams: { scope: MORE_SCOPES } }]
}

/**
 * A page with a client of each SDK, signed in, that has so many access tokens.
 *
 * @param {Bench} bench
 * @param {Location} location
 * @param {number} count
 * @param {string | undefined} loginScope
 */
const openPage = async ({ browser, site, setupOf }, location, count, loginScope) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(site.url)
  const functions = inPage(page)
  for (const sdk of count === 1 ? [...SDKS, 'oidc-client-ts'] : SDKS) {
    // One refresh token fills the cache for every audience.
    const options = { useMrrt: true, useRefreshTokensFallback: true }
    const setup = setupOf(sdk, { cacheLocation: location, options, loginScope })
    // In localStorage the two find the same entries: they have the same format.
    const isFilled = location === 'localstorage' && sdk === 'auth0-spa-js'
    await functions.open({ setup, signsIn: !isFilled })
    if (!isFilled) await functions.fillCache({ sdk, calls: fillingCalls(count) })
  }
  return functions
}

/** @type {import('../table.js').Group} */
export const cache = {
  title: 'Calls that the cache answers',
  note: 'One after the other, in a page that is warm. The floor does the least that is possible: it takes the same number of entries out of a `Map`, or reads them from localStorage and parses them, behind one promise. `getUser()` of oidc-client-ts returns user and tokens together.',
  measurements: bench => {
    /** @type {Map<string, Promise<InPage>>} */
    const pages = new Map()
    /**
     * @param {Location} location
     * @param {number} count
     * @param {(typeof CALLS)[number]} call
     */
    const measure = async (location, count, { method, isSubset }) => {
      const loginScope = count === 1 && isSubset ? MORE_SCOPES : undefined
      const key = `${location} ${count} ${loginScope}`
      const opened = pages.get(key) ?? openPage(bench, location, count, loginScope)
      pages.set(key, opened)
      const page = await opened
      bench.tenant.takeRequests()
      const samples = await page.timeCachedCalls({
        sdks: count === 1 ? [...SDKS, 'oidc-client-ts'] : SDKS,
        method,
        ...(isSubset && { call: { authorizationParams: { scope: 'read:items' } } }),
        isStored: location === 'localstorage',
        count,
        how: { rounds: bench.times(13), batchMs: 16 },
      })
      const requests = bench.tenant.takeRequests().length
      if (requests > 0) throw new Error(`${requests} requests instead of using the cache.`)
      return samples
    }
    return /** @type {Location[]} */ (['memory', 'localstorage']).flatMap(location =>
      CALLS.flatMap(call =>
        COUNTS.map(count => {
          const entries = count === 1 ? '1 entry' : `${count} entries`
          const title = `${call.title}, ${location}, ${entries}`
          const rows = async () => {
            const samples = await measure(location, count, call)
            return [{ title, unit: 'µs', samples }]
          }
          return { title, measure: rows }
        }),
      ),
    )
  },
}
