import { createAuth0Client, TimeoutError } from 'latchkey'
import { HttpResponse } from 'msw'
import { expect, vi } from 'vitest'
import { API, it, waitFor } from '../../test/support/example-page.ts'

it('calls an API with the cached token', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region getTokenSilently
  const callApi = async (path: string) => {
    const token = await auth0.getTokenSilently()
    const headers = { Authorization: `Bearer ${token}` }
    return fetch(new URL(path, 'https://api.example.com/'), { headers })
  }
  const response = await callApi('messages')
  // #endregion
  expect(response).toMatchObject({ ok: true })
  expect(page.api[0]).toMatchObject({ url: `${API}messages` })
  const token = await auth0.getTokenSilently()
  expect(page.api[0]?.headers.get('Authorization')).toBe(`Bearer ${token}`)
  expect(page.asked('token')).toHaveLength(1)
})

it('renews the token that the API has rejected', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  page.apiAnswers.push(() => HttpResponse.json({}, { status: 401 }))
  // #region cacheMode
  const callApi = async (cacheMode: 'on' | 'off') => {
    const token = await auth0.getTokenSilently({ cacheMode })
    return fetch('https://api.example.com/', { headers: { Authorization: `Bearer ${token}` } })
  }
  let response = await callApi('on')
  if (response.status === 401) response = await callApi('off')
  // #endregion
  expect(response).toMatchObject({ status: 200 })
  const sent = page.api.map(({ headers }) => headers.get('Authorization'))
  expect(new Set(sent).size).toBe(2)
  expect(page.tenant.refreshTokens.map(({ status }) => status)).toEqual(['spent', 'active'])
})

it('returns only a cached token', async ({ page }) => {
  const { showError } = page
  const auth0 = await page.createSignedInClient()
  const findToken = async () => {
    // #region cache-only
    const token = await auth0.getTokenSilently({ cacheMode: 'cache-only' })
    if (!token) showError(new Error('You have to be online for that.'))
    // #endregion
    return token
  }
  expect(await findToken()).toBe(await auth0.getTokenSilently())
  expect(page.asked('token')).toHaveLength(1)
  await auth0.logout({ openUrl: false })
  expect(await findToken()).toBeUndefined()
  expect(page.shown).toHaveLength(1)
  expect(page.asked('token')).toHaveLength(1)
})

it('returns scopes and lifetime without the refresh token', async ({ page }) => {
  const auth0 = await page.createSignedInClient()
  // #region detailedResponse
  const response = await auth0.getTokenSilently({ detailedResponse: true })
  const mayWrite = response?.scope?.split(' ').includes('write:messages') ?? false
  // #endregion
  expect(response).toMatchObject({
    access_token: await auth0.getTokenSilently(),
    expires_in: 86_400,
    scope: expect.stringContaining('openid'),
  })
  expect(JSON.stringify(response)).not.toContain(page.tenant.refreshTokens[0]?.token)
  expect(mayWrite).toBe(false)
})

it('stops waiting for the iframe after the configured time', async ({ page }) => {
  const { domain, clientId } = page
  page.tenant.signIn()
  // #region timeouts
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    authorizeTimeoutInSeconds: 20,
    httpTimeoutInSeconds: 5,
  })
  const token = await auth0.getTokenSilently({ timeoutInSeconds: 3 })
  // #endregion
  expect(token).toMatch(/^access-token-/)
  page.stopFrames()
  for (const answered of document.querySelectorAll('iframe')) answered.remove()
  vi.useFakeTimers()
  let error: unknown
  auth0.getTokenSilently({ cacheMode: 'off' }).catch(reason => {
    error = reason
  })
  await waitFor(() => expect(document.querySelector('iframe')).not.toBeNull())
  await vi.advanceTimersByTimeAsync(18_000)
  expect(error).toBeUndefined()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(error).toBeInstanceOf(TimeoutError)
})

it('sends JSON to the token endpoint', async ({ page }) => {
  const { domain, clientId } = page
  // #region useFormData
  const auth0 = await createAuth0Client({ domain, clientId, useFormData: false })
  // #endregion
  await page.signIn(auth0)
  const request = page.requests.find(({ url }) => url === page.tenant.endpoints.token)
  expect(request?.headers.get('Content-Type')).toBe('application/json')
})
