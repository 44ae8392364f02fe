import { interleave } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../table.js').Row} Row */
/** @typedef {{ title: string, isLoadingTimed?: boolean, hasSession?: boolean, setup?: Partial<import('../bench.js').Setup> }} Setting */

const SDKS = ['latchkey', 'auth0-spa-js', 'oidc-client-ts']

/** @type {Setting[]} */
const SETTINGS = [
  {
    title: 'not signed in, memory',
    setup: { cacheLocation: 'memory', useRefreshTokens: false },
  },
  { title: 'not signed in, memory, refresh tokens', setup: { cacheLocation: 'memory' } },
  { title: 'not signed in, localStorage' },
  { title: 'a session in localStorage', hasSession: true },
  { title: 'not signed in, localStorage, loading the SDK as well', isLoadingTimed: true },
  {
    title: 'a session in localStorage, loading the SDK as well',
    isLoadingTimed: true,
    hasSession: true,
  },
]

/**
 * @param {Bench} bench
 * @param {Setting} setting
 */
const measure = async (
  bench,
  { title, hasSession = false, isLoadingTimed = false, setup: given },
) => {
  const { site, tenant, setupOf, laterFiles, withContexts, withPage } = bench
  /**
   * @param {string} sdk
   * @param {boolean} checksSession
   */
  const setupFor = (sdk, checksSession) =>
    setupOf(sdk, { ...given, redirectUri: site.isolated, checksSession })
  return withContexts(SDKS, async contextOf => {
    for (const sdk of hasSession ? SDKS : []) {
      const setup = setupFor(sdk, false)
      await withPage(contextOf(sdk), site.isolated, (_, page) =>
        page.open({ setup, signsIn: true }),
      )
    }
    tenant.takeRequests()
    const samples = await interleave(SDKS, bench.times(30), sdk =>
      withPage(contextOf(sdk), site.isolated, async (_, page) => {
        const loaded = { setup: setupFor(sdk, true), files: laterFiles(sdk) }
        const { ms, isSignedIn } = await page.timeStart({ ...loaded, isLoadingTimed })
        if (isSignedIn !== hasSession) throw new Error(`${sdk} was wrong about the session.`)
        return ms
      }),
    )
    const count = tenant.takeRequests().length
    if (count > 0) throw new Error(`${count} requests to the tenant.`)
    return [{ title, unit: 'ms', samples }]
  })
}

/** @type {import('../table.js').Group} */
export const start = {
  title: 'createAuth0Client() and isAuthenticated()',
  note: 'The first client of a new page; of oidc-client-ts `new UserManager()` and `getUser()`. All code is loaded before, except where the row says so.',
  measurements: bench =>
    SETTINGS.map(setting => ({
      title: setting.title,
      measure: () => measure(bench, setting),
    })),
}
