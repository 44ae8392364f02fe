import { Auth0Client, type User } from 'latchkey'
import { readonly, ref, shallowRef } from 'vue'

const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // A reload stays signed in, in every browser. With 'memory' no script can read the tokens.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

const isReady = ref(false)
const user = shallowRef<User>()
const problem = ref('')

/** What went wrong, and what to do about it. A session that is over ends on this side too. */
const explain = ({ error = '', message }: Error & { error?: string }) => {
  if (error === 'access_denied') return 'You were not let in. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Look at your connection and at .env, then try again.`
}

/** Takes a step, then shows who is signed in and what went wrong. */
const attempt = async (step: () => Promise<unknown>) => {
  problem.value = await step().then(() => '', explain)
  user.value = await auth0.getUser()
  isReady.value = true
}

/** Once per page, however many components use it: a code works once. */
attempt(async () => {
  const answer = new URLSearchParams(location.search)
  if (answer.has('state') && (answer.has('code') || answer.has('error')))
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
