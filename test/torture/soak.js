import { startTenant } from '../../examples/tenant/start-tenant.js'
import { startBlankSite } from '../support/blank-site.js'
import { createInteractiveSteps } from './interactive.js'
import { createRun } from './run.js'
import { createSilentSteps } from './silent.js'
import { openBrowser } from './tabs.js'
import { createTally } from './tally.js'

const CLIENT_ID = 'torture'
const AUDIENCES = /** @type {const} */ (['https://api.example.com/', 'https://mail.example.com/'])
const MOST_TABS = 5

const USERS = [
  { sub: 'auth0|ada', email: 'ada@example.com', password: 'lovelace' },
  { sub: 'auth0|grace', email: 'grace@example.com', password: 'cobol' },
]

/** Longer than any step may take. */
const LONGEST_STEP_MS = 240_000

/** How often each happens. */
const WEIGHTS = /** @type {Record<string, number>} */ ({
  renewEverywhere: 2,
  trouble: 2,
  signInOther: 2,
  signOutThenIn: 2,
})

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
 * One browser with several tabs, in which two users sign in and out while all sorts of things happen.
 *
 * @param {{
 *   seconds: number,
 *   seed: number,
 *   leewaySeconds: number,
 *   cacheLocation: 'localstorage' | 'memory',
 *   isVerbose: boolean,
 * }} plan
 */
export const soak = async ({ seconds, seed, leewaySeconds, cacheLocation, isVerbose }) => {
  const site = await startBlankSite()
  const tenant = await startTenant({
    clients: [{ client_id: CLIENT_ID, origins: [new URL(site.url).origin] }],
    users: USERS,
    leewaySeconds,
    activeRefreshTokensPerUser: 100_000,
    keepAlive: false,
  })
  const browser = await openBrowser({
    blank: site.url,
    options: {
      domain: tenant.url,
      clientId: CLIENT_ID,
      cacheLocation,
      useRefreshTokens: true,
      httpTimeoutInSeconds: 5,
      authorizeTimeoutInSeconds: 10,
      authorizationParams: { redirect_uri: site.url, audience: AUDIENCES[0] },
    },
  })
  const tally = createTally({ isVerbose })
  const run = createRun({
    browser,
    tenant,
    tally,
    audiences: AUDIENCES,
    users: USERS,
    isShared: cacheLocation === 'localstorage',
    seed,
  })
  const { signIn, steps: interactive } = createInteractiveSteps(run)
  const steps = Object.entries({ ...createSilentSteps(run), ...interactive })
  const weighted = steps.flatMap(step => Array.from({ length: WEIGHTS[step[0]] ?? 1 }, () => step))

  try {
    tenant.log.subscribe(tally.request)
    const first = await browser.open()
    await signIn(first, run.pick(USERS), { prompt: 'login' })
    for (const audience of AUDIENCES) await run.startCall(first, { audience })
    const end = Date.now() + seconds * 1000
    while (Date.now() < end) {
      while (browser.tabs.size < 2 || (browser.tabs.size < MOST_TABS && run.random() < 0.3)) {
        await browser.open()
      }
      const [name, step] = run.pick(weighted)
      tally.note(name)
      await within(LONGEST_STEP_MS, step().then(run.checkTabs), name)
    }
    tenant.faults.clear()
    const reused = tenant.events.filter(({ type }) => type === 'refresh_token_reused')
    for (const entry of tally.suspects()) console.log(JSON.stringify(entry))
    return tally.sum(reused.map(({ family = '' }) => family))
  } catch (error) {
    tally.tell()
    throw error
  } finally {
    await browser.close()
    await Promise.all([tenant.close(), site.close()])
  }
}
