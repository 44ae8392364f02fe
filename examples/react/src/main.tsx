import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider, auth0, useAuth } from './auth'

const App = () => {
  const { isReady, user, problem, attempt } = useAuth()
  const [answer, setAnswer] = useState('')

  const signIn = () => attempt(() => auth0.loginWithRedirect())
  const signOut = () => attempt(() => auth0.logout({ logoutParams: { returnTo: location.origin } }))
  const callApi = () =>
    attempt(async () => {
      const headers = { Authorization: `Bearer ${await auth0.getTokenSilently()}` }
      const response = await fetch(`${import.meta.env.VITE_API}/api/private`, { headers })
      const { message } = await response.json()
      if (!response.ok) throw new Error(message)
      setAnswer(message)
    })

  if (!isReady) return <p>Loading…</p>
  return (
    <>
      <h1>{user ? `Hello, ${user.name}` : 'Nobody is signed in'}</h1>
      <p role="alert">{problem}</p>
      <button type="button" onClick={user ? signOut : signIn}>
        {user ? 'Sign out' : 'Sign in'}
      </button>
      {user && (
        <button type="button" onClick={callApi}>
          Call the API
        </button>
      )}
      <p role="status">{user && answer}</p>
    </>
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <AuthProvider>
      <App />
    </AuthProvider>
  </StrictMode>,
)
