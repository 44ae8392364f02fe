import { GenericError } from 'latchkey'
import { expect } from 'vitest'
import { BILLING, it } from '../../test/support/example-page.ts'

it('signs in to an organization and renews in it', async ({ page }) => {
  const auth0 = page.createClient()
  // #region organization
  await auth0.loginWithRedirect({ authorizationParams: { organization: 'org_6cGjz1' } })
  // #endregion
  await page.comeBack()
  await auth0.handleRedirectCallback()
  expect(await auth0.getIdTokenClaims()).toMatchObject({ org_id: 'org_6cGjz1' })
  await auth0.getTokenSilently({ authorizationParams: { audience: BILLING } })
  expect(page.asked('authorize').at(-1)).toMatchObject({ organization: 'org_6cGjz1' })
})

it('sends the invitation to the tenant', async ({ page }) => {
  const auth0 = page.createClient()
  history.replaceState(null, '', '/?invitation=ticket&organization=org_6cGjz1')
  // #region invitation
  const { searchParams } = new URL(location.href)
  const invitation = searchParams.get('invitation')
  const organization = searchParams.get('organization')
  if (invitation && organization) {
    await auth0.loginWithRedirect({ authorizationParams: { invitation, organization } })
  }
  // #endregion
  expect(page.lastVisit()).toMatchObject({ invitation: 'ticket', organization: 'org_6cGjz1' })
})

it('switches the organization with a login; a call never gets a token of another one', async ({
  page,
}) => {
  page.tenant.idTokenClaims = { org_id: 'org_6cGjz1' }
  const login = { authorizationParams: { organization: 'org_6cGjz1' } }
  const auth0 = page.createClient()
  await page.signIn(auth0, login)
  const first = await auth0.getTokenSilently()
  page.tenant.idTokenClaims = { org_id: 'org_9pQwe7' }
  page.tenant.silentLogin = false
  // #region organization-switch
  const other = { authorizationParams: { organization: 'org_9pQwe7' } }
  try {
    const token = await auth0.getTokenSilently(other)
    await fetch('https://api.example.com/', { headers: { Authorization: `Bearer ${token}` } })
  } catch (error) {
    if (!(error instanceof GenericError) || error.error !== 'login_required') throw error
    await auth0.loginWithRedirect(other)
  }
  // #endregion
  expect(page.api).toEqual([])
  expect(page.lastVisit()).toMatchObject({ organization: 'org_9pQwe7' })
  expect(await auth0.getTokenSilently()).toBe(first)
  await page.comeBack()
  await auth0.handleRedirectCallback()
  expect(await auth0.getIdTokenClaims()).toMatchObject({ org_id: 'org_9pQwe7' })
})
