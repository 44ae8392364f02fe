import { Auth0Client, type User } from 'latchkey'
import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'

export const auth0 = new Auth0Client({
  domain: import.meta.env.VITE_DOMAIN,
  clientId: import.meta.env.VITE_CLIENT_ID,
  // A reload stays signed in, in every browser. With 'memory' no script can read the tokens.
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  authorizationParams: { audience: import.meta.env.VITE_AUDIENCE, redirect_uri: location.origin },
})

/** StrictMode has it run twice, which is why the answer stays in the address until it is handled. */
const findUser = async () => {
  const answer = new URLSearchParams(location.search)
  if (answer.has('state') && (answer.has('code') || answer.has('error')))
    await auth0.handleRedirectCallback().finally(() => history.replaceState({}, '', '/'))
  else await auth0.checkSession()
}

/** What went wrong, and what to do about it. A session that is over ends on this side too. */
const explain = ({ error = '', message }: Error & { error?: string }) => {
  if (error === 'access_denied') return 'You were not let in. Sign in again, or ask for access.'
  if (/_required|_grant|_refresh_token/.test(error))
    return auth0.logout({ openUrl: false }).then(() => 'The session is over. Sign in again.')
  return `${message}. Look at your connection and at .env, then try again.`
}

type Session = { isReady: boolean; user?: User | undefined; problem?: string | undefined }
type Step = () => Promise<unknown>

const AuthContext = createContext<(Session & { attempt(step: Step): Promise<void> }) | null>(null)

export const AuthProvider = ({ children }: { children: ReactNode }) => {
  const [session, setSession] = useState<Session>({ isReady: false })

  /** Takes a step, then shows who is signed in and what went wrong. */
  const attempt = useCallback(async (step: Step) => {
    const problem = await step().then(() => undefined, explain)
    setSession({ isReady: true, user: await auth0.getUser(), problem })
  }, [])
  useEffect(() => void attempt(findUser), [attempt])
  return <AuthContext value={{ ...session, attempt }}>{children}</AuthContext>
}

export const useAuth = () => {
  const auth = use(AuthContext)
  if (!auth) throw new Error('useAuth needs an AuthProvider around it')
  return auth
}
