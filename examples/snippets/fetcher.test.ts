import { InsufficientUserAuthenticationError } from 'latchkey'
import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import { it } from '../../test/support/example-page.ts'

it('calls an API', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region createFetcher
  const api = auth0.createFetcher({ baseUrl: 'https://api.example.com' })
  const response = await api.fetchWithAuth('/orders', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ item: 'tea' }),
  })
  // #endregion
  expect(response).toMatchObject({ ok: true })
  expect(page.api[0]?.headers.get('Authorization')).toBe(`Bearer ${await auth0.getTokenSilently()}`)
  await expect(api.fetchWithAuth('https://evil.example/')).rejects.toMatchObject({
    error: 'origin_not_allowed',
  })
})

it('signs in again if the API demands it', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  const challenge =
    'Bearer error="insufficient_user_authentication", acr_values="mfa", max_age="60"'
  page.apiAnswers.push(() =>
    HttpResponse.json({}, { status: 401, headers: { 'WWW-Authenticate': challenge } }),
  )
  // #region stepUp
  const api = auth0.createFetcher({ baseUrl: 'https://api.example.com' })
  try {
    await api.fetchWithAuth('/transfers')
  } catch (error) {
    if (!(error instanceof InsufficientUserAuthenticationError)) throw error
    const { authorizationParams } = error
    await auth0.loginWithRedirect({ authorizationParams })
  }
  // #endregion
  expect(page.lastVisit()).toMatchObject({ acr_values: 'mfa', max_age: '60' })
})
