import { moduleIn } from '../bench.js'
import { takeTimes } from '../report/table.js'
import { AUDIENCE, storedSession } from '../sessions.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').TimingRow} TimingRow */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */

const SDKS = ['latchkey', 'auth0-spa-js', 'oidc-client-ts']
const CLIENT_ID = 'bench'

/**
 * @param {Bench} bench
 * @param {boolean} withSession
 */
const measure = async ({ browser, site, standIn, times }, withSession) => {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    /** @type {import('../bench.js').InPage<typeof import('../page/start.js')>} */
    const start = moduleIn(page, 'start.js')
    await page.goto(site.isolated)
    if (withSession) {
      await start.seed({ clientId: CLIENT_ID, items: await storedSession(standIn, CLIENT_ID) })
    }
    /** @type {Record<string, number[]>} */
    const created = Object.fromEntries(SDKS.map(sdk => [sdk, []]))
    /** @type {Record<string, number[]>} */
    const total = Object.fromEntries(SDKS.map(sdk => [sdk, []]))
    await standIn.take()
    for (let round = 0; round < times(30); round += 1) {
      for (let turn = 0; turn < SDKS.length; turn += 1) {
        const sdk = SDKS[(round + turn) % SDKS.length] ?? ''
        await page.goto(site.isolated)
        await start.nothing()
        const given = { sdk, standIn: standIn.url, clientId: CLIENT_ID, audience: AUDIENCE }
        const { createMs, totalMs, isSignedIn } = await start.timeStart(given)
        if (isSignedIn !== withSession) throw new Error(`${sdk} was wrong about the session.`)
        created[sdk]?.push(createMs)
        total[sdk]?.push(totalMs)
      }
    }
    const requests = (await standIn.take()).length
    if (requests > 0) throw new Error(`${requests} requests to the tenant.`)
    return { created, total }
  } finally {
    await context.close()
  }
}

/**
 * The first client of a page, and what it knows.
 *
 * @param {Bench} bench
 * @returns {Promise<TimingTable[]>}
 */
export const measureStart = async bench => {
  /** @type {TimingRow[]} */
  const rows = []
  for (const withSession of [false, true]) {
    const session = withSession ? 'a session in localStorage' : 'nobody signed in'
    const measured = measure(bench, withSession)
    measured.catch(() => {})
    rows.push(
      await takeTimes(`createAuth0Client(), ${session}`, async () => (await measured).created),
      await takeTimes(`loading the SDK as well, ${session}`, async () => (await measured).total),
    )
  }
  return [
    {
      kind: 'timing',
      title: 'From the page to a client',
      note: '`createAuth0Client()` and `isAuthenticated()`, the first calls of a page that has just loaded; of oidc-client-ts `new UserManager()` and `getUser()`. Files come from a server on this machine.',
      unit: 'ms',
      against: ['auth0-spa-js', 'oidc-client-ts'],
      rows,
    },
  ]
}
