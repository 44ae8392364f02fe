import { chromium } from '@playwright/test'
import { chromiumOptions } from '../support/chromium.js'
import * as inPage from './page.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('../../src/index.ts').Auth0ClientOptions} Options */
/** @typedef {{ email: string, password: string }} Credentials */

/** How long a sign-in or a sign-out may take. */
const LONGEST_WAIT_MS = 30_000

const HOUR_MS = 3_600_000
const UNLIMITED = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }

/**
 * @param {Page} page
 * @param {Credentials} user
 */
const submitLogin = async (page, { email, password }) => {
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.locator('button[value=continue]').click()
}

/**
 * A user's browser: tabs of one site that share storage, cookies and locks.
 *
 * @param {{ blank: string, options: Options & { clientId: string } }} site
 */
export const openBrowser = async ({ blank, options }) => {
  const browser = await chromium.launch(chromiumOptions())
  const context = await browser.newContext()
  await context.addInitScript(inPage.prepare)
  context.setDefaultTimeout(LONGEST_WAIT_MS)
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

  let opened = 0
  /** @type {WeakMap<Page, string>} */
  const names = new WeakMap()

  return {
    tabs,
    close: async () => {
      tabs.clear()
      await browser.close()
    },

    /** @param {Page} tab */
    nameOf: tab => names.get(tab) ?? '?',

    open: async () => {
      const tab = await context.newPage()
      opened += 1
      names.set(tab, `tab ${opened}`)
      await tab.goto(blank)
      await tab.evaluate(inPage.createClient, options)
      tabs.add(tab)
      return tab
    },

    /**
     * Signs in by redirect.
     *
     * @param {Page} tab
     * @param {Record<string, string>} params
     * @param {Credentials | undefined} user `undefined` if the tenant asks for no password
     */
    signIn: async (tab, params, user) => {
      await tab.evaluate(
        authorizationParams => window.auth0.loginWithRedirect({ authorizationParams }),
        params,
      )
      if (user) await submitLogin(tab, user)
      await tab.waitForURL(url => url.searchParams.has('code'))
      await tab.evaluate(inPage.createClient, options)
      await tab.evaluate(() =>
        window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
      )
    },

    /**
     * Signs in by popup: the page stays.
     *
     * @param {Page} tab
     * @param {Record<string, string>} params
     * @param {Credentials | undefined} user
     */
    signInByPopup: async (tab, params, user) => {
      const popup = tab.waitForEvent('popup')
      const login = tab.evaluate(
        authorizationParams => window.auth0.loginWithPopup({ authorizationParams }),
        params,
      )
      // The popup may close before the click has ended.
      if (user) popup.then(page => submitLogin(page, user)).catch(() => {})
      await login
    },

    /**
     * Signs out here and at the tenant, and comes back.
     *
     * @param {Page} tab
     */
    signOut: async tab => {
      const back = tab.waitForEvent('framenavigated', frame => frame === tab.mainFrame())
      let isOver = false
      const logout = tab
        .evaluate(
          returnTo => window.auth0.logout({ logoutParams: { returnTo } }),
          new URL(blank).origin,
        )
        .finally(() => {
          isOver = true
        })
      // The page may be gone before the call has ended.
      logout.catch(() => {})
      await back.catch(error => {
        throw new Error(isOver ? 'The tenant does not lead back' : 'logout hangs', { cause: error })
      })
      await tab.waitForLoadState()
      await tab.evaluate(inPage.createClient, options)
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
     * Stops the thread of a tab as freezing does; its locks stay held. Freezing itself is for hidden
     * tabs only, and a browser without windows has none.
     *
     * @param {Page} tab
     * @returns {Promise<() => Promise<void>>} lets it go on
     */
    freeze: async tab => {
      const session = await devtools(tab)
      await session.send('Debugger.enable')
      const paused = new Promise(resolve => session.once('Debugger.paused', resolve))
      await session.send('Debugger.pause')
      // It stops when its next code runs.
      tab.evaluate(() => 0).catch(() => {})
      await paused
      return async () => {
        await session.send('Debugger.disable')
      }
    },

    /**
     * Opens a dialog, which stops the thread of a tab.
     *
     * @param {Page} tab
     * @returns {Promise<() => Promise<void>>} closes it
     */
    openDialog: async tab => {
      const opening = tab.waitForEvent('dialog')
      tab.evaluate(() => alert('Please wait')).catch(() => {})
      const dialog = await opening
      return () => dialog.accept()
    },

    /**
     * Sets the tab's clock, by hours from the true time.
     *
     * @param {Page} tab
     * @param {number} hours
     */
    setClock: (tab, hours) => tab.evaluate(inPage.setClock, hours * HOUR_MS),

    /** @param {Page} tab */
    expireTokens: tab => tab.evaluate(inPage.expireTokens, options.clientId),

    /** @param {Page} tab */
    endWorkers: tab => tab.evaluate(inPage.endWorkers),

    /** @param {Page} tab */
    look: tab => tab.evaluate(inPage.look),

    /**
     * @param {Page} tab
     * @param {Parameters<typeof inPage.call>[0]} load
     */
    call: (tab, load) => tab.evaluate(inPage.call, load),
  }
}

/** @typedef {Awaited<ReturnType<typeof openBrowser>>} UserBrowser */
/** @typedef {Awaited<ReturnType<UserBrowser['look']>>} Seen */
