import { chromium } from '@playwright/test'
import { chromiumOptions } from '../support/chromium.js'
import { bundle } from './bundle.js'
import { NAMES, SDKS } from './sdks.js'
import { startSite } from './server/start-site.js'
import { startStandIn } from './server/start-stand-in.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./report/table.js').Table} Table */

/**
 * The functions of a module as they are called from outside of the page.
 *
 * @template {Record<string, any>} Module
 * @typedef {{ [Name in keyof Module]: (argument?: Parameters<Module[Name]>[0]) => Promise<Awaited<ReturnType<Module[Name]>>> }} InPage
 */

/**
 * A module of `page/`, run in a page.
 *
 * @param {Page} page
 * @param {string} file
 * @returns {any} an `InPage` of the module
 */
export const moduleIn = (page, file) =>
  new Proxy(
    {},
    {
      get: (_, name) => {
        // Or an async function could not give it back: it would look like a promise.
        if (name === 'then') return undefined
        return (/** @type {unknown} */ argument) =>
          page.evaluate(
            async ([path, called, given]) => (await import(String(path)))[String(called)](given),
            [`/page/${file}`, String(name), argument],
          )
      },
    },
  )

/** @typedef {Awaited<ReturnType<typeof openBench>>} Bench */

/**
 * A browser, the stand-in, and a site with every SDK.
 *
 * @param {{ isQuick: boolean }} how
 */
export const openBench = async ({ isQuick }) => {
  const bundles = new Map(
    await Promise.all(
      NAMES.map(async name => {
        const sdk = SDKS[name]
        const source = `export { ${sdk.exports} } from 'sdk'`
        return /** @type {const} */ ([name, await bundle(sdk, source)])
      }),
    ),
  )
  const [standIn, site, browser] = await Promise.all([
    startStandIn(),
    startSite(bundles),
    chromium.launch(chromiumOptions()),
  ])
  return {
    isQuick,
    bundles,
    standIn,
    site,
    browser,
    /** @param {number} full how often something is done, in a full run */
    times: full => (isQuick ? Math.max(3, Math.round(full / 5)) : full),
    close: async () => {
      await browser.close()
      await Promise.all([standIn.close(), site.close()])
    },
  }
}
