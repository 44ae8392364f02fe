import { Auth0Client, createAuth0Client } from 'latchkey'
import * as kit from 'latchkey/testing'
import { HttpResponse, http } from 'msw'
import { expect, vi } from 'vitest'
import { API, it } from '../../test/support/example-page.ts'
import { network } from '../../test/support/network.ts'

it('creates a client without a request when no user is signed in', async ({ page }) => {
  // #region minimal
  const auth0 = await createAuth0Client({
    domain: 'example.auth0.com',
    clientId: 'your-client-id',
  })
  // #endregion
  expect(await auth0.isAuthenticated()).toBe(false)
  expect(page.requests).toEqual([])
})

it('sends the parameters of the client and of the call', async ({ page }) => {
  const { domain, clientId } = page
  // #region authorizationParams
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    authorizationParams: {
      redirect_uri: location.origin,
      audience: 'https://api.example.com/',
      scope: 'profile email read:messages',
      ui_locales: 'fr-CA en',
    },
  })
  // #endregion
  await auth0.loginWithRedirect({ authorizationParams: { ui_locales: 'de', hint: 'x' } })
  expect(page.lastVisit()).toMatchObject({
    redirect_uri: 'https://app.example.com',
    audience: API,
    scope: 'openid profile email read:messages',
    ui_locales: 'de',
    hint: 'x',
  })
})

it('checks the session after the page is shown', async ({ page }) => {
  const { domain, clientId, button } = page
  await page.createSignedInClient()
  page.tenant.signIn()
  // #region checkSession
  const auth0 = new Auth0Client({ domain, clientId })
  document.body.textContent = 'Public content'
  await auth0.checkSession()
  button.hidden = await auth0.isAuthenticated()
  // #endregion
  expect(await auth0.getUser()).toMatchObject({ name: 'Ada Lovelace' })
  expect(page.button.hidden).toBe(true)
  expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
})

it('returns the domain and the client id', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region getConfiguration
  const { domain, clientId } = auth0.getConfiguration()
  // #endregion
  expect({ domain, clientId }).toEqual({ domain: page.domain, clientId: page.clientId })
})

it('closes a client', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region close
  auth0.close()
  // #endregion
  await expect(auth0.getUser()).rejects.toMatchObject({ error: 'client_closed' })
})

it('accepts ID tokens of the issuer behind a custom domain', async ({ page }) => {
  const { clientId } = page
  // #region issuer
  const auth0 = await createAuth0Client({
    domain: 'login.example.com',
    clientId,
    issuer: 'example.auth0.com',
  })
  // #endregion
  const tenant = kit.createTestTenant({
    domain: 'example.auth0.com',
    redirectUris: [location.origin],
  })
  const behind = (url: string): string => url.replace('login.example.com', tenant.domain)
  network.use(
    http.all('https://login.example.com/*', async ({ request }) => {
      const { method, url } = request
      const body = await request.text()
      const response = await tenant.respond({ method, url: behind(url), body })
      return new HttpResponse(response.body, response)
    }),
  )
  await kit.signIn(auth0, { answerLogin: url => tenant.answerLogin(behind(url)) })
  expect(await auth0.getIdTokenClaims()).toMatchObject({ iss: 'https://example.auth0.com/' })
})

it('renews sessions that were stored before the custom domain', async ({ page }) => {
  const { clientId } = page
  const tenant = kit.createTestTenant({
    domain: 'login.example.com',
    redirectUris: [location.origin],
  })
  const toTenant = (url: string): string => url.replace('example.auth0.com', tenant.domain)
  network.use(
    http.all(/^https:\/\/(login\.example|example\.auth0)\.com\//, async ({ request }) => {
      const { method, url } = request
      const body = await request.text()
      const response = await tenant.respond({ method, url: toTenant(url), body })
      return new HttpResponse(response.body, response)
    }),
  )
  tenant.idTokenClaims = { iss: 'https://example.auth0.com/' }
  const before = new Auth0Client({
    domain: 'example.auth0.com',
    clientId,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
  })
  await kit.signIn(before, { answerLogin: url => tenant.answerLogin(toTenant(url)) })
  tenant.idTokenClaims = {}
  // #region formerIssuers
  const auth0 = await createAuth0Client({
    domain: 'login.example.com',
    formerIssuers: ['example.auth0.com'],
    clientId,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
  })
  // #endregion
  expect(await auth0.getIdTokenClaims()).toMatchObject({ iss: 'https://login.example.com/' })
})

it('uses a tenant on plain http', async ({ page }) => {
  const { clientId } = page
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  // #region allowInsecureRequests
  const auth0 = await createAuth0Client({
    domain: 'http://tenant:3000',
    clientId,
    allowInsecureRequests: true,
  })
  // #endregion
  expect(await auth0.buildAuthorizeUrl()).toMatch(/^http:\/\/tenant:3000\/authorize\?/)
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})
