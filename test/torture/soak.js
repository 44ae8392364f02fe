import { createSeededRandom } from '../../examples/tenant/faults/seeded-random.js'
import { startTenant } from '../../examples/tenant/start-tenant.js'
import { startBlankSite } from '../support/blank-site.js'
import { openBrowser } from './tabs.js'
import { createTally } from './tally.js'

const CLIENT_ID = 'torture'
const AUDIENCES = ['https://api.example.com/', 'https://mail.example.com/']
const MOST_TABS = 5

const refresh = /** @type {const} */ ({ endpoint: 'token', grantType: 'refresh_token' })

/** What may go wrong with the next renewals; each happens once. */
const FAULTS = /** @type {const} */ ([
  { drop: 'before' },
  { drop: 'after' },
  { drop: 'during' },
  { truncate: true },
  { status: 500, json: { error: 'server_error' } },
  { status: 502, html: '<p>Bad Gateway' },
  { status: 503, json: { error: 'temporarily_unavailable' } },
  { status: 429, headers: { 'Retry-After': '1' }, json: { error: 'too_many_requests' } },
  { delayBeforeMs: 300 },
  { delayAfterMs: 300 },
])

/** Far longer than any step may take: whoever gets here hangs. */
const LONGEST_STEP_MS = 90_000

/**
 * @param {number} ms
 * @param {Promise<unknown>} step
 * @param {string} name
 */
const within = async (ms, step, name) => {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} takes longer than ${ms} ms.`)), ms)
  })
  await Promise.race([step, tooLong]).finally(() => clearTimeout(timer))
}

/**
 * One user with several tabs, to whom all sorts of things happen, for so long.
 *
 * @param {{ seconds: number, seed: number, leewaySeconds: number }} plan
 */
export const soak = async ({ seconds, seed, leewaySeconds }) => {
  const random = createSeededRandom(seed)
  /** @param {number} below */
  const upTo = below => Math.floor(random() * below)
  /**
   * @template Item
   * @param {readonly Item[]} items
   */
  const pick = items => /** @type {Item} */ (items[upTo(items.length)])

  const site = await startBlankSite()
  const tenant = await startTenant({
    clients: [{ client_id: CLIENT_ID, origins: [new URL(site.url).origin] }],
    leewaySeconds,
    keepAlive: false,
  })
  const browser = await openBrowser({
    blank: site.url,
    options: {
      domain: tenant.url,
      clientId: CLIENT_ID,
      cacheLocation: 'localstorage',
      useRefreshTokens: true,
      authorizationParams: { redirect_uri: site.url, audience: AUDIENCES[0] },
    },
  })
  const tally = createTally()
  const pickTab = () => pick([...browser.tabs])

  /** Calls from several tabs at once, after all tokens have expired. */
  const renewEverywhere = async () => {
    const tabs = [...browser.tabs]
    await browser.expireTokens(pickTab())
    const load = { calls: 1 + upTo(20), audience: pick(AUDIENCES), cacheMode: 'on' }
    const results = await Promise.all(tabs.map(tab => browser.call(tab, /** @type {any} */ (load))))
    results.forEach(tally.calls)
  }

  /** A tab dies while it renews; the others call at once. */
  const crashInTheMiddle = async () => {
    const [victim, ...others] = [...browser.tabs]
    if (!victim || others.length === 0) return
    const when = pick(/** @type {const} */ (['before', 'after']))
    const held = tenant.faults.hold({ endpoint: 'token', when, times: 1 })
    await browser.expireTokens(victim)
    const load = { calls: 3, audience: pick(AUDIENCES), cacheMode: /** @type {const} */ ('off') }
    const isUnderWay = await Promise.race([
      held.reached.then(() => true),
      // Told to leave the tenant alone, it asks nothing.
      browser.call(victim, load).then(
        () => false,
        () => false,
      ),
    ])
    if (!isUnderWay) return held.release()
    const calls = others.map(tab => browser.call(tab, { ...load, cacheMode: 'on' }))
    await browser.kill(victim)
    tally.crash()
    held.release()
    for (const result of await Promise.all(calls)) tally.calls(result)
  }

  /** Something goes wrong with the next renewal, and then no more. */
  const trouble = async () => {
    tenant.faults.add({ ...refresh, ...pick(FAULTS), times: 1 })
    await renewEverywhere()
    tenant.faults.clear()
  }

  /** A tab loses the network in the middle of things, and gets it back. */
  const offline = async () => {
    const tab = pickTab()
    await browser.setOffline(tab, true)
    await renewEverywhere()
    await browser.setOffline(tab, false)
    await renewEverywhere()
  }

  const setAClock = () => browser.setClock(pickTab(), pick([-2, 0, 2]))
  const reloadATab = () => browser.reload(pickTab())
  const shutATab = async () => {
    if (browser.tabs.size > 2) await browser.shut(pickTab())
  }

  const STEPS = [
    renewEverywhere,
    renewEverywhere,
    crashInTheMiddle,
    trouble,
    trouble,
    offline,
    setAClock,
    reloadATab,
    shutATab,
  ]

  try {
    tenant.log.subscribe(tally.request)
    const first = await browser.open()
    await browser.signIn(first)
    for (const audience of AUDIENCES) {
      tally.calls(await browser.call(first, { calls: 1, audience, cacheMode: 'on' }))
    }
    const end = Date.now() + seconds * 1000
    while (Date.now() < end) {
      while (browser.tabs.size < 2 || (browser.tabs.size < MOST_TABS && random() < 0.3)) {
        await browser.open()
      }
      const step = pick(STEPS)
      await within(LONGEST_STEP_MS, step(), step.name)
    }
    tenant.faults.clear()
    const reused = tenant.events.filter(({ type }) => type === 'refresh_token_reused')
    for (const entry of tally.suspects()) console.log(JSON.stringify(entry))
    return tally.sum(reused.map(({ family = '' }) => family))
  } finally {
    await browser.close()
    await Promise.all([tenant.close(), site.close()])
  }
}
