/** Every contender behind the same few functions. */

/**
 * @typedef {object} Setup
 * @property {string} sdk the folder of the bundle, or `bare` for plain requests
 * @property {string} url of the tenant
 * @property {string} redirectUri
 * @property {string} silentUri
 * @property {'memory' | 'localstorage'} cacheLocation
 * @property {boolean} useRefreshTokens
 * @property {string} [loginScope] what a login without leaving the page asks for as well
 * @property {boolean} [checksSession] whether the client is made with `createAuth0Client()`
 * @property {object} [options] more options of the SDK
 *
 * @typedef {object} Adapter
 * @property {() => Promise<boolean>} isSignedIn
 * @property {(call?: object) => Promise<unknown>} getToken
 * @property {() => Promise<unknown>} getUser
 * @property {() => Promise<unknown>} renew
 * @property {() => Promise<string>} beginLogin returns the URL of the login page
 * @property {() => Promise<unknown>} leave goes to the login page
 * @property {(url: string) => Promise<unknown>} finishLogin takes the callback URL
 * @property {() => Promise<unknown>} [prove] a DPoP proof for a request to an API
 */

const CLIENT_ID = 'bench'

/** What a proof is made for: an access token as long as a usual JWT, and a nonce. */
const PROOF = {
  url: 'https://api.example.com/orders',
  method: 'GET',
  nonce: 'nonce-of-the-api',
  accessToken: 'x'.repeat(1200),
}

const AUDIENCE = 'https://api.example.com/'

/** RFC 7636, appendix B. */
const PKCE = {
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
}

/** @param {Setup} setup */
const scopeOf = ({ useRefreshTokens }) =>
  `openid profile email${useRefreshTokens ? ' offline_access' : ''}`

/** @param {string} src @returns {Promise<string>} the code */
const codeFromFrame = src =>
  new Promise(resolve => {
    const frame = document.createElement('iframe')
    frame.style.display = 'none'
    /** @param {MessageEvent} event */
    const onMessage = event => {
      if (event.source !== frame.contentWindow) return
      removeEventListener('message', onMessage)
      // As late as the SDKs remove theirs.
      setTimeout(() => frame.remove(), 2000)
      resolve(event.data.response.code)
    }
    addEventListener('message', onMessage)
    document.body.append(frame)
    frame.src = src
  })

/**
 * The requests of the flows, sent with plain `fetch` and a plain iframe.
 *
 * @param {Setup} setup
 * @returns {Adapter}
 */
export const bareRequests = setup => {
  const { url, redirectUri, useRefreshTokens } = setup
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    scope: scopeOf(setup),
    audience: AUDIENCE,
    response_type: 'code',
    state: 'state',
    nonce: 'nonce',
    code_challenge: PKCE.challenge,
    code_challenge_method: 'S256',
  })
  const authorizeUrl = `${url}/authorize?${query}`
  let refreshToken = ''
  /** @param {Record<string, string>} fields */
  const post = async fields => {
    const body = new URLSearchParams({ client_id: CLIENT_ID, ...fields })
    const answer = await (await fetch(`${url}/oauth/token`, { method: 'POST', body })).json()
    if (!answer.access_token) throw new Error(`No token: ${answer.error}`)
    refreshToken = answer.refresh_token
    return answer
  }
  /** @param {string} code */
  const redeem = code =>
    post({
      grant_type: 'authorization_code',
      code,
      code_verifier: PKCE.verifier,
      redirect_uri: redirectUri,
    })
  return {
    isSignedIn: async () => Boolean(refreshToken),
    getToken: async () => refreshToken,
    getUser: async () => ({}),
    renew: async () =>
      useRefreshTokens
        ? post({ grant_type: 'refresh_token', refresh_token: refreshToken })
        : redeem(await codeFromFrame(`${authorizeUrl}&response_mode=web_message&prompt=none`)),
    beginLogin: async () => authorizeUrl,
    leave: async () => location.assign(authorizeUrl),
    finishLogin: answer => redeem(new URL(answer).searchParams.get('code') ?? ''),
  }
}

