/** Claims that the engine sets, which no configuration may replace. */
const RESERVED = new Set(
  'iss sub aud exp iat nbf jti nonce azp auth_time acr amr sid at_hash c_hash act org_id org_name'.split(
    ' ',
  ),
)

/**
 * Claims of ID tokens that depend on neither scopes nor users: those of an exchanged token.
 *
 * @param {{ authorizations: import('./authorizations.js').Authorizations }} parts
 */
export const createIdTokenClaims =
  ({ authorizations }) =>
  /**
   * @param {import('oidc-provider').KoaContextWithOIDC} ctx
   * @returns {Record<string, unknown>}
   */
  ctx => {
    const { act, claims = {} } = authorizations.exchangeOf(ctx.oidc.entities.Grant?.jti) ?? {}
    const allowed = Object.entries(claims).filter(([name]) => !RESERVED.has(name))
    return { ...Object.fromEntries(allowed), ...(act && { act }) }
  }

/** @typedef {ReturnType<typeof createIdTokenClaims>} IdTokenClaims */
