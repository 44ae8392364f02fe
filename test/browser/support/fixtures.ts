import { test as base, type Page } from '@playwright/test'
import { startApp } from '../../../examples/serve/start-app.js'
import { createDefaultUser } from '../../../examples/tenant/settings/default-user.js'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { startBlankSite } from '../../support/blank-site.js'
import {
  ADA,
  allowOrigin,
  CLIENT_ID,
  EXCHANGEABLE,
  GRACE,
  type Tenant,
} from '../../support/browser-clients.ts'
import { type ProtectedApi, startProtectedApi } from '../../support/protected-api.ts'
import { startTenant } from '../../support/start-tenant.js'

type App = Awaited<ReturnType<typeof startApp>>

/** A tenant and an app of the test's own, on ports of their own. */
export const test = base.extend<{
  tenant: Tenant
  app: App
  site: Awaited<ReturnType<typeof startBlankSite>>
  blank: string
  exampleApi: ProtectedApi
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  tenant: async ({}, use) => {
    const tenant = await startTenant({
      clients: [],
      users: [createDefaultUser(), GRACE],
      tokenExchange: EXCHANGEABLE,
      // Chromium sends again by itself what broke on a connection that it had used before.
      keepAlive: false,
    })
    await use(tenant)
    await tenant.close()
  },
  app: async ({ tenant }, use) => {
    const app = await startApp({ tenantUrl: tenant.url, clientId: CLIENT_ID })
    allowOrigin(tenant, app.url)
    await use(app)
    await app.close()
  },
  site: async ({ tenant }, use) => {
    const site = await startBlankSite()
    allowOrigin(tenant, site.url)
    await use(site)
    await site.close()
  },
  /** The address of an empty page of the client's, for tests that use the SDK directly. */
  blank: async ({ site }, use) => use(site.url),
  /** An API that the page at `blank` may call. */
  exampleApi: async ({ tenant, blank }, use) => {
    const api = await startProtectedApi(tenant, blank)
    await use(api)
    await api.close()
  },
})

export { expect } from '@playwright/test'
export {
  AUDIENCE,
  CLIENT_ID,
  GRACE,
  keysItem,
  optionsFor,
  type Tenant,
} from '../../support/browser-clients.ts'

/** Loads the SDK into the page as an application would, and makes `window.auth0`. */
export const createClient = (page: Page, options: Auth0ClientOptions): Promise<void> =>
  page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    window.auth0 = await sdk.createAuth0Client(given)
  }, options)

/** Fills in the tenant's login page as a user would. */
export const typeLogin = async (page: Page, { email, password } = ADA): Promise<void> => {
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.locator('button[value=continue]').click()
}

/** Submits the tenant's login page at once, which is faster than `typeLogin`. */
export const submitLogin = (page: Page, user = ADA): Promise<void> =>
  page.locator('button[value=continue]').evaluate((button: HTMLButtonElement, given) => {
    for (const name of ['email', 'password'] as const) {
      const field = button.form?.elements.namedItem(name) as HTMLInputElement
      field.value = given[name]
    }
    button.form?.requestSubmit(button)
  }, user)

/** Leaves for the login page, signs in, and comes back with `window.auth0` ready. */
export const signIn = async (
  page: Page,
  blank: string,
  options: Auth0ClientOptions,
): Promise<void> => {
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(() => window.auth0.loginWithRedirect({ appState: { from: 'test' } }))
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  await page.evaluate(() => window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }))
}

/** Signs in over the session that is there, as the same user or another one. */
export const signInAgain = async (
  page: Page,
  blank: string,
  options: Auth0ClientOptions,
  user = ADA,
): Promise<void> => {
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(() =>
    window.auth0.loginWithRedirect({ authorizationParams: { prompt: 'login' } }),
  )
  await submitLogin(page, user)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  await page.evaluate(() => window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }))
}

/** The access token, or the code of the error. */
export const tokenOrError = (
  page: Page,
  cacheMode: 'on' | 'off' = 'on',
): Promise<string | undefined> =>
  page.evaluate(
    mode =>
      window.auth0.getTokenSilently({ cacheMode: mode }).catch(error => `error: ${error.error}`),
    cacheMode,
  )
