import {
  AuthenticationError,
  GenericError,
  InsufficientUserAuthenticationError,
  InvalidConfigurationError,
  MfaRequiredError,
  MissingRefreshTokenError,
  MissingScopesError,
  PopupCancelledError,
  PopupOpenError,
  PopupTimeoutError,
  TimeoutError,
  UseDpopNonceError,
} from 'latchkey'
import { HttpResponse, http } from 'msw'
import { expect } from 'vitest'
import { it } from '../../test/support/example-page.ts'
import { network } from '../../test/support/network.ts'

it('shows a different text for every class', () => {
  // #region class
  const explain = (error: unknown): string => {
    if (error instanceof PopupOpenError) return 'Allow popups for this page.'
    if (error instanceof PopupCancelledError) return 'You closed the window.'
    if (error instanceof PopupTimeoutError) return 'The login window timed out.'
    if (error instanceof TimeoutError) return 'The login server is slow. Try again.'
    if (error instanceof MfaRequiredError) return 'A second factor is required.'
    if (error instanceof MissingScopesError) return `Missing permission: ${error.scope}`
    if (error instanceof MissingRefreshTokenError) return 'Sign in again.'
    if (error instanceof InsufficientUserAuthenticationError) return 'Sign in again for this.'
    if (error instanceof UseDpopNonceError) return 'Try again.'
    if (error instanceof AuthenticationError) return `The login failed: ${error.error_description}`
    if (error instanceof InvalidConfigurationError) return error.suggestion
    return error instanceof GenericError ? error.error_description : 'Something went wrong.'
  }
  // #endregion
  const texts = [
    new PopupOpenError(),
    new PopupCancelledError(window),
    new PopupTimeoutError(window),
    new TimeoutError(),
    new MfaRequiredError('mfa_required', 'Required', 'token', {}),
    new MissingScopesError('default', 'write:messages'),
    new MissingRefreshTokenError('default', 'openid'),
    new InsufficientUserAuthenticationError({ max_age: 60 }, undefined),
    new UseDpopNonceError('n'),
    new AuthenticationError('access_denied', 'Denied', 'state'),
    new InvalidConfigurationError('Wrong.', 'Do it right.'),
    new GenericError('server_error', 'The server failed'),
    new Error('Something else'),
  ].map(explain)
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts.slice(-4, -1)).toEqual([
    'The login failed: Denied',
    'Do it right.',
    'The server failed',
  ])
})

it('signs in again after invalid_grant, and shows that the page is offline', async ({ page }) => {
  const { showError } = page
  const auth0 = await page.createSignedInClient()
  const renew = async () => {
    // #region code
    try {
      await auth0.getTokenSilently({ cacheMode: 'off' })
    } catch (error) {
      const code = error instanceof GenericError ? error.error : ''
      if (['login_required', 'consent_required', 'invalid_grant'].includes(code)) {
        await auth0.loginWithRedirect()
      } else if (code === 'network_error' || code === 'timeout') {
        showError(new Error('You seem to be offline.'))
      } else {
        throw error
      }
    }
    // #endregion
  }
  page.tenant.fail('token', { error: 'invalid_grant', status: 403 })
  await renew()
  expect(page.visited).toHaveLength(1)
  expect(page.shown).toEqual([])
  await page.signIn(auth0)
  network.use(http.post(page.tenant.endpoints.token, () => HttpResponse.error()))
  await renew()
  expect(page.visited).toHaveLength(1)
  expect(page.shown).toHaveLength(1)
})
