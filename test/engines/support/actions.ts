import type { Auth0ClientOptions, RedirectLoginOptions } from '../../../src/index.ts'
import { ADA } from '../../support/browser-clients.ts'
import type { Browser, Tab } from './browser.ts'

declare global {
  interface Window {
    sdk: typeof import('../../../src/index.ts')
  }
}

/** Makes `window.auth0` when the page has loaded the SDK. */
export const createClient = async (tab: Tab, options: Auth0ClientOptions): Promise<void> => {
  await tab.waitFor(() => 'sdk' in window)
  await tab.evaluate(async given => {
    window.auth0 = await window.sdk.createAuth0Client(given)
  }, options)
}

/** A tab with a client of its own. */
export const openTab = async (
  browser: Browser,
  blank: string,
  options: Auth0ClientOptions,
): Promise<Tab> => {
  const tab = await browser.open()
  await tab.goto(blank)
  await createClient(tab, options)
  return tab
}

const BUTTON = 'button[value=continue]'

/** Waits for the tenant's login page. */
export const waitForLogin = (tab: Tab): Promise<void> =>
  tab.waitFor(
    selector => document.readyState === 'complete' && document.querySelector(selector),
    BUTTON,
  )

/** Fills in the login page by keyboard and mouse. */
export const typeLogin = async (tab: Tab, { email, password } = ADA): Promise<void> => {
  await waitForLogin(tab)
  await tab.type('[name=email]', email)
  await tab.type('[name=password]', password)
  await tab.click(BUTTON)
}

/** Submits the login page at once, which is faster. */
export const submitLogin = async (tab: Tab, user = ADA): Promise<void> => {
  await waitForLogin(tab)
  await tab.evaluate(
    (selector, given) => {
      const button = document.querySelector(selector) as HTMLButtonElement
      for (const name of ['email', 'password'] as const) {
        const field = button.form?.elements.namedItem(name) as HTMLInputElement
        field.value = given[name]
      }
      // The page is left when the call has ended.
      setTimeout(() => button.form?.requestSubmit(button))
    },
    BUTTON,
    user,
  )
}

/** Leaves for the login page. */
export const startRedirect = (tab: Tab, options: RedirectLoginOptions = {}): Promise<void> =>
  tab.evaluate(given => {
    window.auth0.loginWithRedirect(given)
  }, options)

/** Waits for the page of the application with an answer of the tenant in its address. */
export const waitForAnswer = (tab: Tab, name: 'code' | 'error' = 'code'): Promise<void> =>
  tab.waitFor(
    given => document.readyState === 'complete' && new URLSearchParams(location.search).has(given),
    name,
  )

/** Handles the answer with a new client. */
export const finishRedirect = async (tab: Tab, options: Auth0ClientOptions): Promise<void> => {
  await waitForAnswer(tab)
  await createClient(tab, options)
  await tab.evaluate(async () => {
    await window.auth0.handleRedirectCallback(location.href, { cleanUrl: true })
  })
}

/** Signs in by redirect, from an open tab or in a new one, and gives the tab with its client. */
export const signIn = async (
  browser: Browser,
  blank: string,
  options: Auth0ClientOptions,
): Promise<Tab> => {
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab)
  await submitLogin(tab)
  await finishRedirect(tab, options)
  return tab
}

/** Signs another user in over the session that is there. */
export const signInAgain = async (
  tab: Tab,
  options: Auth0ClientOptions,
  user: { email: string; password: string },
): Promise<void> => {
  await startRedirect(tab, { authorizationParams: { prompt: 'login' } })
  await submitLogin(tab, user)
  await finishRedirect(tab, options)
}

/** Signs out here and at the tenant, and comes back to the page. */
export const signOut = async (tab: Tab, blank: string): Promise<void> => {
  await tab.evaluate(returnTo => {
    window.auth0.logout({ logoutParams: { returnTo } })
  }, blank)
  await tab.waitFor(
    to => location.href === to && document.readyState === 'complete' && !('auth0' in window),
    blank,
  )
}

/** Opens a login in a popup by the click that browsers demand; `popupOutcome` waits for its end. */
export const openLoginPopup = async (browser: Browser, tab: Tab): Promise<Tab> => {
  await tab.evaluate(() => {
    const button = document.querySelector('button') ?? document.createElement('button')
    button.textContent = 'Sign in'
    button.onclick = () => {
      const login = window.auth0.loginWithPopup().then(
        () => 'signed in',
        ({ name, error }) => `${name} ${error}`,
      )
      Object.assign(window, { login })
    }
    document.body.append(button)
  })
  return browser.popupOf(() => tab.click('button'))
}

/** How the login in a popup ended: `signed in`, or name and code of the error. */
export const popupOutcome = (tab: Tab): Promise<string> =>
  tab.evaluate(() => (window as unknown as { login: Promise<string> }).login)

export const isSignedIn = (tab: Tab): Promise<boolean> =>
  tab.evaluate(() => window.auth0.isAuthenticated())

export const userName = (tab: Tab): Promise<string | undefined> =>
  tab.evaluate(async () => (await window.auth0.getUser())?.name)

/** The access token, or the code of the error. */
export const tokenOrError = (
  tab: Tab,
  cacheMode: 'on' | 'off' | 'cache-only' = 'on',
): Promise<string | undefined> =>
  tab.evaluate(
    mode =>
      window.auth0.getTokenSilently({ cacheMode: mode }).catch(error => `error: ${error.error}`),
    cacheMode,
  )

/** Refresh tokens in localStorage. */
export const heldRefreshTokens = (tab: Tab): Promise<string[]> =>
  tab.evaluate(() =>
    Object.values({ ...localStorage }).flatMap(text => JSON.parse(text).body?.refresh_token ?? []),
  )

/** Makes the access tokens in localStorage look expired, and waits until every tab sees it. */
export const expire = async (tabs: Tab[]): Promise<void> => {
  await tabs[0]?.evaluate(() => {
    for (const [key, text] of Object.entries({ ...localStorage })) {
      const entry = JSON.parse(text)
      if (entry.body) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    }
  })
  for (const tab of tabs) {
    await tab.waitFor(() =>
      Object.values({ ...localStorage })
        .map(text => JSON.parse(text))
        .every(entry => !entry.body || entry.expiresAt === 1),
    )
  }
}
