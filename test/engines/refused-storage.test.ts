import { expect } from 'vitest'
import { MEMORY, optionsFor, STORED } from '../support/browser-clients.ts'
import {
  finishRedirect,
  isSignedIn,
  openLoginPopup,
  openTab,
  popupOutcome,
  startRedirect,
  submitLogin,
  tokenOrError,
} from './support/actions.ts'
import { type Browser, createBrowser, type Tab } from './support/browser.ts'
import { test as base, launchEngine } from './support/fixtures.ts'

/** A browser whose user has refused all storage to the site. */
const test = base.extend<{ browser: Browser }>({
  browser: async ({ blank }, use) => {
    const engine = await launchEngine({ refuseStorageTo: new URL(blank).origin })
    const driver = await engine.createDriver()
    await use(createBrowser(driver))
    await engine.close()
  },
})

type StorageName = 'localStorage' | 'sessionStorage'

const accepts = (tab: Tab, name: StorageName): Promise<boolean> =>
  tab.evaluate(given => {
    try {
      window[given].setItem('a', 'b')
      return true
    } catch {
      return false
    }
  }, name)

for (const [place, options] of Object.entries({ memory: MEMORY, localStorage: STORED })) {
  test(`where storage is refused to the page, with tokens in ${place}, a popup signs in, tokens are renewed and a logout forgets`, async ({
    browser,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    const tab = await openTab(browser, blank, given)
    expect(await accepts(tab, 'localStorage')).toBe(false)
    expect(await tokenOrError(tab)).toBe('error: login_required')

    await submitLogin(await openLoginPopup(browser, tab))
    expect(await popupOutcome(tab)).toBe('signed in')
    expect(await isSignedIn(tab)).toBe(true)
    const first = await tokenOrError(tab)
    expect(first).toMatch(/^ey/)
    const second = await tokenOrError(tab, 'off')
    expect(second).toMatch(/^ey/)
    expect(second).not.toBe(first)
    expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)

    await tab.evaluate(() => window.auth0.logout({ openUrl: false }))
    expect(await isSignedIn(tab)).toBe(false)
    expect(await tokenOrError(tab, 'cache-only')).toBeUndefined()
  })
}

test('where storage is refused to the page, a login by redirect works or is refused before the page is left', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await openTab(browser, blank, options)
  expect(await accepts(tab, 'localStorage')).toBe(false)
  // WebKit can be started without localStorage and IndexedDB, but not without sessionStorage.
  if (await accepts(tab, 'sessionStorage')) {
    await startRedirect(tab)
    await submitLogin(tab)
    await finishRedirect(tab, options)
    expect(await isSignedIn(tab)).toBe(true)
    return
  }
  const error = await tab.evaluate(() =>
    window.auth0.loginWithRedirect().catch(({ name, error }) => `${name} ${error}`),
  )
  expect(error).toBe('GenericError transaction_not_stored')
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
})
