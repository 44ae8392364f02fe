import { chromium } from '@playwright/test'
import { chromiumOptions } from '../support/chromium.js'
import * as inPage from './page.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('../../src/index.ts').Auth0ClientOptions} Options */

const HOUR_MS = 3_600_000
const UNLIMITED = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }

/**
 * A user's browser: tabs of one site that share storage, cookies and locks.
 *
 * @param {{ blank: string, options: Options }} site
 */
export const openBrowser = async ({ blank, options }) => {
  const browser = await chromium.launch(chromiumOptions())
  const context = await browser.newContext()
  await context.addInitScript(inPage.makeClockSettable)
  /** @type {Set<Page>} */
  const tabs = new Set()

  /** @type {Map<Page, Promise<import('@playwright/test').CDPSession>>} */
  const sessions = new Map()

  /**
   * One session for each tab: what one has set, only the same one can take back.
   *
   * @param {Page} tab
   */
  const devtools = tab => {
    const session = sessions.get(tab) ?? context.newCDPSession(tab)
    sessions.set(tab, session)
    return session
  }

  return {
    tabs,
    close: () => browser.close(),

    open: async () => {
      const tab = await context.newPage()
      await tab.goto(blank)
      await tab.evaluate(inPage.createClient, options)
      tabs.add(tab)
      return tab
    },

    /** @param {Page} tab */
    signIn: async tab => {
      await tab.evaluate(() => window.auth0.loginWithRedirect())
      await tab.locator('[name=email]').fill('ada@example.com')
      await tab.locator('[name=password]').fill('lovelace')
      await tab.locator('button[value=continue]').click()
      await tab.waitForURL(url => url.searchParams.has('code'))
      await tab.evaluate(inPage.createClient, options)
      await tab.evaluate(() => window.auth0.handleRedirectCallback())
    },

    /**
     * Ends the tab's process, without any of its own code running.
     *
     * @param {Page} tab
     */
    kill: async tab => {
      tabs.delete(tab)
      const crashed = tab.waitForEvent('crash')
      ;(await devtools(tab)).send('Page.crash').catch(() => {})
      await crashed
      await tab.close()
    },

    /** @param {Page} tab */
    shut: async tab => {
      tabs.delete(tab)
      await tab.close()
    },

    /** @param {Page} tab */
    reload: async tab => {
      await tab.goto(blank)
      await tab.evaluate(inPage.createClient, options)
    },

    /**
     * @param {Page} tab
     * @param {boolean} isOffline
     */
    setOffline: async (tab, isOffline) => {
      const session = await devtools(tab)
      await session.send('Network.enable')
      await session.send('Network.emulateNetworkConditions', { ...UNLIMITED, offline: isOffline })
    },

    /**
     * Sets the tab's clock, by hours from the true time.
     *
     * @param {Page} tab
     * @param {number} hours
     */
    setClock: (tab, hours) => tab.evaluate(inPage.setClock, hours * HOUR_MS),

    /** @param {Page} tab */
    expireTokens: tab => tab.evaluate(inPage.expireTokens),

    /**
     * @param {Page} tab
     * @param {Parameters<typeof inPage.call>[0]} load
     */
    call: (tab, load) => tab.evaluate(inPage.call, load),
  }
}

/** @typedef {Awaited<ReturnType<typeof openBrowser>>} UserBrowser */
