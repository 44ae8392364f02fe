import { interleave, summarize } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {{ tabs: number, calls: number, latencyMs: number }} Setting */

const SDKS = ['latchkey', 'auth0-spa-js']

/** How long before the calls the tabs are told when to begin. */
const AHEAD_MS = 60

/** @type {Setting[]} */
const SETTINGS = [
  { tabs: 1, calls: 100, latencyMs: 0 },
  { tabs: 1, calls: 100, latencyMs: 50 },
  { tabs: 4, calls: 100, latencyMs: 0 },
  { tabs: 4, calls: 100, latencyMs: 50 },
  { tabs: 4, calls: 1, latencyMs: 50 },
]

/** @param {Setting} setting */
const titleOf = ({ tabs, calls, latencyMs }) =>
  `${tabs === 1 ? '1 tab' : `${tabs} tabs`}, ${calls === 1 ? '1 call' : `${calls} calls`} each, latency ${latencyMs} ms`

/**
 * @param {Bench} bench
 * @param {Setting} setting
 * @param {string} sdk
 */
const takeRound = (bench, { tabs: tabCount, calls, latencyMs }, sdk) => {
  const { site, tenant, setupOf, withContexts, openTab } = bench
  return withContexts([sdk], async contextOf => {
    const setup = setupOf(sdk)
    // An expiry comes hours after the last preflight, which the browser has forgotten by then.
    tenant.set({ preflightSeconds: 0 })
    const tabs = []
    for (let opened = 0; opened < tabCount; opened += 1) {
      const { functions } = await openTab(contextOf(sdk), site.url)
      await functions.open({ setup, signsIn: opened === 0 })
      // What is loaded and fetched only once is not part of the measurement.
      await functions.callOpened({ sdk, call: 'renew' })
      tabs.push(functions)
    }
    const [first] = tabs
    if (!first) throw new Error('No tab.')
    tenant.set({ latencyMs })
    // Without latency the time of an exchange varies most.
    const bare = { setup, times: latencyMs === 0 ? 7 : 1 }
    const bareMs = [await first.timeExchange(bare)]
    await first.expireTokens()
    await Promise.all(tabs.map(tab => tab.seeExpired()))
    tenant.takeRequests()
    const atMs = Date.now() + AHEAD_MS
    const outcomes = await Promise.all(tabs.map(tab => tab.callTogether({ sdk, calls, atMs })))
    const requests = tenant.takeRequests()
    bareMs.push(await first.timeExchange(bare))
    const endMs = Math.max(...outcomes.map(outcome => outcome.endMs))
    const ms = endMs - Math.min(...outcomes.map(outcome => outcome.startMs))
    /** @param {string} wanted */
    const count = wanted => requests.filter(({ kind }) => kind === wanted).length
    return {
      exchanges: (2 * ms) / bareMs.reduce((sum, each) => sum + each, 0),
      counts: {
        token: count('token'),
        preflight: count('preflight'),
        'token sent twice': requests.filter(({ isReused }) => isReused).length,
        'failed call': outcomes.reduce((sum, { failed }) => sum + failed, 0),
      },
    }
  }).finally(() => tenant.set({}))
}

/** @typedef {Awaited<ReturnType<typeof takeRound>>} Round */

/** @param {readonly number[]} values */
const range = values => {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? `${least}` : `${Math.round(summarize(values).median)} (${least}–${most})`
}

/** @param {readonly Round[]} rounds */
const countsOf = rounds =>
  /** @type {const} */ (['token', 'preflight', 'token sent twice', 'failed call'])
    .map(name => `${range(rounds.map(({ counts }) => counts[name]))} ${name}`)
    .join(', ')

/**
 * @param {Bench} bench
 * @param {Setting} setting
 * @returns {Promise<import('../table.js').Row[]>}
 */
const measure = async (bench, setting) => {
  const taken = await interleave(SDKS, bench.times(6), sdk => takeRound(bench, setting, sdk))
  /** @type {Record<string, number[]>} */
  const samples = {}
  /** @type {Record<string, string>} */
  const texts = {}
  for (const [sdk, rounds] of Object.entries(taken)) {
    samples[sdk] = rounds.map(({ exchanges }) => exchanges)
    texts[sdk] = countsOf(rounds)
  }
  const title = titleOf(setting)
  return [
    { title, unit: 'exchanges', samples },
    { title: `${title}: counts`, unit: 'requests', texts },
  ]
}

/** @type {import('../table.js').Group} */
export const concurrency = {
  title: 'Concurrent calls with an expired token',
  note: 'Tokens in localStorage, renewed with a refresh token. The unit of the time is one exchange with plain `fetch` in the same page and against the same server; latency is what the token endpoint waits. The counts are of all tabs together: median, and from least to most where rounds differ. The tenant revokes the session when a refresh token is sent twice.',
  measurements: bench =>
    SETTINGS.map(setting => ({
      title: titleOf(setting),
      measure: () => measure(bench, setting),
    })),
}
