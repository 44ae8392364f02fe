import type { BrowserContext, Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { createClient } from './fixtures.ts'

export { MEMORY, STORED } from '../../support/browser-clients.ts'

/** A tab with a client of its own. */
export const openTab = async (
  context: BrowserContext,
  blank: string,
  options: Auth0ClientOptions,
): Promise<Page> => {
  const tab = await context.newPage()
  await tab.goto(blank)
  await createClient(tab, options)
  return tab
}

const looksExpired = () =>
  Object.values({ ...localStorage })
    .map(text => JSON.parse(text))
    .every(entry => !entry.body || entry.expiresAt === 1)

/**
 * Makes every access token in localStorage look expired, and waits until all tabs see it: a tab
 * that does not would rightly serve what it believes valid.
 */
export const expire = async ([first, ...others]: Page[]): Promise<void> => {
  await first?.evaluate(() => {
    for (const [key, text] of Object.entries({ ...localStorage })) {
      const entry = JSON.parse(text)
      if (entry.body) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    }
  })
  await Promise.all(others.map(tab => tab.waitForFunction(looksExpired)))
}

/** Refresh tokens in localStorage. */
export const heldRefreshTokens = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Object.values({ ...localStorage }).flatMap(text => JSON.parse(text).body?.refresh_token ?? []),
  )

/** The outcome of a call: a token, or the code, message and cause of an error. */
export type Outcome = { token: string } | { error: string; message: string; cause?: string }

/** Starts a call without waiting for its end; `outcomeOf` waits for it. */
export const startCall = (page: Page, audience?: string): Promise<void> =>
  page.evaluate(given => {
    const params = given ? { authorizationParams: { audience: given } } : {}
    const call = window.auth0.getTokenSilently({ cacheMode: 'off', ...params })
    Object.assign(window, {
      call: call.then(
        token => ({ token }),
        ({ error, message, cause }) => ({ error, message, cause: cause && String(cause) }),
      ),
    })
  }, audience)

/** How the call that was started ended. */
export const outcomeOf = (page: Page): Promise<Outcome> =>
  page.evaluate(() => (window as unknown as { call: Promise<never> }).call)

/** One call, from beginning to end. */
export const callOnce = async (page: Page, audience?: string): Promise<Outcome> => {
  await startCall(page, audience)
  return outcomeOf(page)
}
