import { createAuth0Client, type User } from 'latchkey'
import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import { claimsOf, it } from '../../test/support/example-page.ts'

it('knows that a user is signed in', async ({ page }) => {
  const { button } = page
  const auth0 = await page.createSignedInClient()
  // #region isAuthenticated
  button.textContent = (await auth0.isAuthenticated()) ? 'Sign out' : 'Sign in'
  // #endregion
  expect(page.button.textContent).toBe('Sign out')
})

it('returns the user with custom claims, as the same object each time', async ({ page }) => {
  const { button } = page
  page.tenant.user = { name: 'Ada', 'https://example.com/roles': ['editor'] }
  const auth0 = await page.createSignedInClient()
  // #region getUser
  const user = await auth0.getUser<User & { 'https://example.com/roles'?: string[] }>()
  const isEditor = user?.['https://example.com/roles']?.includes('editor') ?? false
  button.textContent = user?.name ?? 'Sign in'
  // #endregion
  expect(isEditor).toBe(true)
  expect(page.button.textContent).toBe('Ada')
  expect(await auth0.getUser()).toBe(user)
})

it('returns the ID token', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region getIdTokenClaims
  const claims = await auth0.getIdTokenClaims()
  const idToken = claims?.__raw
  // #endregion
  expect(claimsOf(idToken)).toMatchObject({ iss: page.tenant.issuer, aud: page.clientId })
})

it('sends max_age', async ({ page }) => {
  const auth0 = page.createClient()
  // #region max_age
  await auth0.loginWithRedirect({ authorizationParams: { max_age: 300 } })
  // #endregion
  expect(page.lastVisit()).toMatchObject({ max_age: '300' })
})

it('accepts only the listed algorithms', async ({ page }) => {
  const { domain, clientId } = page
  // #region idTokenSigningAlgs
  const auth0 = await createAuth0Client({ domain, clientId, idTokenSigningAlgs: ['PS256'] })
  // #endregion
  // The tenant signs with RS256.
  await expect(page.signIn(auth0)).rejects.toMatchObject({ error: 'invalid_token' })
  await expect(page.signIn(page.createClient())).resolves.toBeDefined()
})

it('signs in without fetching keys', async ({ page }) => {
  const { domain, clientId } = page
  // #region idTokenSignature
  const auth0 = await createAuth0Client({ domain, clientId, idTokenSignature: 'trust-tls' })
  // #endregion
  await page.signIn(auth0)
  expect(await auth0.isAuthenticated()).toBe(true)
  expect(page.asked('jwks')).toEqual([])
})

it('tolerates less clock skew than the default', async ({ page }) => {
  const { domain, clientId } = page
  // #region leeway
  const auth0 = await createAuth0Client({ domain, clientId, leeway: 10 })
  // #endregion
  page.useTenant({ idTokenLifetimeSeconds: -30 })
  await expect(page.signIn(auth0)).rejects.toMatchObject({ error: 'invalid_token' })
  await expect(page.signIn(page.createClient())).resolves.toBeDefined()
})

it('validates ID tokens by the clock of a server', async ({ page }) => {
  const { domain, clientId } = page
  const hourAgo = new Date(Date.now() - 3_600_000).toUTCString()
  page.apiAnswers.push(() => new HttpResponse(null, { headers: { Date: hourAgo } }))
  // #region nowProvider
  const { headers } = await fetch('https://api.example.com/', { method: 'HEAD' })
  const ahead = Date.now() - Date.parse(headers.get('Date') ?? '') || 0

  const auth0 = await createAuth0Client({ domain, clientId, nowProvider: () => Date.now() - ahead })
  // #endregion
  page.useTenant({ idTokenLifetimeSeconds: -1800 })
  await expect(page.signIn(auth0)).resolves.toBeDefined()
  const misled = page.createClient()
  await expect(page.signIn(misled)).rejects.toMatchObject({ error: 'invalid_token' })
})
