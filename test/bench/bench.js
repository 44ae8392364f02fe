import { chromium } from '@playwright/test'
import { chromiumOptions } from '../support/chromium.js'
import { startSite, startTenant } from './bench-server.js'
import { bundle } from './bundle.js'
import { NAMES, SDKS } from './sdks.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').BrowserContext} BrowserContext */
/** @typedef {import('./page/adapters.js').Setup} Setup */
/** @typedef {import('./sdks.js').SdkName} SdkName */
/** @typedef {Awaited<ReturnType<typeof openBench>>} Bench */

/**
 * A function of `page/measure.js`, called from outside of the page.
 *
 * @typedef {typeof import('./page/measure.js')} Measure
 * @typedef {{ [Name in keyof Measure]: (argument?: Parameters<Measure[Name]>[0]) => Promise<Awaited<ReturnType<Measure[Name]>>> }} InPage
 */

/**
 * @param {Page} page
 * @returns {InPage} the functions of `page/measure.js`, run in the page
 */
export const inPage = page =>
  new Proxy(/** @type {InPage} */ ({}), {
    get: (_, name) => {
      // Or `await` would take this for a promise.
      if (name === 'then') return undefined
      return (/** @type {unknown} */ argument) =>
        page.evaluate(
          async ([called, given]) => {
            const module = '/page/measure.js'
            return (await import(module))[String(called)](given)
          },
          [String(name), argument],
        )
    },
  })

/**
 * A browser, the tenant, and the site with every SDK.
 *
 * @param {{ share: number }} how the part of the samples of a complete run that are to be taken
 */
export const openBench = async ({ share }) => {
  /** @type {Map<SdkName, import('./bundle.js').Bundle>} */
  const bundles = new Map()
  for (const name of NAMES) {
    bundles.set(name, await bundle(SDKS[name], `export { ${SDKS[name].exports} } from 'sdk'`))
  }
  const [tenant, site, browser] = await Promise.all([
    startTenant(),
    startSite(bundles),
    chromium.launch(chromiumOptions()),
  ])

  /**
   * @param {string} sdk
   * @param {Partial<Setup>} [given]
   * @returns {Setup}
   */
  const setupOf = (sdk, given) => ({
    sdk,
    url: tenant.url,
    redirectUri: site.url,
    silentUri: site.silent,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
    ...given,
  })

  /**
   * A new page, which has a process of its own.
   *
   * @param {BrowserContext} context
   * @param {string} url
   */
  const openTab = async (context, url) => {
    const page = await context.newPage()
    await page.goto(url)
    const functions = inPage(page)
    await functions.ready()
    return { page, functions }
  }

  /**
   * Does something in a new page and closes it.
   *
   * @template Result
   * @param {BrowserContext} context
   * @param {string} url
   * @param {(page: Page, functions: InPage) => Promise<Result>} work
   */
  const withPage = async (context, url, work) => {
    const { page, functions } = await openTab(context, url)
    try {
      return await work(page, functions)
    } finally {
      await page.close()
    }
  }

  /**
   * Does something with a browser profile for each contender.
   *
   * @template Result
   * @param {readonly string[]} names
   * @param {(contextOf: (name: string) => BrowserContext) => Promise<Result>} work
   */
  const withContexts = async (names, work) => {
    /** @type {Map<string, BrowserContext>} */
    const contexts = new Map()
    try {
      for (const name of names) contexts.set(name, await browser.newContext())
      return await work(name => {
        const context = contexts.get(name)
        if (!context) throw new Error(`No browser profile for ${name}.`)
        return context
      })
    } finally {
      for (const context of contexts.values()) await context.close()
    }
  }

  /**
   * The files of a bundle that are loaded on demand.
   *
   * @param {string} sdk
   */
  const laterFiles = sdk => [...(bundles.get(/** @type {SdkName} */ (sdk))?.later.keys() ?? [])]

  return {
    bundles,
    tenant,
    site,
    browser,
    setupOf,
    openTab,
    withPage,
    withContexts,
    laterFiles,
    /** @param {number} full how often something is done in a complete run */
    times: full => Math.max(2, Math.round(full * share)),
    close: async () => {
      await browser.close()
      tenant.close()
      site.close()
    },
  }
}
