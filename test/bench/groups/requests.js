/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../bench-server.js').Counted} Counted */
/** @typedef {{ title: string, cacheLocation: 'memory' | 'localstorage', useRefreshTokens: boolean }} Setting */

const FLOWS = ['first login', 'reload', 'renewal', 'later login']
const KINDS = /** @type {const} */ (['preflight', 'discovery', 'frame', 'token', 'keys'])

/** @type {Setting[]} */
const SETTINGS = [
  {
    title: 'localStorage, refresh tokens',
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
  },
  { title: 'memory, refresh tokens', cacheLocation: 'memory', useRefreshTokens: true },
  { title: 'memory, hidden iframe', cacheLocation: 'memory', useRefreshTokens: false },
]

/**
 * Requests as text, such as `2: preflight + token`. The login page is no request of the SDK.
 *
 * @param {readonly Counted[]} requests
 */
const describe = requests => {
  const unknown = requests.filter(({ kind }) => kind === 'other').length
  if (unknown > 0) throw new Error(`${unknown} requests to unknown addresses`)
  const own = requests.filter(({ kind }) => kind !== 'page')
  const parts = KINDS.flatMap(kind => {
    const count = own.filter(request => request.kind === kind).length
    if (count === 0) return []
    return count === 1 ? kind : `${count} ${kind}`
  })
  return own.length === 0 ? '0' : `${own.length}: ${parts.join(' + ')}`
}

/**
 * One user: a first login, a reload, a renewal, and another login.
 *
 * @param {Bench} bench
 * @param {string} sdk
 * @param {Setting} setting
 * @returns {Promise<string[]>} the requests of each flow
 */
const follow = ({ site, tenant, setupOf, withContexts, openTab }, sdk, setting) =>
  withContexts([sdk], async contextOf => {
    const { cacheLocation, useRefreshTokens } = setting
    const options = { useRefreshTokensFallback: true }
    const setup = setupOf(sdk, { cacheLocation, useRefreshTokens, options, checksSession: true })
    // As if the browser had forgotten the preflight before each flow.
    tenant.set({ preflightSeconds: 0 })
    const { page, functions } = await openTab(contextOf(sdk), site.url)
    const start = () => functions.open({ setup })
    const login = async () => {
      // The page may be gone before it can say that it left.
      const leaving = functions.callOpened({ sdk, call: 'leave' }).catch(() => {})
      await Promise.all([page.waitForURL(/[?&]code=/), leaving])
      await start()
      await functions.callOpened({ sdk, call: 'finishLogin', argument: page.url() })
      await page.evaluate(() => history.replaceState({}, '', location.pathname))
    }
    const reload = async () => {
      await page.goto(site.url)
      await start()
    }
    const renew = () => functions.callOpened({ sdk, call: 'renew' })
    await start()
    /** @type {string[]} */
    const counted = []
    for (const work of [login, reload, renew, login]) {
      tenant.takeRequests()
      await work()
      const call = { sdk, call: /** @type {const} */ ('isSignedIn') }
      if (!(await functions.callOpened(call))) throw new Error(`${sdk} has no session.`)
      await page.waitForLoadState('networkidle')
      counted.push(describe(tenant.takeRequests()))
    }
    return counted
  }).finally(() => tenant.set({}))

/**
 * @param {Bench} bench
 * @param {Setting} setting
 * @returns {Promise<import('../table.js').Row[]>}
 */
const measure = async (bench, setting) => {
  const sdks = ['latchkey', 'auth0-spa-js']
  if (setting.cacheLocation === 'localstorage') sdks.push('oidc-client-ts')
  const rows = FLOWS.map(flow => ({
    title: `${flow}, ${setting.title}`,
    unit: 'requests',
    texts: /** @type {Record<string, string>} */ ({}),
  }))
  for (const sdk of sdks) {
    const counted = await follow(bench, sdk, setting)
    for (const [index, row] of rows.entries()) row.texts[sdk] = counted[index] ?? ''
  }
  return rows
}

/** @type {import('../table.js').Group} */
export const requests = {
  title: 'Requests to the tenant',
  note: 'Counted by the tenant, without the login page. Each flow comes so long after the last one that the browser has forgotten its preflight (Chromium remembers one for at most two hours).',
  measurements: bench =>
    SETTINGS.map(setting => ({
      title: setting.title,
      measure: () => measure(bench, setting),
    })),
}
