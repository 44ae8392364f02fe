import { createAuth0Client } from 'latchkey'
import { expect } from 'vitest'
import { it } from '../../test/support/example-page.ts'

it('sends the session transfer token and removes it from the URL', async ({ page }) => {
  const { domain, clientId } = page
  history.replaceState(null, '', '/inbox?session_transfer_token=abc&page=2')
  // #region sessionTransferTokenQueryParamName
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    sessionTransferTokenQueryParamName: 'session_transfer_token',
  })
  if (!(await auth0.isAuthenticated())) await auth0.loginWithRedirect()
  // #endregion
  expect(page.lastVisit()).toMatchObject({ session_transfer_token: 'abc' })
  expect(location.pathname + location.search).toBe('/inbox?page=2')
})

it('sends the name of the wrapper to the tenant', async ({ page }) => {
  const { domain, clientId } = page
  // #region auth0Client
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    auth0Client: { name: 'my-library', version: '1.2.3', env: { vue: '3.5.0' } },
  })
  // #endregion
  const telemetry = (text: string | null | undefined): unknown => JSON.parse(atob(text ?? ''))
  await page.signIn(auth0)
  const self = { name: 'my-library', version: '1.2.3' }
  expect(telemetry(page.asked('authorize')[0]?.auth0Client)).toEqual(self)
  const request = page.requests.find(({ url }) => url === page.tenant.endpoints.token)
  expect(telemetry(request?.headers.get('Auth0-Client'))).toEqual({
    ...self,
    env: { vue: '3.5.0' },
  })
})
