import { auth0, explain, findUser } from './auth.js'

/** @param {string} id */
const find = id => /** @type {HTMLElement} */ (document.getElementById(id))

/**
 * Runs an action, then shows the user and the error.
 *
 * @param {() => Promise<unknown>} action
 */
const attempt = async action => {
  find('answer').textContent = ''
  find('problem').textContent = await action().then(() => '', explain)
  const user = await auth0.getUser()
  find('title').textContent = user ? `Hello, ${user.name}` : 'Nobody is signed in'
  find('sign-in').hidden = Boolean(user)
  find('sign-out').hidden = find('call-api').hidden = !user
}

const callApi = async () => {
  const headers = { Authorization: `Bearer ${await auth0.getTokenSilently()}` }
  const response = await fetch(`${import.meta.env.VITE_API}/api/private`, { headers })
  const { message } = await response.json()
  if (!response.ok) throw new Error(message)
  find('answer').textContent = message
}

const signIn = () => auth0.loginWithRedirect()
const signOut = () => auth0.logout({ logoutParams: { returnTo: location.origin } })

find('sign-in').addEventListener('click', () => attempt(signIn))
find('sign-out').addEventListener('click', () => attempt(signOut))
find('call-api').addEventListener('click', () => attempt(callApi))
attempt(findUser)
