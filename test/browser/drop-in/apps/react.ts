import { type AppState, Auth0Provider, useAuth0 } from '@auth0/auth0-react'
import { createElement, useState } from 'react'
import { createRoot } from 'react-dom/client'

const button = (id: string, onClick: () => unknown) =>
  createElement('button', { id, type: 'button', onClick }, id)
const line = (id: string, text: string | undefined) => createElement('p', { id }, text)

const Account = ({ from }: { from: string | undefined }) => {
  const auth0 = useAuth0()
  const [held, hold] = useState<string>()
  const { error } = auth0
  const status = auth0.isAuthenticated ? 'signed in' : 'signed out'
  return createElement(
    'main',
    {},
    button('login', () => auth0.loginWithRedirect({ appState: { from: 'here' } })),
    button('popup', () => auth0.loginWithPopup()),
    button('logout', () => auth0.logout({ logoutParams: { returnTo: location.origin } })),
    button('token', async () => hold(await auth0.getAccessTokenSilently())),
    button('renewal', async () => hold(await auth0.getAccessTokenSilently({ cacheMode: 'off' }))),
    line('status', auth0.isLoading ? 'loading' : status),
    line('user', auth0.user?.name),
    line('error', error && 'error' in error ? String(error.error) : error?.message),
    line('held', held),
    line('state', from),
  )
}

const App = () => {
  const [from, setFrom] = useState<string>()
  const onRedirectCallback = (appState?: AppState) => {
    history.replaceState({}, '', '/')
    setFrom(appState?.from)
  }
  return createElement(
    Auth0Provider,
    { ...window.config, onRedirectCallback },
    createElement(Account, { from }),
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(App))
