import { expect } from 'vitest'
import { it, type Page } from '../../test/support/example-page.ts'

const start = async (page: Page) => {
  page.useTenant({ validateSubjectToken: () => ({ sub: 'auth0|legacy', name: 'Ada' }) })
  return page.createClient()
}

it('signs in with the token of another system', async ({ page }) => {
  const auth0 = await start(page)
  // #region loginWithCustomTokenExchange
  await auth0.loginWithCustomTokenExchange({
    subject_token: 'the token of the other system',
    subject_token_type: 'urn:acme:legacy-token',
  })
  const user = await auth0.getUser()
  // #endregion
  expect(user).toMatchObject({ sub: 'auth0|legacy' })
})

it('does the same by its old name', async ({ page }) => {
  const auth0 = await start(page)
  // #region exchangeToken
  await auth0.exchangeToken({
    subject_token: 'the token of the other system',
    subject_token_type: 'urn:acme:legacy-token',
  })
  // #endregion
  expect(await auth0.isAuthenticated()).toBe(true)
})

it('gets a token for another user and keeps the session', async ({ page }) => {
  const auth0 = await start(page)
  // #region customTokenExchange
  const { access_token } = await auth0.customTokenExchange({
    subject_token: 'the token of the customer',
    subject_token_type: 'urn:acme:customer-token',
    audience: 'https://api.example.com/',
  })
  await fetch('https://api.example.com/orders', {
    headers: { Authorization: `Bearer ${access_token}` },
  })
  // #endregion
  expect(page.api[0]?.headers.get('Authorization')).toBe(`Bearer ${access_token}`)
  expect(await auth0.isAuthenticated()).toBe(false)
})
