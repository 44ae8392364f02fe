/**
 * What runs inside the pages of the torture run. Each function is sent to a page on its own, so none
 * of them may use anything else of this file.
 */

/** Lets the run set the page's clock, and end the page's workers. */
export const prepare = () => {
  const now = Date.now
  /** @type {Worker[]} */
  const workers = []
  Object.assign(window, { clockOffsetMs: 0, workers })
  Date.now = () => now.call(Date) + /** @type {any} */ (window).clockOffsetMs
  window.Worker = class extends Worker {
    /** @param {ConstructorParameters<typeof Worker>} given */
    constructor(...given) {
      super(...given)
      workers.push(this)
    }
  }
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

/** Ends the workers of the page, as a browser that is short of memory does: without an event. */
export const endWorkers = () => {
  for (const worker of /** @type {any} */ (window).workers) worker.terminate()
}

/**
 * Makes the access tokens in localStorage look expired, while no tab writes. The pause lets the
 * page see what the last tab has written.
 *
 * @param {string} clientId
 */
export const expireTokens = clientId =>
  navigator.locks.request(`auth0.lock.session.${clientId}`, async () => {
    await new Promise(resolve => setTimeout(resolve, 100))
    for (const [key, text] of Object.entries({ ...localStorage })) {
      const entry = JSON.parse(text)
      if (entry.body) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    }
  })

/** Who is signed in, as the page sees it. */
export const look = async () => {
  const claims = await window.auth0.getIdTokenClaims()
  return {
    isSignedIn: await window.auth0.isAuthenticated(),
    sub: claims?.sub,
    org: claims?.org_id,
    authTime: Number(claims?.auth_time ?? 0),
  }
}

/**
 * Several calls at once; gives how each ended, whose token it got, and how long it took.
 *
 * @param {{
 *   calls: number,
 *   audience: string,
 *   cacheMode: 'on' | 'off',
 *   timeoutInSeconds?: number,
 *   limitMs: number,
 * }} load
 */
export const call = async ({ calls, audience, cacheMode, timeoutInSeconds, limitMs }) => {
  /** @param {string} token */
  const subjectOf = token =>
    JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))).sub
  const one = async () => {
    const start = performance.now()
    /** @type {Promise<{ ended: string, sub?: string }>} */
    const answer = window.auth0
      .getTokenSilently({
        cacheMode,
        authorizationParams: { audience },
        ...(timeoutInSeconds && { timeoutInSeconds }),
      })
      .then(
        token => (token ? { ended: 'token', sub: subjectOf(token) } : { ended: 'nothing' }),
        error => ({ ended: String(error.error ?? error) }),
      )
    /** @type {number | undefined} */
    let timer
    /** @type {Promise<{ ended: string, sub?: string }>} */
    const limit = new Promise(resolve => {
      timer = window.setTimeout(() => resolve({ ended: 'hangs' }), limitMs)
    })
    const { ended, sub } = await Promise.race([answer, limit])
    clearTimeout(timer)
    return { ended, sub, ms: performance.now() - start }
  }
  return Promise.all(Array.from({ length: calls }, one))
}
