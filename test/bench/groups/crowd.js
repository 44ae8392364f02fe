import { moduleIn } from '../bench.js'
import { takeCounts, takeTimes } from '../report/table.js'
import { AUDIENCE, NARROW_SCOPE, sessionItems } from '../sessions.js'
import { summarize } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').CountTable} CountTable */
/** @typedef {import('../report/table.js').CountRow} CountRow */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */
/** @typedef {import('../report/table.js').TimingRow} TimingRow */
/** @typedef {import('../bench.js').InPage<typeof import('../page/crowd.js')>} Tab */

const SDKS = ['latchkey', 'auth0-spa-js']
const CLIENT_ID = 'bench'
const AHEAD_MS = 60

/** @typedef {{ tabs: number, calls: number, latencyMs: number }} Setting */

/** @type {Setting[]} */
const SETTINGS = [
  { tabs: 1, calls: 100, latencyMs: 0 },
  { tabs: 1, calls: 100, latencyMs: 50 },
  { tabs: 4, calls: 100, latencyMs: 0 },
  { tabs: 4, calls: 100, latencyMs: 50 },
  { tabs: 4, calls: 1, latencyMs: 50 },
]

/** @param {Setting} setting */
const titleOf = ({ tabs, calls, latencyMs }) => {
  const where = tabs === 1 ? 'one tab' : `${tabs} tabs`
  const each = tabs === 1 ? '' : ' each'
  const many = calls === 1 ? '1 call' : `${calls} calls`
  return `${where}, ${many}${each}, the tenant takes ${latencyMs} ms`
}

/**
 * The tabs of one browser, each with a client that has a token.
 *
 * @param {Bench} bench
 * @param {string} sdk
 * @param {number} count
 */
const openTabs = async ({ browser, site, standIn }, sdk, count) => {
  // An expiry comes hours after the preflight of the renewal before, which is forgotten by then.
  await standIn.set({ latencyMs: 0, preflightSeconds: 0 })
  const context = await browser.newContext()
  const tokens = await standIn.issue({ clientId: CLIENT_ID, scope: NARROW_SCOPE })
  const slots = [{ audience: AUDIENCE, scope: NARROW_SCOPE }]
  const openTab = async () => {
    const page = await context.newPage()
    await page.goto(site.url)
    /** @type {Tab} */
    const tab = moduleIn(page, 'crowd.js')
    await tab.open({
      sdk,
      items: sessionItems({ clientId: CLIENT_ID, tokens, slots }),
      options: {
        domain: standIn.url,
        clientId: CLIENT_ID,
        cacheLocation: 'localstorage',
        useRefreshTokens: true,
        authorizationParams: { redirect_uri: site.url, audience: AUDIENCE },
      },
    })
    return tab
  }
  const tabs = await Promise.all(Array.from({ length: count }, openTab))
  return { tabs, close: () => context.close() }
}

/**
 * @typedef {object} Round
 * @property {number} exchanges how many times the time of one exchange it took
 * @property {number} ms
 * @property {number} tokenRequests
 * @property {number} preflights
 * @property {number} spentAgain
 * @property {number} failed
 */

/**
 * @param {Bench} bench
 * @param {Tab[]} tabs
 * @param {Setting} setting
 * @param {string} refreshToken for the exchange beside it
 * @returns {Promise<Round>}
 */
