import { clientId, domain } from '../config.js'

const here = location.origin + location.pathname

/** @param {string} id */
const find = id => /** @type {HTMLElement} */ (document.getElementById(id))

const auth0 = await createAuth0Client({
  domain,
  client_id: clientId,
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  redirect_uri: here,
})

find('login').addEventListener('click', () => auth0.loginWithRedirect())
find('logout').addEventListener('click', () => auth0.logout({ logoutParams: { returnTo: here } }))

try {
  if (/[?&](code|error)=/.test(location.search) && /[?&]state=/.test(location.search)) {
    await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
  }
  const user = await auth0.getUser()
  find(user ? 'signed-in' : 'signed-out').hidden = false
  if (user) {
    find('name').textContent = user.name ?? null
    find('token').textContent = `${(await auth0.getTokenSilently())?.slice(0, 12)}…`
  }
} catch (error) {
  find('problem').textContent = String(error)
  find('signed-out').hidden = !find('signed-in').hidden
}
