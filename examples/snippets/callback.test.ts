import { createAuth0Client } from 'latchkey'
import { expect } from 'vitest'
import { it } from '../../test/support/example-page.ts'

it('signs in and goes back to the page where the login started', async ({ page }) => {
  const auth0 = page.createClient()
  await auth0.loginWithRedirect({ appState: { returnTo: '/inbox' } })
  await page.comeBack()
  // #region handleRedirectCallback
  const { searchParams } = new URL(location.href)
  if (searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'))) {
    const { appState } = await auth0.handleRedirectCallback<{ returnTo: string }>(location.href, {
      cleanUrl: true,
    })
    history.replaceState(history.state, '', appState?.returnTo ?? '/')
  }
  // #endregion
  expect(location.href).toBe('https://app.example.com/inbox')
  expect(await auth0.isAuthenticated()).toBe(true)
})

it('finishes in one tab a login that another tab started', async ({ page }) => {
  const { domain, clientId } = page
  const openTab = async () => {
    // #region useCookiesForTransactions
    const auth0 = await createAuth0Client({ domain, clientId, useCookiesForTransactions: true })
    // #endregion
    return auth0
  }
  const firstTab = await openTab()
  await firstTab.loginWithRedirect()
  await page.comeBack()
  sessionStorage.clear()
  const otherTab = await openTab()
  await otherTab.handleRedirectCallback()
  expect(await otherTab.isAuthenticated()).toBe(true)
})
