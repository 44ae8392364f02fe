import { Auth0Client } from 'latchkey'

export const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // A reload stays signed in, in every browser. With 'memory' no script can read the tokens.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

/** Finishes the login that has just come back, or finds the one of before. */
export const findUser = async () => {
  const answer = new URLSearchParams(location.search)
  if (answer.has('state') && (answer.has('code') || answer.has('error')))
    await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
  else await auth0.checkSession()
}

/**
 * What went wrong, and what to do about it. A session that is over ends on this side too.
 *
 * @param {Error & { error?: string }} problem
 */
export const explain = ({ error = '', message }) => {
  if (error === 'access_denied') return 'You were not let in. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Look at your connection and at .env, then try again.`
}
