/** Whole flows of an application, for SDKs with the names of auth0-spa-js and for oidc-client-ts. */
import { load } from './sdk.js'

/** @type {any} */
let client

/**
 * As an application does on every load of its page.
 *
 * @param {{ sdk: string, options: any }} given
 */
export const start = async ({ sdk, options }) => {
  const module = await load(sdk)
  if (sdk === 'oidc-client-ts') {
    const { UserManager, WebStorageStateStore } = module
    const userStore = options.isStored && new WebStorageStateStore({ store: localStorage })
    client = new UserManager({ ...options.settings, ...(userStore && { userStore }) })
    await client.getUser()
  } else {
    client = await module.createAuth0Client(options)
  }
}

/** @param {string} sdk */
export const leave = sdk =>
  sdk === 'oidc-client-ts' ? client.signinRedirect() : client.loginWithRedirect()

/** @param {string} sdk */
export const comeBack = async sdk => {
  await (sdk === 'oidc-client-ts' ? client.signinCallback() : client.handleRedirectCallback())
  history.replaceState({}, '', location.pathname)
}

/** @param {string} sdk */
export const renew = async sdk => {
  if (sdk === 'oidc-client-ts') await client.signinSilent()
  else await client.getTokenSilently({ cacheMode: 'off' })
}

/**
 * Whether there is a token, as seen by an application.
 *
 * @param {string} sdk
 */
export const holdsToken = async sdk =>
  sdk === 'oidc-client-ts'
    ? Boolean((await client.getUser())?.access_token)
    : Boolean(await client.getTokenSilently({ cacheMode: 'cache-only' }))
