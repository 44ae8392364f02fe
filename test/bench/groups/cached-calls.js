import { moduleIn } from '../bench.js'
import { takeTimes } from '../report/table.js'
import {
  AUDIENCE,
  MORE_SCOPES,
  NARROW_SCOPE,
  oidcClientItem,
  otherAudience,
  sessionItems,
  WIDE_SCOPE,
} from '../sessions.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').TimingRow} TimingRow */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */
/** @typedef {import('../sessions.js').Slot} Slot */

const CLIENT_ID = 'bench'
const SDKS = ['latchkey', 'auth0-spa-js']
const LOCATIONS = /** @type {const} */ (['memory', 'localstorage'])
const SUBSET_CALL = { authorizationParams: { scope: 'read:items' } }

/** @typedef {'exact' | 'subset'} Kind how what is asked for relates to what is cached */

/**
 * What is cached: the client's own audience first and last, others in between.
 *
 * @param {number} count
 * @param {Kind} kind
 * @returns {Slot[]}
 */
const slotsOf = (count, kind) => {
  const narrow = { audience: AUDIENCE, scope: NARROW_SCOPE }
  const wide = { audience: AUDIENCE, scope: WIDE_SCOPE }
  if (count === 1) return [kind === 'exact' ? narrow : wide]
  const others = Array.from({ length: count - 2 }, (_, index) => ({
    audience: otherAudience(index),
    scope: WIDE_SCOPE,
  }))
  return [narrow, ...others, wide]
}

/** @param {Slot} slot */
const callFor = ({ audience, scope }) => ({
  authorizationParams: {
    ...(audience !== AUDIENCE && { audience }),
    ...(scope === WIDE_SCOPE && { scope: MORE_SCOPES }),
  },
})

/**
 * @param {Bench} bench
 * @param {'memory' | 'localstorage'} cacheLocation
 * @param {number} count
 * @param {Kind} kind
 */
const openPage = async (bench, cacheLocation, count, kind) => {
  const { standIn, site } = bench
  const context = await bench.browser.newContext()
  const page = await context.newPage()
  await page.goto(site.url)
  /** @type {import('../bench.js').InPage<typeof import('../page/cached-calls.js')>} */
  const calls = moduleIn(page, 'cached-calls.js')
  const slots = slotsOf(count, kind)
  const tokens = await standIn.issue({ clientId: CLIENT_ID, scope: WIDE_SCOPE })
  const items = sessionItems({ clientId: CLIENT_ID, tokens, slots })
  if (cacheLocation === 'localstorage') await calls.store(items)
  for (const sdk of SDKS) {
    await calls.open({
      name: sdk,
      sdk,
      options: {
        domain: standIn.url,
        clientId: CLIENT_ID,
        cacheLocation,
        useRefreshTokens: true,
        // One refresh token fills the memory for every audience.
        useMrrt: true,
        useRefreshTokensFallback: true,
        authorizationParams: { redirect_uri: site.url, audience: AUDIENCE },
      },
    })
    if (cacheLocation === 'memory') await calls.fill({ name: sdk, calls: slots.map(callFor) })
  }
  const withUserManager = count === 1
  if (withUserManager) {
    const authority = standIn.url
    await calls.openUserManager({
      settings: { authority, client_id: CLIENT_ID, redirect_uri: site.url },
      item: oidcClientItem({ authority, clientId: CLIENT_ID, tokens }),
      cacheLocation,
    })
  }
  return { calls, items, withUserManager, close: () => context.close() }
}

/**
 * @param {Bench} bench
 * @param {Awaited<ReturnType<typeof openPage>>} opened
 * @param {'memory' | 'localstorage'} cacheLocation
 * @param {Kind | 'user'} kind
 */
const measure = async ({ standIn, isQuick, times }, opened, cacheLocation, kind) => {
  const { calls, items, withUserManager } = opened
  const user = items[0]?.[0] ?? ''
  const entry = (kind === 'subset' ? items.at(-1) : items[1])?.[0] ?? ''
  await standIn.take()
  const samples = await calls.measure({
    contenders: Object.fromEntries(SDKS.map(sdk => [sdk, sdk])),
    method: kind === 'user' ? 'getUser' : 'getTokenSilently',
    ...(kind === 'subset' && { call: SUBSET_CALL }),
    withUserManager,
    floor: { items, cacheLocation, keys: kind === 'user' ? [user] : [entry, user] },
    how: { rounds: times(13), batchMs: isQuick ? 8 : 16 },
  })
  const requests = (await standIn.take()).length
  if (requests > 0) throw new Error(`${requests} requests were made instead of using the cache.`)
  return samples
}

const TITLES = {
  exact: 'getTokenSilently(), exact scope',
  subset: 'getTokenSilently(), fewer scopes than cached',
  user: 'getUser()',
}

/**
 * @param {Bench} bench
 * @param {'memory' | 'localstorage'} cacheLocation
 * @param {number} count
 * @returns {Promise<TimingRow[]>}
 */
const rowsFor = async (bench, cacheLocation, count) => {
  /** @type {Record<string, TimingRow>} */
  const rows = {}
  /**
   * @param {Kind} cached
   * @param {(keyof typeof TITLES)[]} kinds
   */
  const take = async (cached, kinds) => {
    const opened = openPage(bench, cacheLocation, count, cached)
    opened.catch(() => {})
    for (const kind of kinds) {
      const title = `${TITLES[kind]}, ${count} ${count === 1 ? 'entry' : 'entries'}`
      rows[kind] = await takeTimes(title, async () =>
        measure(bench, await opened, cacheLocation, kind),
      )
    }
    await (await opened.catch(() => undefined))?.close()
  }
  if (count === 1) {
    await take('exact', ['exact', 'user'])
    await take('subset', ['subset'])
  } else {
    await take('exact', ['exact', 'subset', 'user'])
  }
  return Object.keys(TITLES).flatMap(kind => rows[kind] ?? [])
}

/**
 * Calls that the cache answers.
 *
 * @param {Bench} bench
 * @returns {Promise<TimingTable[]>}
 */
export const measureCachedCalls = async bench => {
  const counts = bench.isQuick ? [1, 100] : [1, 10, 100, 1000]
  /** @type {TimingTable[]} */
  const tables = []
  for (const cacheLocation of LOCATIONS) {
    /** @type {TimingRow[]} */
    const rows = []
    for (const count of counts) rows.push(...(await rowsFor(bench, cacheLocation, count)))
    tables.push({
      kind: 'timing',
      title: `From the cache, ${cacheLocation}`,
      note:
        cacheLocation === 'memory'
          ? 'The floor: the same entries from a `Map`, behind one promise. Beside both methods stands `getUser()` of oidc-client-ts, which gives tokens and user together.'
          : 'The floor: `localStorage.getItem` and `JSON.parse` of the same entries, behind one promise.',
      unit: 'µs',
      against: ['auth0-spa-js', 'oidc-client-ts', 'floor'],
      rows: rows.sort((a, b) => orderOf(a) - orderOf(b)),
    })
  }
  return tables
}

/** @param {TimingRow} row */
const orderOf = ({ title }) =>
  Object.values(TITLES).findIndex(known => title.startsWith(`${known}, `))
