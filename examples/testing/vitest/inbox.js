import { GenericError } from 'latchkey'

export const API = 'https://api.example.com/'

/** These errors require a new login. */
const SESSION_IS_OVER = ['login_required', 'missing_refresh_token', 'invalid_grant']

/**
 * @param {HTMLElement} root
 * @param {string} text
 * @param {() => unknown} onClick
 */
const addButton = (root, text, onClick) => {
  const button = document.createElement('button')
  button.textContent = text
  button.onclick = onClick
  root.append(button)
}

/**
 * A small application: it shows the user and a list of messages. The client is a parameter, so that
 * a test can pass another one.
 *
 * @param {HTMLElement} root
 * @param {import('latchkey').Auth0Client} auth0
 * @param {(url: string) => void} [openUrl] navigates; tests check the URL instead
 */
export const createInbox = (root, auth0, openUrl = url => location.assign(url)) => {
  const audience = { authorizationParams: { audience: API } }
  const login = () => auth0.loginWithRedirect({ ...audience, appState: { from: 'inbox' }, openUrl })

  /** @param {boolean} isFresh whether the token may not come from the cache */
  const askApi = async isFresh => {
    const cacheMode = isFresh ? 'off' : 'on'
    const token = await auth0.getTokenSilently({ ...audience, cacheMode })
    return fetch(`${API}messages`, { headers: { Authorization: `Bearer ${token}` } })
  }

  /** @returns {Promise<string[]>} */
  const loadMessages = async () => {
    const first = await askApi(false)
    const response = first.status === 401 ? await askApi(true) : first
    return response.json()
  }

  const show = async () => {
    const user = await auth0.getUser()
    root.replaceChildren(user ? `Hello ${user.name}` : 'Nobody is signed in')
    if (user) addButton(root, 'Log out', () => auth0.logout({ openUrl }))
    else addButton(root, 'Log in', login)
  }

  return {
    /** @param {string} address of the page, which may contain a login response */
    start: async address => {
      const { searchParams } = new URL(address)
      if (searchParams.has('state')) await auth0.handleRedirectCallback(address)
      await show()
    },
    showMessages: async () => {
      try {
        root.append(...(await loadMessages()))
      } catch (error) {
        if (!(error instanceof GenericError) || !SESSION_IS_OVER.includes(error.error)) throw error
        root.replaceChildren('Your session has ended')
        addButton(root, 'Log in', login)
      }
    },
  }
}