const takeRound = async ({ standIn }, tabs, { calls, latencyMs }, refreshToken) => {
  const [first] = tabs
  if (!first) throw new Error('No tab.')
  // Those without latency vary most.
  const times = latencyMs === 0 ? 7 : 1
  const bare = { url: standIn.url, clientId: CLIENT_ID, refreshToken, times }
  const before = await first.exchange(bare)
  await first.expire()
  await Promise.all(tabs.map(tab => tab.seeExpired()))
  await standIn.take()
  const atMs = Date.now() + AHEAD_MS
  const outcomes = await Promise.all(tabs.map(tab => tab.callTogether({ calls, atMs })))
  const requests = await standIn.take()
  const after = await first.exchange(bare)
  const ms =
    Math.max(...outcomes.map(({ endMs }) => endMs)) -
    Math.min(...outcomes.map(({ startMs }) => startMs))
  const count = (/** @type {string} */ wanted) =>
    requests.filter(({ kind }) => kind === wanted).length
  return {
    ms,
    exchanges: ms / summarize([...before, ...after]).median,
    tokenRequests: count('token'),
    preflights: count('preflight'),
    spentAgain: requests.filter(({ wasSpent }) => wasSpent).length,
    failed: outcomes.flatMap(({ failures }) => failures).length,
  }
}

/** @param {number[]} values */
const range = values => {
  const { median } = summarize(values)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? String(least) : `${Math.round(median)} (${least}–${most})`
}

/** @param {readonly Round[]} rounds */
const cellsOf = rounds => ({
  'token requests': range(rounds.map(({ tokenRequests }) => tokenRequests)),
  preflights: range(rounds.map(({ preflights }) => preflights)),
  'spent tokens sent': range(rounds.map(({ spentAgain }) => spentAgain)),
  'failed calls': range(rounds.map(({ failed }) => failed)),
})

/**
 * @param {Bench} bench
 * @param {Setting} setting
 */
const measure = async (bench, setting) => {
  const { standIn } = bench
  const { tabs: count, latencyMs } = setting
  const { refresh_token = '' } = await standIn.issue({ clientId: CLIENT_ID, scope: NARROW_SCOPE })
  /** @type {Record<string, Round[]>} */
  const rounds = {}
  for (let round = 0; round < (bench.isQuick ? 2 : 6); round += 1) {
    const order = round % 2 === 0 ? SDKS : [...SDKS].reverse()
    for (const sdk of order) {
      const browser = await openTabs(bench, sdk, count)
      await standIn.set({ latencyMs, preflightSeconds: 3600 })
      try {
        rounds[sdk] = [
          ...(rounds[sdk] ?? []),
          await takeRound(bench, browser.tabs, setting, refresh_token),
        ]
      } finally {
        await standIn.set({ latencyMs: 0 })
        await browser.close()
      }
    }
  }
  return rounds
}

/**
 * Many calls at once with a token that has expired.
 *
 * @param {Bench} bench
 * @returns {Promise<[TimingTable, CountTable]>}
 */
export const measureCrowd = async bench => {
  /** @type {TimingRow[]} */
  const times = []
  /** @type {CountRow[]} */
  const counts = []
  for (const setting of SETTINGS) {
    // In a quick run only what happens on real networks.
    if (bench.isQuick && setting.latencyMs === 0) continue
    const title = titleOf(setting)
    const measured = measure(bench, setting)
    measured.catch(() => {})
    times.push(
      await takeTimes(title, async () => {
        const rounds = Object.entries(await measured)
        return Object.fromEntries(
          rounds.map(([sdk, taken]) => [sdk, taken.map(({ exchanges }) => exchanges)]),
        )
      }),
    )
    for (const sdk of SDKS) {
      counts.push(
        await takeCounts(`${sdk}: ${title}`, async () => cellsOf((await measured)[sdk] ?? [])),
      )
    }
  }
  return [
    {
      kind: 'timing',
      title: 'Calls at once for an expired token: time',
      note: 'Tokens in localStorage, renewed with a refresh token. The unit is one exchange by plain `fetch`, measured in the same round, in the same page, against the same server.',
      unit: 'exchanges',
      against: ['auth0-spa-js'],
      rows: times,
    },
    {
      kind: 'counts',
      title: 'Calls at once for an expired token: requests',
      note: 'All tabs together: median, and least to most where rounds differ. The stand-in forgives a refresh token that was spent before; a tenant with reuse detection ends the session at the first.',
      columns: ['token requests', 'preflights', 'spent tokens sent', 'failed calls'],
      rows: counts,
    },
  ]
}
