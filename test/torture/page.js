/**
 * What runs inside the pages of the soak. Each function is sent to a page on its own, so none of
 * them may use anything else of this file.
 */

/**
 * Lets the soak set the page's clock: `window.clockOffsetMs` is added to what `Date` says.
 */
export const makeClockSettable = () => {
  const now = Date.now
  Object.assign(window, { clockOffsetMs: 0 })
  Date.now = () => now.call(Date) + /** @type {any} */ (window).clockOffsetMs
}

/** @param {import('../../src/index.ts').Auth0ClientOptions} options */
export const createClient = async options => {
  const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
  window.auth0 = new sdk.Auth0Client(options)
  await window.auth0.checkSession()
}

/** @param {number} offsetMs */
export const setClock = offsetMs => {
  Object.assign(window, { clockOffsetMs: offsetMs })
}

export const expireTokens = () => {
  for (const [key, text] of Object.entries({ ...localStorage })) {
    const entry = JSON.parse(text)
    if (entry.body) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
  }
}

/**
 * So many calls at once; gives how each ended and how long it took, and whether the user is still
 * signed in afterwards.
 *
 * @param {{ calls: number, audience: string, cacheMode: 'on' | 'off' }} load
 */
export const call = async ({ calls, audience, cacheMode }) => {
  const one = async () => {
    const start = performance.now()
    const ended = await window.auth0
      .getTokenSilently({ cacheMode, authorizationParams: { audience } })
      .then(
        token => (token ? 'token' : 'nothing'),
        error => String(error.error ?? error),
      )
    return { ended, ms: performance.now() - start }
  }
  const outcomes = await Promise.all(Array.from({ length: calls }, one))
  return { outcomes, isSignedIn: await window.auth0.isAuthenticated() }
}
