import { interleave } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */

const UNVERIFIED = 'latchkey without signatures'
const SDKS = ['latchkey', UNVERIFIED, 'auth0-spa-js', 'oidc-client-ts']

/**
 * @typedef {object} Setting
 * @property {string} title
 * @property {'renewal' | 'callback'} flow
 * @property {'memory' | 'localstorage'} cacheLocation
 * @property {boolean} [byFrame]
 * @property {boolean} [isPreflightCached]
 */

/** @type {Setting[]} */
const SETTINGS = [
  { title: 'renewal, localStorage', flow: 'renewal', cacheLocation: 'localstorage' },
  { title: 'renewal, memory', flow: 'renewal', cacheLocation: 'memory' },
  { title: 'login callback, localStorage', flow: 'callback', cacheLocation: 'localstorage' },
].flatMap(setting => [
  /** @type {Setting} */ (setting),
  /** @type {Setting} */ ({
    ...setting,
    title: `${setting.title}, preflight cached`,
    isPreflightCached: true,
  }),
])
SETTINGS.push({
  title: 'renewal by hidden iframe, memory',
  flow: 'renewal',
  cacheLocation: 'memory',
  byFrame: true,
})

/**
 * @param {Bench} bench
 * @param {Setting} setting
 */
const measure = async (bench, { flow, cacheLocation, byFrame = false, isPreflightCached }) => {
  const { site, tenant, setupOf, laterFiles, withContexts, withPage } = bench
  // An iframe of the tenant needs a page without cross-origin isolation.
  const url = byFrame ? site.url : site.isolated
  /** @param {string} name */
  const givenFor = name => {
    const sdk = name === UNVERIFIED ? 'latchkey' : name
    const options = {
      useRefreshTokensFallback: true,
      ...(name === UNVERIFIED && { idTokenSignature: 'trust-tls' }),
    }
    const setup = { redirectUri: url, cacheLocation, useRefreshTokens: !byFrame, options }
    const bareCount = byFrame ? 1 : 3
    return { setup: setupOf(sdk, setup), files: laterFiles(sdk), flow, bareCount }
  }
  /** @typedef {import('@playwright/test').BrowserContext} BrowserContext */
  /** @type {(name: string, context: BrowserContext) => ReturnType<import('../bench.js').InPage['timeFlow']>} */
  const takeSample = (name, context) =>
    withPage(context, url, async (page, functions) => {
      const given = givenFor(name)
      const { setup } = given
      if (flow === 'callback') {
        await functions.open({ setup })
        // The page may be gone before it can say that it left.
        const leaving = functions.callOpened({ sdk: setup.sdk, call: 'leave' })
        await Promise.all([page.waitForURL(/[?&]code=/), leaving.catch(() => {})])
        await functions.ready()
      }
      return functions.timeFlow(given)
    })

  tenant.set(isPreflightCached ? {} : { preflightSeconds: 0 })
  try {
    return await withContexts(SDKS, async contextOf => {
      for (const name of SDKS) {
        const { setup } = givenFor(name)
        await withPage(contextOf(name), url, async (_, page) => {
          await page.open({ setup, signsIn: true })
          await page.callOpened({ sdk: setup.sdk, call: 'renew' })
        })
      }
      const rounds = bench.times(byFrame ? 20 : 30)
      return interleave(SDKS, rounds, name => takeSample(name, contextOf(name)))
    })
  } finally {
    tenant.set({})
  }
}

/**
 * @param {Bench} bench
 * @param {Setting} setting
 * @returns {Promise<import('../table.js').Row[]>}
 */
const rowsOf = async (bench, setting) => {
  const taken = Object.entries(await measure(bench, setting))
  /** @param {(sample: { ms: number, bareMs: number }) => number} value */
  const each = value => Object.fromEntries(taken.map(([sdk, all]) => [sdk, all.map(value)]))
  const plain = Object.values(each(({ bareMs }) => bareMs)).flat()
  const whole = { ...each(({ ms }) => ms), 'plain requests': plain }
  const { title } = setting
  return [
    { title, unit: 'ms', samples: whole },
    { title: `${title}: above plain requests`, unit: 'ms', samples: each(s => s.ms - s.bareMs) },
  ]
}

/** @type {import('../table.js').Group} */
export const flows = {
  title: 'Login callback and renewal',
  note: 'The first of a new page, with all code loaded before. The tenant answers without delay. "Plain requests" are the same requests with `fetch` and an iframe in the same page; "above" is what is left when their time is taken off. Latchkey verifies the signature of the ID token, the others do not.',
  measurements: bench =>
    SETTINGS.map(setting => ({
      title: setting.title,
      measure: () => rowsOf(bench, setting),
    })),
}
