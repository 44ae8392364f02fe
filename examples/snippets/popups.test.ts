import { Auth0Client, createAuth0Client, PopupCancelledError, PopupTimeoutError } from 'latchkey'
import { expect, vi } from 'vitest'
import { BILLING, claimsOf, it, waitFor } from '../../test/support/example-page.ts'

it('signs in with a popup; a closed popup is no error, a blocked one is', async ({ page }) => {
  const { button, showError } = page
  const auth0 = page.createClient()
  // #region loginWithPopup
  button.onclick = async () => {
    try {
      await auth0.loginWithPopup()
    } catch (error) {
      if (!(error instanceof PopupCancelledError)) showError(error)
    }
  }
  // #endregion
  page.button.click()
  await waitFor(async () => expect(await auth0.isAuthenticated()).toBe(true))
  expect(page.popups).toMatchObject([{ closed: true }])
  expect(page.visited).toEqual([])

  page.stopPopups()
  const { results } = vi.spyOn(auth0, 'loginWithPopup').mock
  vi.useFakeTimers()
  page.button.click()
  await waitFor(() => expect(page.popups[1]?.url).toBeTruthy())
  Object.assign(page.popups[1] ?? {}, { closed: true })
  const cancelled = expect(results[0]?.value).rejects.toBeInstanceOf(PopupCancelledError)
  await vi.advanceTimersByTimeAsync(10_000)
  await cancelled
  expect(page.shown).toEqual([])

  vi.stubGlobal('open', () => null)
  page.button.click()
  await waitFor(() => expect(page.shown).toMatchObject([{ error: 'popup_open' }]))
})

it('uses a window of the page and closes it after the timeout', async ({ page }) => {
  const { button, showError } = page
  const auth0 = page.createClient()
  // #region popup
  button.onclick = async () => {
    const popup = open('', 'login', 'width=500,height=700')
    try {
      await auth0.loginWithPopup({}, { popup, timeoutInSeconds: 300, closePopup: false })
    } catch (error) {
      if (error instanceof PopupTimeoutError) error.popup.close()
      showError(error)
    }
  }
  // #endregion
  page.button.click()
  await waitFor(async () => expect(await auth0.isAuthenticated()).toBe(true))
  expect(page.popups).toMatchObject([{ features: 'width=500,height=700', closed: false }])

  page.stopPopups()
  vi.useFakeTimers()
  page.button.click()
  await waitFor(() => expect(page.popups[1]?.url).toBeTruthy())
  await vi.advanceTimersByTimeAsync(290_000)
  expect(page.popups[1]).toMatchObject({ closed: false })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(page.popups[1]).toMatchObject({ closed: true })
  expect(page.shown).toMatchObject([{ error: 'timeout' }])
})

it('gets a token for another audience with a popup', async ({ page }) => {
  const { button } = page
  const auth0 = await page.createSignedInClient()
  // #region getTokenWithPopup
  const billing = { authorizationParams: { audience: 'https://billing.example.com/' } }
  button.onclick = async () => {
    const token = await auth0.getTokenWithPopup(billing)
    await fetch('https://billing.example.com/', { headers: { Authorization: `Bearer ${token}` } })
  }
  // #endregion
  page.button.click()
  await waitFor(() => expect(page.api).toHaveLength(1))
  expect(page.popups).toHaveLength(1)
  const token = page.api[0]?.headers.get('Authorization')?.replace('Bearer ', '')
  expect(claimsOf(token)).toMatchObject({ aud: BILLING })
})

it('completes MFA in a popup, unless the browser blocks it', async ({ page }) => {
  const { domain, clientId } = page
  // #region interactiveErrorHandler
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    useRefreshTokens: true,
    interactiveErrorHandler: 'popup',
  })
  // #endregion
  await page.signIn(auth0)
  page.tenant.fail('token', { error: 'mfa_required', status: 403 })
  expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
  expect(page.popups).toMatchObject([{ closed: true }])

  page.tenant.fail('token', { error: 'mfa_required', status: 403 })
  vi.stubGlobal('open', () => null)
  const blocked = auth0.getTokenSilently({ cacheMode: 'off' })
  await expect(blocked).rejects.toMatchObject({ error: 'popup_open' })
})

it('links an account that a second client has signed in, and keeps the user of the first', async ({
  page,
}) => {
  const { domain, clientId, button } = page
  const auth0 = await page.createSignedInClient()
  const before = await auth0.getUser()
  page.tenant.user = { sub: 'github|42', name: 'Ada on GitHub' }
  // #region linkAccounts
  const second = new Auth0Client({ domain, clientId, cacheLocation: 'memory' })
  button.onclick = async () => {
    await second.loginWithPopup({
      authorizationParams: { connection: 'github', prompt: 'login' },
    })
    const proof = await second.getIdTokenClaims()
    await fetch('https://api.example.com/link', {
      method: 'POST',
      headers: { Authorization: `Bearer ${await auth0.getTokenSilently()}` },
      body: JSON.stringify({ link_with: proof?.__raw }),
    })
  }
  // #endregion
  page.button.click()
  await waitFor(() => expect(page.api).toHaveLength(1))
  const { link_with } = (await page.api[0]?.json()) ?? {}
  expect(claimsOf(link_with)).toMatchObject({ sub: 'github|42' })
  expect(await auth0.getUser()).toEqual(before)
  expect(await auth0.isAuthenticated()).toBe(true)
})
