import { Auth0Client } from 'latchkey'

export const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // The user stays signed in after a reload, but an injected script can copy the refresh token. With
  // 'memory' it can only use the session, access tokens included, while the page is open.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

/** Completes a login after the redirect, or restores an existing session. */
export const findUser = async () => {
  const params = new URLSearchParams(location.search)
  if (params.has('state') && (params.has('code') || params.has('error')))
    await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
  else await auth0.checkSession()
}

/**
 * Explains an error to the user. If the session is over, it is also ended locally.
 *
 * @param {Error & { error?: string }} problem
 */
export const explain = ({ error = '', message }) => {
  if (error === 'access_denied') return 'Access was denied. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Check your connection and .env, then try again.`
}
