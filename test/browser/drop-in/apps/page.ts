import { createAuth0Client } from '@auth0/auth0-spa-js'
import { show, whenClicked } from './shared.ts'

const auth0 = await createAuth0Client(window.config)

const showUser = async (): Promise<void> => {
  show('user', (await auth0.getUser())?.name)
  show('status', (await auth0.isAuthenticated()) ? 'signed in' : 'signed out')
}

whenClicked('login', () => auth0.loginWithRedirect({ appState: { from: 'here' } }))
whenClicked('popup', () => auth0.loginWithPopup().then(showUser))
whenClicked('logout', () => auth0.logout({ logoutParams: { returnTo: location.origin } }))
whenClicked('token', async () => show('held', await auth0.getTokenSilently()))
whenClicked('renewal', async () => show('held', await auth0.getTokenSilently({ cacheMode: 'off' })))

if (/[?&]state=/.test(location.search)) {
  await auth0.handleRedirectCallback().then(
    ({ appState }) => show('state', appState?.from),
    ({ error, appState }) => {
      show('error', error)
      show('state', appState?.from)
    },
  )
  history.replaceState({}, '', '/')
}
await showUser()
