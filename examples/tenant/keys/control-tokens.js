import { acceptJwtsAtUserinfo } from '../engine/userinfo-jwt.js'
import { PATHS } from '../http/paths.js'
import { controlIdTokens } from './control-id-tokens.js'

/**
 * Makes the engine issue and accept tokens with the tenant's issuer, keys and clock.
 *
 * @param {import('oidc-provider').Provider} provider
 * @param {{
 *   url: string,
 *   issuer: string,
 *   keys: import('./signing-keys.js').SigningKeys,
 *   clock: import('./tenant-clock.js').TenantClock,
 *   moreClaims: import('../engine/id-token-claims.js').IdTokenClaims,
 *   currentContext: () => import('oidc-provider').KoaContextWithOIDC | undefined,
 * }} parts
 */
export const controlTokens = (provider, { url, issuer, ...parts }) => {
  // The engine derives its paths from its initial issuer, so a different issuer is set afterwards.
  Object.assign(provider, { issuer })
  controlIdTokens(provider, parts)
  acceptJwtsAtUserinfo(provider, { ...parts, userinfoUrl: url + PATHS.userinfo })
}
