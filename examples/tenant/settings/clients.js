import { GRANT_TYPES } from '../grants/grant-types.js'

/** @typedef {import('./resolve-options.js').TenantClient} TenantClient */

/**
 * @param {unknown} url
 * @returns {string | undefined} the origin of an http(s) URL, `undefined` for anything else
 */
export const originOf = url => {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const { origin, protocol } = new URL(url)
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined
}

/**
 * Answers which origin may do what. Reads the clients as they are at the moment of asking.
 *
 * @param {readonly TenantClient[]} clients
 */
export const createClientRegistry = clients => {
  /** @param {unknown} clientId */
  const find = clientId => clients.find(({ client_id }) => client_id === clientId)

  return {
    find,
    /** @param {unknown} clientId */
    originsOf: clientId => find(clientId)?.origins ?? [],
    /** @param {string | undefined} origin */
    isKnownOrigin: origin =>
      origin !== undefined && clients.some(({ origins }) => origins.includes(origin)),
    /**
     * @param {unknown} clientId
     * @param {unknown} url
     */
    mayReturnTo: (clientId, url) => {
      const origin = originOf(url)
      return origin !== undefined && (find(clientId)?.origins.includes(origin) ?? false)
    },
  }
}

/** @typedef {ReturnType<typeof createClientRegistry>} ClientRegistry */

/**
 * Where a client may be sent back to, the first by default.
 *
 * @param {Pick<TenantClient, 'callbacks' | 'callbackUrl' | 'origins'>} client
 */
export const callbacksOf = ({ callbacks, callbackUrl, origins }) =>
  callbacks?.length ? callbacks : [callbackUrl ?? `${origins[0]}/`]

/**
 * Without a secret, only PKCE binds a code to the client that requested it (RFC 9700 section
 * 2.1.1).
 *
 * @param {TenantClient | undefined} client
 */
export const needsPkce = client => client?.require_pkce ?? client?.client_secret === undefined

/**
 * A client in the engine's terms.
 *
 * @param {TenantClient} client
 * @returns {import('oidc-provider').AdapterPayload}
 */
export const toClientMetadata = ({ client_id, name, client_secret, ...addresses }) => ({
  client_id,
  ...(name && { client_name: name }),
  // The address for requests that name none; which others are allowed, `mayReturnTo` decides.
  redirect_uris: callbacksOf(addresses).slice(0, 1),
  application_type: 'web',
  // `grant-guard.js` decides which of them the client may use.
  grant_types: [...GRANT_TYPES],
  response_types: ['code'],
  // The engine takes a secret in the body and in the header alike.
  ...(client_secret
    ? { client_secret, token_endpoint_auth_method: 'client_secret_post' }
    : { token_endpoint_auth_method: 'none' }),
})
