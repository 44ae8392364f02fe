import { acceptJwtsAtUserinfo } from '../engine/userinfo-jwt.js'
import { PATHS } from '../http/paths.js'
import { controlIdTokens } from './control-id-tokens.js'

/**
 * Has the engine issue and accept tokens as this tenant says: its issuer, its keys, its clock.
 *
 * @param {import('oidc-provider').Provider} provider
 * @param {{
 *   url: string,
 *   issuer: string,
 *   keys: import('./signing-keys.js').SigningKeys,
 *   clock: import('./tenant-clock.js').TenantClock,
 *   currentContext: () => import('oidc-provider').KoaContextWithOIDC | undefined,
 * }} parts
 */
export const controlTokens = (provider, { url, issuer, ...parts }) => {
  // The engine takes its paths from the issuer it starts with, so one that is elsewhere comes later.
  Object.assign(provider, { issuer })
  controlIdTokens(provider, parts)
  acceptJwtsAtUserinfo(provider, { ...parts, userinfoUrl: url + PATHS.userinfo })
}
