import { type Auth0Client, createAuth0Client, type ICache } from 'latchkey'
import { expect } from 'vitest'
import { it } from '../../test/support/example-page.ts'

const DAY_MS = 86_400_000

it('finds the token in localStorage after a reload', async ({ page }) => {
  const { domain, clientId } = page
  const load = async () => {
    // #region cacheLocation
    const auth0 = await createAuth0Client({ domain, clientId, cacheLocation: 'localstorage' })
    // #endregion
    return auth0
  }
  const auth0 = await load()
  await page.signIn(auth0)
  const before = page.requests.length
  const reloaded = await load()
  expect(await reloaded.getTokenSilently()).toBe(await auth0.getTokenSilently())
  expect(page.requests).toHaveLength(before)
})

it('stores the session in a custom cache and removes it at logout', async ({ page }) => {
  const { domain, clientId } = page
  const load = async () => {
    // #region cache
    const cache: ICache = {
      get: key => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined,
      set: (key, entry) => sessionStorage.setItem(key, JSON.stringify(entry)),
      remove: key => sessionStorage.removeItem(key),
      allKeys: () => Object.keys(sessionStorage),
    }
    const auth0 = await createAuth0Client({ domain, clientId, cache })
    // #endregion
    return auth0
  }
  const auth0 = await load()
  await page.signIn(auth0)
  const keys = Object.keys(sessionStorage).filter(key => key.startsWith('@@auth0spajs@@'))
  expect(keys).toHaveLength(2)
  const reloaded = await load()
  expect(await reloaded.getTokenSilently()).toBe(await auth0.getTokenSilently())
  await reloaded.logout({ openUrl: false })
  expect(Object.keys(sessionStorage)).toEqual([])
})

it('asks the tenant after a reload, for several days', async ({ page }) => {
  const { domain, clientId } = page
  const load = async () => {
    // #region sessionCheckExpiryDays
    const auth0 = await createAuth0Client({ domain, clientId, sessionCheckExpiryDays: 7 })
    // #endregion
    return auth0
  }
  await page.signIn(await load())
  const cookie = page.cookies.find(text => text.startsWith('auth0.the-page.is.authenticated='))
  const expires = Date.parse(/expires=([^;]+)/.exec(`${cookie}`)?.[1] ?? '')
  expect((expires - Date.now()) / DAY_MS).toBeCloseTo(7)
  page.tenant.signIn()
  expect(await (await load()).isAuthenticated()).toBe(true)
})

it('writes cookies for the parent domain', async ({ page }) => {
  const { domain, clientId } = page
  // #region cookieDomain
  const auth0 = await createAuth0Client({ domain, clientId, cookieDomain: 'example.com' })
  // #endregion
  await page.signIn(auth0)
  expect(page.cookies.length).toBeGreaterThan(0)
  for (const cookie of page.cookies) expect(cookie).toContain('; domain=example.com')
})

it('writes no copies of cookies for old browsers', async ({ page }) => {
  const { domain, clientId } = page
  // #region legacySameSiteCookie
  const auth0 = await createAuth0Client({ domain, clientId, legacySameSiteCookie: false })
  // #endregion
  const cookiesOf = async (client: Auth0Client): Promise<string> => {
    page.cookies.length = 0
    await page.signIn(client)
    return page.cookies.filter(cookie => !cookie.includes('=;')).join()
  }
  expect(await cookiesOf(auth0)).not.toContain('_legacy_')
  expect(await cookiesOf(page.createClient())).toContain('_legacy_auth0.')
})
