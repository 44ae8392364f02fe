import { Auth0Client, type User } from 'latchkey'
import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'

export const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // The user stays signed in after a reload, but an injected script can copy the refresh token. With
  // 'memory' it can only use the session, access tokens included, while the page is open.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

/** StrictMode runs it twice, so the response stays in the URL until it is handled. */
const findUser = async () => {
  const params = new URLSearchParams(location.search)
  if (params.has('state') && (params.has('code') || params.has('error')))
    await auth0.handleRedirectCallback().finally(() => history.replaceState({}, '', '/'))
  else await auth0.checkSession()
}

/** Explains an error to the user. If the session is over, it is also ended locally. */
const explain = ({ error = '', message }: Error & { error?: string }) => {
  if (error === 'access_denied') return 'Access was denied. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Check your connection and .env, then try again.`
}

type Session = { isReady: boolean; user?: User | undefined; problem?: string | undefined }
type Action = () => Promise<unknown>

const AuthContext = createContext<(Session & { attempt(action: Action): Promise<void> }) | null>(
  null,
)

export const AuthProvider = ({ children }: { children: ReactNode }) => {
  const [session, setSession] = useState<Session>({ isReady: false })

  /** Runs an action, then updates the user and the error. */
  const attempt = useCallback(async (action: Action) => {
    const problem = await action().then(() => undefined, explain)
    setSession({ isReady: true, user: await auth0.getUser(), problem })
  }, [])
  useEffect(() => void attempt(findUser), [attempt])
  return <AuthContext value={{ ...session, attempt }}>{children}</AuthContext>
}

export const useAuth = () => {
  const auth = use(AuthContext)
  if (!auth) throw new Error('useAuth must be used within an AuthProvider')
  return auth
}
