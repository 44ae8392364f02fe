import { moduleIn } from '../bench.js'
import { takeCounts } from '../report/table.js'
import { startStandIn } from '../server/start-stand-in.js'
import { AUDIENCE } from '../sessions.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').CountTable} CountTable */
/** @typedef {import('../report/table.js').CountRow} CountRow */
/** @typedef {import('../server/stand-in.js').Counted} Counted */

const SDKS = ['latchkey', 'auth0-spa-js', 'oidc-client-ts']
const CLIENT_ID = 'bench'

/** What a word of a cell stands for, in the order in which it is written. */
const WORDS = /** @type {const} */ ([
  ['preflight', 'preflight'],
  ['discovery', 'discovery'],
  ['frame', 'frame'],
  ['token', 'token'],
  ['keys', 'keys'],
])

/**
 * `2: preflight + token`; the login page itself is no request of the SDK.
 *
 * @param {readonly Counted[]} requests
 */
const describe = requests => {
  const strange = requests.filter(({ kind }) => kind === 'other').length
  if (strange > 0) throw new Error(`${strange} requests to unknown addresses`)
  const own = requests.filter(({ kind }) => kind !== 'page')
  const parts = WORDS.flatMap(([kind, word]) => {
    const count = own.filter(request => request.kind === kind).length
    if (count === 0) return []
    return count === 1 ? word : `${count} ${word}`
  })
  return own.length === 0 ? '0' : `${own.length}: ${parts.join(' + ')}`
}

/** @param {unknown} error */
const unlessGone = error => {
  if (!String(error).includes('Execution context was destroyed')) throw error
}

/** @typedef {{ title: string, isStored: boolean, useRefreshTokens: boolean }} Setup */

/** @type {Setup[]} */
const SETUPS = [
  { title: 'localStorage, refresh tokens', isStored: true, useRefreshTokens: true },
  { title: 'memory, refresh tokens', isStored: false, useRefreshTokens: true },
  { title: 'memory, hidden frame', isStored: false, useRefreshTokens: false },
]

/**
 * @param {import('../server/start-stand-in.js').StandIn} standIn
 * @param {import('../server/start-site.js').Site} site
 * @param {string} sdk
 * @param {Setup} setup
 */
const optionsFor = (standIn, site, sdk, { isStored, useRefreshTokens }) =>
  sdk === 'oidc-client-ts'
    ? {
        isStored,
        settings: {
          authority: standIn.url,
          client_id: CLIENT_ID,
          redirect_uri: site.url,
          silent_redirect_uri: `${site.url}silent`,
          scope: `openid profile email${useRefreshTokens ? ' offline_access' : ''}`,
        },
      }
    : {
        domain: standIn.url,
        clientId: CLIENT_ID,
        cacheLocation: isStored ? 'localstorage' : 'memory',
        useRefreshTokens,
        useRefreshTokensFallback: true,
        authorizationParams: { redirect_uri: site.url, audience: AUDIENCE },
      }

/**
 * One user's way: a first login, a reload, a renewal, and another login.
 *
 * @param {Bench} bench
 * @param {string} sdk
 * @param {Setup} setup
 * @returns {Promise<Record<string, string>>}
 */
const follow = async (bench, sdk, setup) => {
  const { browser, site } = bench
  // One for each way: they are gone all at once, and the counts must not mix.
  const standIn = await startStandIn()
  const context = await browser.newContext()
  const page = await context.newPage()
  /** @type {import('../bench.js').InPage<typeof import('../page/flows.js')>} */
  const flows = moduleIn(page, 'flows.js')
  const options = optionsFor(standIn, site, sdk, setup)
  const start = () => flows.start({ sdk, options })
  /** @param {() => Promise<void>} work */
  const requestsOf = async work => {
    await standIn.take()
    await work()
    if (!(await flows.holdsToken(sdk))) throw new Error(`${sdk} holds no token.`)
    await page.waitForLoadState('networkidle')
    return describe(await standIn.take())
  }
  const login = async () => {
    // The page may be gone before it can say that it left.
    await Promise.all([page.waitForURL(/[?&]code=/), flows.leave(sdk).catch(unlessGone)])
    await start()
    await flows.comeBack(sdk)
  }
  await standIn.set({ preflightSeconds: 0 })
  try {
    await page.goto(site.url)
    await start()
    return {
      'first login': await requestsOf(login),
      reload: await requestsOf(async () => {
        await page.goto(site.url)
        await start()
      }),
      renewal: await requestsOf(() => flows.renew(sdk)),
      'later login': await requestsOf(login),
    }
  } finally {
    await context.close()
    await standIn.close()
  }
}

/**
 * Requests of each flow, as the tenant counts them.
 *
 * @param {Bench} bench
 * @returns {Promise<CountTable[]>}
 */
export const measureRequests = async bench => {
  const ways = SETUPS.flatMap(setup =>
    SDKS.filter(sdk => sdk !== 'oidc-client-ts' || setup.isStored).map(sdk => ({ setup, sdk })),
  )
  /** @type {CountRow[]} */
  const rows = await Promise.all(
    ways.map(({ setup, sdk }) =>
      takeCounts(`${setup.title}: ${sdk}`, () => follow(bench, sdk, setup)),
    ),
  )
  return [
    {
      kind: 'counts',
      title: 'Requests to the tenant',
      note: 'Counted by the tenant, without the login page; each flow comes so long after the one before that the browser has forgotten its preflight (Chromium remembers one for two hours at most).',
      columns: ['first login', 'reload', 'renewal', 'later login'],
      rows,
    },
  ]
}
