import { createAuth0Client } from 'latchkey'
import { expect } from 'vitest'
import { BILLING, claimsOf, it } from '../../test/support/example-page.ts'

it('gets a token for another audience', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region audience
  const token = await auth0.getTokenSilently({
    authorizationParams: { audience: 'https://billing.example.com/', scope: 'read:invoices' },
  })
  // #endregion
  expect(claimsOf(token)).toMatchObject({
    aud: BILLING,
    scope: expect.stringMatching(/openid profile email .*read:invoices/),
  })
  expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
})

it('requests the scopes of the audience', async ({ page }) => {
  const { domain, clientId } = page
  // #region scope
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    authorizationParams: {
      audience: 'https://api.example.com/',
      scope: {
        'https://api.example.com/': 'profile email read:messages',
        'https://billing.example.com/': 'read:invoices',
        default: 'profile email',
      },
    },
  })
  // #endregion
  const scopeFor = async (audience?: string): Promise<string | undefined> => {
    await auth0.loginWithRedirect({ authorizationParams: audience ? { audience } : {} })
    return page.lastVisit().scope
  }
  expect(await scopeFor()).toBe('openid profile email read:messages')
  expect(await scopeFor(BILLING)).toBe('openid read:invoices')
  expect(await scopeFor('https://other.example.com/')).toBe('openid profile email')
})

it('uses one refresh token for a second API', async ({ page }) => {
  const { domain, clientId } = page
  // #region useMrrt
  const auth0 = await createAuth0Client({ domain, clientId, useRefreshTokens: true, useMrrt: true })
  // #endregion
  await page.signIn(auth0)
  const token = await auth0.getTokenSilently({ authorizationParams: { audience: BILLING } })
  expect(claimsOf(token)).toMatchObject({ aud: BILLING })
  expect(page.asked('authorize')).toHaveLength(1)
  expect(page.asked('token').at(-1)).toMatchObject({ grant_type: 'refresh_token' })
})
