import { sourceOf } from './audience.js'

/** Claims that the engine sets, which no configuration may replace. */
const RESERVED = new Set(
  'iss sub aud exp iat nbf jti nonce azp auth_time acr amr sid at_hash c_hash act org_id org_name session_expiry'.split(
    ' ',
  ),
)

/**
 * Claims of ID tokens that depend on neither scopes nor users: those of an exchanged token, and the end
 * of the session.
 *
 * @param {{
 *   authorizations: import('./authorizations.js').Authorizations,
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 * }} parts
 */
export const createIdTokenClaims =
  ({ authorizations, settings }) =>
  /**
   * @param {import('oidc-provider').KoaContextWithOIDC} ctx
   * @returns {Record<string, unknown>}
   */
  ctx => {
    const { act, claims = {} } = authorizations.exchangeOf(ctx.oidc.entities.Grant?.jti) ?? {}
    const allowed = Object.entries(claims).filter(([name]) => !RESERVED.has(name))
    const { authTime } = sourceOf(ctx) ?? {}
    return {
      ...Object.fromEntries(allowed),
      ...(act && { act }),
      ...(settings.sessionExpiryClaim &&
        authTime && { session_expiry: authTime + settings.sessionLifetimeSeconds }),
    }
  }

/** @typedef {ReturnType<typeof createIdTokenClaims>} IdTokenClaims */
