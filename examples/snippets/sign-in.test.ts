import { isFederatedDomain } from 'latchkey'
import { HttpResponse, http } from 'msw'
import { expect } from 'vitest'
import { it, waitFor } from '../../test/support/example-page.ts'
import { network } from '../../test/support/network.ts'

it('returns the appState after the login', async ({ page }) => {
  const { button } = page
  const auth0 = page.createClient()
  // #region loginWithRedirect
  button.onclick = () => auth0.loginWithRedirect({ appState: { returnTo: location.pathname } })
  // #endregion
  page.button.click()
  await waitFor(() => expect(page.visited).toHaveLength(1))
  await page.comeBack()
  expect(await auth0.handleRedirectCallback()).toMatchObject({ appState: { returnTo: '/' } })
})

it('sends parameters of the tenant', async ({ page }) => {
  const auth0 = page.createClient()
  // #region connection
  await auth0.loginWithRedirect({
    authorizationParams: {
      connection: 'google-oauth2',
      screen_hint: 'signup',
      login_hint: 'ada@example.com',
    },
  })
  // #endregion
  expect(page.lastVisit()).toMatchObject({
    connection: 'google-oauth2',
    screen_hint: 'signup',
    login_hint: 'ada@example.com',
  })
})

it('lets the application navigate', async ({ page }) => {
  const auth0 = page.createClient()
  // #region openUrl
  await auth0.loginWithRedirect({
    fragment: 'dark',
    openUrl: url => location.replace(url),
  })
  // #endregion
  expect(page.visited).toHaveLength(1)
  expect(page.visited[0]).toMatch(/^https:\/\/tenant\.example\.com\/authorize\?.*#dark$/)
  expect(location.assign).not.toHaveBeenCalled()
  expect(location.replace).toHaveBeenCalled()
})

it('sends users of a company to the login of the company', async ({ page }) => {
  const { domain, button } = page
  const auth0 = page.createClient()
  button.hidden = true
  network.use(
    http.get(`https://${domain}/.well-known/webfinger`, ({ request }) =>
      HttpResponse.json({}, { status: request.url.includes('acme.com') ? 200 : 404 }),
    ),
  )
  // #region isFederatedDomain
  const signIn = async (email: string) => {
    const isCompany = await isFederatedDomain(domain, email.split('@')[1] ?? '')
    if (isCompany) await auth0.loginWithRedirect({ authorizationParams: { login_hint: email } })
    else button.hidden = false
  }
  // #endregion
  await signIn('ada@example.com')
  expect(page.visited).toEqual([])
  expect(page.button.hidden).toBe(false)
  await signIn('grace@acme.com')
  expect(page.lastVisit()).toMatchObject({ login_hint: 'grace@acme.com' })
})

it('builds a URL whose callback signs in', async ({ page }) => {
  const auth0 = page.createClient()
  // #region buildAuthorizeUrl
  const url = await auth0.buildAuthorizeUrl({ authorizationParams: { prompt: 'login' } })
  // #endregion
  expect(new URL(url).searchParams.get('prompt')).toBe('login')
  await auth0.handleRedirectCallback(await page.tenant.answerLogin(url))
  expect(await auth0.isAuthenticated()).toBe(true)
})
