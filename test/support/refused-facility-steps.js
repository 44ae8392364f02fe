/**
 * From the first client of a page to the logout, for a page that is refused a facility. Pages load
 * this file as it is, so it imports no code.
 */

/** The page's own, also when a row has replaced it. */
const storage = globalThis.localStorage

/** @typedef {import('../../src/index.ts').Auth0ClientOptions} Options */

/**
 * What happened. The expected error is its code, and others are their text.
 *
 * @typedef {object} Outcome
 * @property {string[]} errors
 * @property {boolean} [isSignedIn] after the callback
 * @property {boolean} [getsToken] from the cache, or else by a renewal
 * @property {boolean} [renews] whether a renewal gives another token
 * @property {boolean} [leaves] whether the logout leaves for the tenant
 * @property {boolean} [staysSignedIn] after the logout
 * @property {boolean} [keepsToken] whether a call, or localStorage, gives a token after the logout
 */

/** @typedef {import('./refused-facilities.js').Row} Row */

/**
 * @param {Row} row
 * @returns {Outcome}
 */
export const expectedOutcome = ({ error, exceptions }) => {
  const errors = error ? [error.error] : []
  const isLogin = error?.of === 'createAuth0Client' || error?.of === 'loginWithRedirect'
  if (isLogin && !error.remedy) return { errors }
  const isSignedIn = error?.of !== 'handleRedirectCallback'
  return {
    errors,
    isSignedIn,
    getsToken: isSignedIn,
    renews: isSignedIn && error?.of !== 'getTokenSilently',
    leaves: true,
    staysSignedIn: false,
    keepsToken: false,
    ...exceptions,
  }
}

/**
 * @param {Row} row
 * @param {Pick<typeof import('../../src/index.ts'), 'createAuth0Client' | 'GenericError'>} sdk
 */
export const createSteps = (row, { createAuth0Client, GenericError }) => {
  /** @type {string[]} */
  const errors = []

  /**
   * Notes the error of a call.
   *
   * @template T
   * @param {import('./refused-facilities.js').ExpectedError['of']} name
   * @param {Promise<T>} call
   */
  const settle = async (name, call) => {
    try {
      return await call
    } catch (error) {
      const isExpected =
        error instanceof GenericError &&
        name === row.error?.of &&
        error.error === row.error.error &&
        row.error.message.test(error.message)
      errors.push(isExpected ? error.error : `${name}: ${error}`)
    }
  }

  /** @param {Options} options */
  const redirect = async options => {
    const client = await createAuth0Client(options)
    let url = ''
    await client.loginWithRedirect({
      openUrl: to => {
        url = to
      },
    })
    return url
  }

  /**
   * Before the page is left.
   *
   * @param {Options} options
   * @returns {Promise<{ errors: string[], url: string | undefined }>} with where the login leads to
   */
  const start = async options => {
    const client = await settle('createAuth0Client', createAuth0Client(options))
    if (!client) return { errors, url: undefined }
    if (await client.isAuthenticated()) errors.push('A user is signed in')
    if (row.error?.of === 'loginWithPopup') await settle('loginWithPopup', client.loginWithPopup())
    const { remedy } = row.error ?? {}
    const url = await settle('loginWithRedirect', redirect(options))
    return { errors, url: url ?? (remedy && (await redirect({ ...options, ...remedy }))) }
  }

  /**
   * When the browser has come back.
   *
   * @param {Options} options
   * @param {string} answer the URL it has come back to
   * @param {string[]} errorsBefore those of `start`
   * @returns {Promise<Outcome>}
   */
  const finish = async (options, answer, errorsBefore) => {
    const client = await createAuth0Client({ ...options, ...row.error?.remedy })
    const result = await settle(
      'handleRedirectCallback',
      client.handleRedirectCallback(answer, { cleanUrl: true }),
    )
    if (row.isLater) row.refuse()
    const isSignedIn = await client.isAuthenticated()
    /** @param {import('../../src/index.ts').GetTokenSilentlyOptions} [call] */
    const getToken = async call =>
      result && settle('getTokenSilently', client.getTokenSilently(call))
    const first = await getToken()
    const second = await getToken({ cacheMode: 'off' })
    let left = ''
    await client.logout({
      openUrl: to => {
        left = to
      },
    })
    const kept = [
      await client.getTokenSilently({ cacheMode: 'cache-only' }),
      JSON.stringify({ ...storage }).match(/(access|refresh)_token/),
    ]
    return {
      errors: [...errorsBefore, ...errors],
      isSignedIn,
      getsToken: Boolean(first),
      renews: Boolean(second) && second !== first,
      leaves: left.includes('/v2/logout'),
      staysSignedIn: await client.isAuthenticated(),
      keepsToken: kept.some(Boolean),
    }
  }

  return { start, finish }
}
