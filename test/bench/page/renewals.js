/** Flows that ask the tenant, and the same requests without an SDK. */
import { load } from './sdk.js'
import { timePrepared } from './timing.js'

/**
 * @typedef {object} Adapter what one contender can do
 * @property {() => Promise<unknown>} renew
 * @property {() => Promise<string>} leave prepares a login; gives the address of the login page
 * @property {(url: string) => Promise<unknown>} comeBack
 *
 * @typedef {object} Setup
 * @property {string} sdk
 * @property {string} url of the stand-in
 * @property {string} clientId
 * @property {string} audience
 * @property {boolean} isStored
 * @property {boolean} useRefreshTokens
 */

/** RFC 7636, appendix B. */
const PKCE = {
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
}

/** Latchkey as it is when TLS vouches for ID tokens, as with every other SDK here. */
const UNVERIFIED = 'latchkey without signatures'

/** @type {Map<string, Adapter>} */
const adapters = new Map()

/** @returns {string} where the tenant sends answers */
const home = () => `${location.origin}/`

/**
 * @param {Setup} setup
 * @param {Record<string, string>} fields
 */
const post = async ({ url, clientId }, fields) => {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...fields }),
  })
  const answer = await response.json()
  if (!answer.access_token) throw new Error(`No token: ${answer.error}`)
  return answer
}

/** @param {string} src */
const codeFromFrame = src =>
  new Promise(resolve => {
    const frame = document.createElement('iframe')
    frame.style.display = 'none'
    /** @param {MessageEvent} event */
    const onMessage = event => {
      if (event.source !== frame.contentWindow) return
      removeEventListener('message', onMessage)
      // Removed late, as every SDK does.
      setTimeout(() => frame.remove(), 2000)
      resolve(event.data.response.code)
    }
    addEventListener('message', onMessage)
    document.body.append(frame)
    frame.src = src
  })

/**
 * The requests alone.
 *
 * @param {Setup} setup
 * @returns {Promise<Adapter>}
 */
const bare = async setup => {
  const query = new URLSearchParams({
    client_id: setup.clientId,
    redirect_uri: home(),
    scope: `openid profile email${setup.useRefreshTokens ? ' offline_access' : ''}`,
    audience: setup.audience,
    response_type: 'code',
    state: 'state',
    nonce: 'nonce',
    code_challenge: PKCE.challenge,
    code_challenge_method: 'S256',
  })
  const authorizeUrl = `${setup.url}/authorize?${query}`
  /** @param {string} code */
  const redeem = code =>
    post(setup, {
      grant_type: 'authorization_code',
      code,
      code_verifier: PKCE.verifier,
      redirect_uri: home(),
    })
  const signIn = async () =>
    redeem(await codeFromFrame(`${authorizeUrl}&response_mode=web_message&prompt=none`))
  let { refresh_token } = await signIn()
  return {
    renew: async () => {
      if (!setup.useRefreshTokens) return signIn()
      const answer = await post(setup, { grant_type: 'refresh_token', refresh_token })
      refresh_token = answer.refresh_token
      return answer
    },
    leave: async () => authorizeUrl,
    comeBack: url => redeem(new URL(url).searchParams.get('code') ?? ''),
  }
}

/**
 * @param {Setup} setup
 * @returns {Promise<Adapter>}
 */
const auth0 = async setup => {
  const { sdk, url, clientId, audience, isStored, useRefreshTokens } = setup
  const isUnverified = sdk === UNVERIFIED
  const { Auth0Client } = await load(isUnverified ? 'latchkey' : sdk)
  const client = new Auth0Client({
    domain: url,
    clientId,
    cacheLocation: isStored ? 'localstorage' : 'memory',
    useRefreshTokens,
    useRefreshTokensFallback: true,
    ...(isUnverified && { idTokenSignature: 'trust-tls' }),
    authorizationParams: { redirect_uri: home(), audience },
  })
  await client.getTokenSilently()
  return {
    renew: () => client.getTokenSilently({ cacheMode: 'off' }),
    leave: async () => {
      let left = ''
      await client.loginWithRedirect({
        openUrl: (/** @type {string} */ to) => {
          left = to
        },
      })
      return left
    },
    comeBack: answer => client.handleRedirectCallback(answer),
  }
}

/**
 * @param {Setup} setup
 * @returns {Promise<Adapter>}
 */
const oidcClient = async ({ url, clientId, isStored, useRefreshTokens }) => {
  const { UserManager, WebStorageStateStore, InMemoryWebStorage } = await load('oidc-client-ts')
  let left = ''
  const redirects = {
    prepare: async () => ({
      navigate: async (/** @type {{ url: string }} */ to) => {
        left = to.url
      },
      close: () => {},
    }),
    callback: async () => {},
  }
  const manager = new UserManager(
    {
      authority: url,
      client_id: clientId,
      redirect_uri: home(),
      silent_redirect_uri: `${home()}silent`,
      scope: `openid profile email${useRefreshTokens ? ' offline_access' : ''}`,
      userStore: new WebStorageStateStore({
        store: isStored ? localStorage : new InMemoryWebStorage(),
      }),
    },
    redirects,
  )
  const renew = () => manager.signinSilent()
  await renew()
  return {
    renew,
    leave: async () => {
      // Its promise is that of a page that never comes back.
      await manager.signinRedirect()
      return left
    },
    comeBack: answer => manager.signinRedirectCallback(answer),
  }
}

/**
 * A contender who is signed in.
 *
 * @param {Setup} setup
 */
export const open = async setup => {
  /** @type {Record<string, (setup: Setup) => Promise<Adapter>>} */
  const kinds = { 'bare requests': bare, 'oidc-client-ts': oidcClient }
  adapters.set(setup.sdk, await (kinds[setup.sdk] ?? auth0)(setup))
}

/**
 * A login page's answer, without leaving the page.
 *
 * @param {string} url of the login page
 */
const answerOf = async url => {
  const asking = new URL(url)
  asking.searchParams.set('response_mode', 'json')
  const answer = await (await fetch(asking)).json()
  return `${home()}?${new URLSearchParams(answer)}`
}

/**
 * Milliseconds of each flow.
 *
 * @param {{ flow: 'renewal' | 'callback', rounds: number }} given
 */
export const measure = ({ flow, rounds }) => {
  const contenders = [...adapters].map(([name, adapter]) => [
    name,
    async () => {
      if (flow === 'renewal') return adapter.renew
      const answer = await answerOf(await adapter.leave())
      return () => adapter.comeBack(answer)
    },
  ])
  return timePrepared(Object.fromEntries(contenders), { rounds })
}
