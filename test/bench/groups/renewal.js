import { moduleIn } from '../bench.js'
import { takeTimes } from '../report/table.js'
import { AUDIENCE } from '../sessions.js'
import { differences } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').TimingRow} TimingRow */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */

const BARE = 'bare requests'
const UNVERIFIED = 'latchkey without signatures'
const SDKS = ['latchkey', UNVERIFIED, 'auth0-spa-js', 'oidc-client-ts']

/**
 * @typedef {object} Setting
 * @property {string} title
 * @property {'renewal' | 'callback'} flow
 * @property {boolean} isStored
 * @property {boolean} useRefreshTokens
 * @property {number} preflightSeconds
 * @property {number} rounds
 */

const REMEMBERED = 3600
const FORGOTTEN = 0

/** @type {Setting[]} */
const SETTINGS = [
  {
    title: 'renewal by refresh token, localStorage',
    flow: 'renewal',
    isStored: true,
    useRefreshTokens: true,
    preflightSeconds: FORGOTTEN,
    rounds: 60,
  },
  {
    title: 'the same, preflight remembered',
    flow: 'renewal',
    isStored: true,
    useRefreshTokens: true,
    preflightSeconds: REMEMBERED,
    rounds: 60,
  },
  {
    title: 'renewal by refresh token, memory',
    flow: 'renewal',
    isStored: false,
    useRefreshTokens: true,
    preflightSeconds: FORGOTTEN,
    rounds: 60,
  },
  {
    title: 'the same, preflight remembered',
    flow: 'renewal',
    isStored: false,
    useRefreshTokens: true,
    preflightSeconds: REMEMBERED,
    rounds: 60,
  },
  {
    title: 'renewal by hidden frame, memory',
    flow: 'renewal',
    isStored: false,
    useRefreshTokens: false,
    preflightSeconds: FORGOTTEN,
    rounds: 25,
  },
  {
    title: 'handleRedirectCallback(), localStorage',
    flow: 'callback',
    isStored: true,
    useRefreshTokens: true,
    preflightSeconds: FORGOTTEN,
    rounds: 40,
  },
  {
    title: 'the same, preflight remembered',
    flow: 'callback',
    isStored: true,
    useRefreshTokens: true,
    preflightSeconds: REMEMBERED,
    rounds: 40,
  },
]

/**
 * @param {Bench} bench
 * @param {Setting} setting
 */
const measure = async (bench, setting) => {
  const { browser, site, standIn } = bench
  const { flow, isStored, useRefreshTokens, preflightSeconds, rounds } = setting
  const context = await browser.newContext()
  await standIn.set({ preflightSeconds })
  try {
    const page = await context.newPage()
    await page.goto(site.url)
    /** @type {import('../bench.js').InPage<typeof import('../page/renewals.js')>} */
    const renewals = moduleIn(page, 'renewals.js')
    for (const sdk of [BARE, ...SDKS]) {
      await renewals.open({
        sdk,
        url: standIn.url,
        clientId: `bench-${sdk.replaceAll(' ', '-')}`,
        audience: AUDIENCE,
        isStored,
        useRefreshTokens,
      })
    }
    return await renewals.measure({ flow, rounds: bench.times(rounds) })
  } finally {
    await standIn.set({ preflightSeconds: REMEMBERED })
    await context.close()
  }
}

/**
 * @param {Record<string, number[]>} samples
 * @returns {Record<string, number[]>}
 */
const aboveBare = samples =>
  Object.fromEntries(SDKS.map(sdk => [sdk, differences(samples[sdk] ?? [], samples[BARE] ?? [])]))

/**
 * Flows that ask the tenant, and what the SDK itself adds to them.
 *
 * @param {Bench} bench
 * @returns {Promise<TimingTable[]>}
 */
export const measureRenewal = async bench => {
  /** @type {TimingRow[]} */
  const whole = []
  /** @type {TimingRow[]} */
  const above = []
  for (const setting of SETTINGS) {
    const measured = measure(bench, setting)
    measured.catch(() => {})
    whole.push(await takeTimes(setting.title, () => measured))
    above.push(await takeTimes(setting.title, async () => aboveBare(await measured)))
  }
  return [
    {
      kind: 'timing',
      title: 'Flows that ask the tenant',
      note: "The server answers at once. Bare are the same requests by plain `fetch`, and a plain hidden frame, in the same page. Latchkey verifies the signature of the ID token; with `idTokenSignature: 'trust-tls'` it does without, as the others do.",
      unit: 'ms',
      against: ['auth0-spa-js', 'oidc-client-ts', BARE, UNVERIFIED],
      rows: whole,
    },
    {
      kind: 'timing',
      title: 'Flows that ask the tenant: time above the bare requests',
      note: 'Each sample less the bare requests beside it; the ratios are those of the medians, where none of the two may as well be nothing.',
      unit: 'ms',
      dividesMedians: true,
      against: ['auth0-spa-js', 'oidc-client-ts', UNVERIFIED],
      rows: above,
    },
  ]
}
