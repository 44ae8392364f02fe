/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */

const PREFIX = 'urn:tenant:audience:'

/**
 * Auth0 takes any text as an audience; the engine takes a resource indicator, which must be a URI
 * without a fragment (RFC 8707 section 2). So the audience travels through the engine encoded.
 *
 * @param {string} audience
 */
export const toResource = audience => PREFIX + Buffer.from(audience).toString('base64url')

/** @param {string} resource */
export const toAudience = resource =>
  resource.startsWith(PREFIX)
    ? Buffer.from(resource.slice(PREFIX.length), 'base64url').toString()
    : resource

/**
 * What the tokens of a request are issued for.
 *
 * @param {Context} ctx
 */
export const sourceOf = ({ oidc: { entities } }) =>
  entities.RefreshToken ?? entities.AuthorizationCode ?? entities.DeviceCode

/** @param {Context} ctx */
const scopeInForce = ctx => sourceOf(ctx)?.scope ?? ctx.oidc.params?.scope

/**
 * How and when the user signed in (RFC 9068 section 2.2.1).
 *
 * @param {Context} ctx
 */
const loginClaimsOf = ctx => {
  const { acr, authTime } = sourceOf(ctx) ?? {}
  return { ...(acr && { acr }), ...(authTime && { auth_time: authTime }) }
}

/**
 * An API in the engine's terms.
 *
 * @param {string} audience
 * @param {string} scope
 * @returns {import('oidc-provider').ResourceServer}
 */
export const describeApi = (audience, scope) => ({ audience, scope, accessTokenFormat: 'jwt' })

/**
 * The engine's resource indicators, speaking Auth0's `audience`. Every API exists and knows every
 * scope it is asked for.
 */
export const createAudienceFeature = () => ({
  enabled: true,

  /**
   * @param {Context} ctx
   * @param {unknown} _client
   * @param {readonly string[]} [oneOf]
   */
  defaultResource: (ctx, _client, oneOf) => {
    const audience = ctx.oidc.params?.audience
    return oneOf ?? (typeof audience === 'string' ? toResource(audience) : undefined)
  },

  /** A token request has no audience: the audience of the login applies. */
  useGrantedResource: () => true,

  /**
   * @param {Context} ctx
   * @param {string} resource
   */
  getResourceServerInfo: (ctx, resource) =>
    describeApi(toAudience(resource), String(scopeInForce(ctx) ?? '')),
})

/**
 * Gives a JWT access token Auth0's claims: `azp`, the organization of the login, and the userinfo
 * endpoint as a second audience when `openid` was granted. Also `acr` and `auth_time`.
 *
 * @param {string} userinfoUrl
 * @param {{
 *   authorizations: import('./authorizations.js').Authorizations,
 *   clock: import('../keys/tenant-clock.js').TenantClock,
 * }} parts
 */
export const createAccessTokenShaper =
  (userinfoUrl, { authorizations, clock }) =>
  /**
   * @param {Context} ctx
   * @param {{ scope?: string | undefined, grantId?: string | undefined }} token
   * @param {import('oidc-provider').JWTStructured} jwt
   */
  (ctx, { scope, grantId }, { payload }) => {
    payload.azp = payload.client_id
    Object.assign(payload, loginClaimsOf(ctx))
    Object.assign(payload, clock.shift(payload), authorizations.organizationOf(grantId))
    const act = authorizations.exchangeOf(grantId)?.act
    if (act) payload.act = act
    if (scope?.split(' ').includes('openid')) payload.aud = [payload.aud, userinfoUrl]
  }
