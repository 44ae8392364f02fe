/** @typedef {import('./resolve-options.js').TenantClient} TenantClient */

/**
 * @param {unknown} url
 * @returns {string | undefined} the origin of a web address, nothing for anything else
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
 * A client in the engine's terms.
 *
 * @param {TenantClient} client
 * @returns {import('oidc-provider').AdapterPayload}
 */
export const toClientMetadata = ({ client_id, origins, callbackUrl }) => ({
  client_id,
  // The address for requests that name none; which others are allowed, `mayReturnTo` decides.
  redirect_uris: [callbackUrl ?? `${origins[0]}/`],
  application_type: 'web',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})