/**
 * @param {any} module
 * @param {Setup} setup
 * @returns {Promise<Adapter>}
 */
const auth0 = async (module, { url, redirectUri, checksSession, options, ...setup }) => {
  const { cacheLocation, useRefreshTokens, loginScope } = setup
  const all = {
    domain: url,
    clientId: CLIENT_ID,
    cacheLocation,
    useRefreshTokens,
    authorizationParams: { redirect_uri: redirectUri, audience: AUDIENCE },
    ...options,
  }
  const { createAuth0Client, Auth0Client } = module
  const client = checksSession ? await createAuth0Client(all) : new Auth0Client(all)
  return {
    isSignedIn: () => client.isAuthenticated(),
    getToken: call => client.getTokenSilently(call),
    getUser: () => client.getUser(),
    renew: () => client.getTokenSilently({ cacheMode: 'off' }),
    beginLogin: async () => {
      let left = ''
      const openUrl = (/** @type {string} */ to) => {
        left = to
      }
      const scope = loginScope && { authorizationParams: { scope: loginScope } }
      await client.loginWithRedirect({ openUrl, ...scope })
      return left
    },
    leave: () => client.loginWithRedirect(),
    finishLogin: answer => client.handleRedirectCallback(answer),
    prove: () => client.generateDpopProof(PROOF),
  }
}

/**
 * @param {any} module
 * @param {Setup} setup
 * @returns {Promise<Adapter>}
 */
const oidcClient = async (module, setup) => {
  const { url, redirectUri, silentUri, cacheLocation } = setup
  const { UserManager, WebStorageStateStore, InMemoryWebStorage, IndexedDbDPoPStore } = module
  const proofs = new IndexedDbDPoPStore()
  const store = cacheLocation === 'localstorage' ? localStorage : new InMemoryWebStorage()
  const settings = {
    authority: url,
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    silent_redirect_uri: silentUri,
    scope: scopeOf(setup),
    userStore: new WebStorageStateStore({ store }),
    dpop: { store: proofs },
  }
  const manager = new UserManager(settings)
  const getUser = () => manager.getUser()
  return {
    isSignedIn: async () => (await getUser()) !== null,
    // Tokens and user come together.
    getToken: getUser,
    getUser,
    renew: () => manager.signinSilent(),
    beginLogin: async () => {
      let left = ''
      const navigate = async (/** @type {{ url: string }} */ to) => {
        left = to.url
      }
      const navigator = { prepare: async () => ({ navigate, close: () => {} }) }
      await new UserManager(settings, navigator).signinRedirect()
      return left
    },
    leave: () => manager.signinRedirect(),
    finishLogin: answer => manager.signinRedirectCallback(answer),
    prove: async () => {
      const { url, method, nonce, accessToken } = PROOF
      if (!(await proofs.get(CLIENT_ID))) {
        const key = { name: 'ECDSA', namedCurve: 'P-256' }
        const keys = await crypto.subtle.generateKey(key, false, ['sign', 'verify'])
        await proofs.set(CLIENT_ID, { keys })
      }
      return manager.dpopProof(url, { access_token: accessToken }, method, nonce)
    },
  }
}

/**
 * @param {any} module the SDK
 * @param {Setup} setup
 */
export const create = (module, setup) =>
  setup.sdk === 'oidc-client-ts' ? oidcClient(module, setup) : auth0(module, setup)

/**
 * Signs in without leaving the page.
 *
 * @param {Adapter} adapter
 */
export const signIn = async adapter => {
  const url = new URL(await adapter.beginLogin())
  url.searchParams.set('response_mode', 'json')
  const { callback } = await (await fetch(url)).json()
  await adapter.finishLogin(callback)
}
