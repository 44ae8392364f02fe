import { expect } from 'vitest'
import { BILLING, it, waitFor } from '../../test/support/example-page.ts'

it('logs out here and at the tenant', async ({ page }) => {
  const { button } = page
  const auth0 = await page.createSignedInClient()
  // #region logout
  button.onclick = () => auth0.logout({ logoutParams: { returnTo: location.origin } })
  // #endregion
  page.button.click()
  await waitFor(() => expect(page.visited).toHaveLength(1))
  expect(page.visited[0]).toMatch(/^https:\/\/tenant\.example\.com\/v2\/logout\?/)
  expect(page.lastVisit()).toMatchObject({
    client_id: page.clientId,
    returnTo: 'https://app.example.com',
  })
  expect(await auth0.isAuthenticated()).toBe(false)
})

it('logs out without leaving the page', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region local
  await auth0.logout({ openUrl: false })
  // #endregion
  expect(await auth0.isAuthenticated()).toBe(false)
  expect(page.visited).toEqual([])
  expect(page.asked('logout')).toEqual([])
})

it('clears all clients and logs out at the identity provider', async ({ page }) => {
  const auth0 = await page.createSignedInClient({ cacheLocation: 'localstorage' })
  await page.createSignedInClient({ cacheLocation: 'localstorage', clientId: 'other' })
  expect(Object.keys(localStorage).join()).toContain('@@auth0spajs@@::other')
  // #region federated
  await auth0.logout({ clientId: null, logoutParams: { federated: true } })
  // #endregion
  expect(await auth0.isAuthenticated()).toBe(false)
  expect(Object.keys(localStorage).join()).not.toContain('::other')
  expect(page.lastVisit()).not.toHaveProperty('client_id')
  expect(page.lastVisit()).toHaveProperty('federated')
})

it('builds the logout URL and keeps the session', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region buildLogoutUrl
  const url = auth0.buildLogoutUrl({ logoutParams: { returnTo: location.origin } })
  // #endregion
  expect(url).toContain('/v2/logout?')
  expect(page.visited).toEqual([])
  expect(await auth0.isAuthenticated()).toBe(true)
})

it('revokes the refresh tokens of two audiences', async ({ page }) => {
  const { button } = page
  const auth0 = await page.createSignedInClient()
  await auth0.getTokenSilently({ authorizationParams: { audience: BILLING } })
  expect(page.tenant.refreshTokens).toHaveLength(2)
  // #region revokeRefreshToken
  button.onclick = async () => {
    await auth0.revokeRefreshToken()
    await auth0.revokeRefreshToken({ audience: 'https://billing.example.com/' })
    await auth0.logout()
  }
  // #endregion
  page.button.click()
  await waitFor(() => expect(page.visited).toHaveLength(1))
  expect(page.tenant.refreshTokens).toMatchObject([{ status: 'revoked' }, { status: 'revoked' }])
})
