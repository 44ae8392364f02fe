/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */

export const CODE = 'authorization_code'
export const REFRESH = 'refresh_token'
export const PASSWORD = 'password'
export const PASSWORD_REALM = 'http://auth0.com/oauth/grant-type/password-realm'
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The default `grant_types` of a client. */
export const DEFAULT_GRANT_TYPES = /** @type {const} */ ([CODE, REFRESH, PASSWORD, DEVICE_CODE])

/** Every grant type a client can be given. */
export const GRANT_TYPES = /** @type {const} */ ([
  ...DEFAULT_GRANT_TYPES,
  PASSWORD_REALM,
  TOKEN_EXCHANGE,
])

/**
 * @param {TenantClient | undefined} client
 * @returns {readonly string[]}
 */
export const grantTypesOf = client => client?.grant_types ?? DEFAULT_GRANT_TYPES

/**
 * @param {TenantClient | undefined} client
 * @param {string} grantType
 */
export const mayUse = (client, grantType) => {
  const allowed = grantTypesOf(client)
  // Auth0's dashboard knows one switch for both ways to send a password.
  const isCovered = grantType === PASSWORD_REALM && allowed.includes(PASSWORD)
  // Which tokens may be exchanged, the tenant's configuration decides.
  const isDefault = grantType === TOKEN_EXCHANGE && client?.grant_types === undefined
  return isCovered || isDefault || allowed.includes(grantType)
}
