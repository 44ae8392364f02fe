import { Auth0Client, type User } from 'latchkey'
import { readonly, ref, shallowRef } from 'vue'

const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // The user stays signed in after a reload, but an injected script can copy the refresh token. With
  // 'memory' it can only use the session, access tokens included, while the page is open.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

const isReady = ref(false)
const user = shallowRef<User>()
const problem = ref('')

/** Explains an error to the user. If the session is over, it is also ended locally. */
const explain = ({ error = '', message }: Error & { error?: string }) => {
  if (error === 'access_denied') return 'Access was denied. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Check your connection and .env, then try again.`
}

/** Runs an action, then updates the user and the error. */
const attempt = async (action: () => Promise<unknown>) => {
  problem.value = await action().then(() => '', explain)
  user.value = await auth0.getUser()
  isReady.value = true
}

/** Once per page, not per component: an authorization code works only once. */
attempt(async () => {
  const params = new URLSearchParams(location.search)
  if (params.has('state') && (params.has('code') || params.has('error')))
    await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
  else await auth0.checkSession()
})

export const useAuth = () => ({
  auth0,
  attempt,
  isReady: readonly(isReady),
  user,
  problem: readonly(problem),
})
