import { grantTypesOf } from '../grants/grant-types.js'
import { callbacksOf } from '../settings/clients.js'
import { policyOf } from '../settings/refresh-token-settings.js'

/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */

/**
 * The effective refresh token settings of the client: its own, or else the tenant's.
 *
 * @param {TenantClient} client
 * @param {import('../settings/resolve-options.js').TenantSettings} settings
 */
const describeRefreshToken = (client, settings) => {
  const policy = policyOf({ ...client, oidc_conformant: true }, settings)
  return {
    rotation_type: policy.rotating ? 'rotating' : 'non-rotating',
    expiration_type: policy.lifetimeSeconds === undefined ? 'non-expiring' : 'expiring',
    ...(policy.lifetimeSeconds !== undefined && { token_lifetime: policy.lifetimeSeconds }),
    ...(policy.idleLifetimeSeconds !== undefined && {
      idle_token_lifetime: policy.idleLifetimeSeconds,
    }),
    leeway: policy.leewaySeconds,
    ...(client.refresh_token?.policies && { policies: client.refresh_token.policies }),
  }
}

/**
 * A client in Auth0's form, without its secret.
 *
 * @param {TenantClient} client
 * @param {import('../settings/resolve-options.js').TenantSettings} settings
 */
export const describeClient = (client, settings) => ({
  client_id: client.client_id,
  name: client.name ?? client.client_id,
  callbacks: callbacksOf(client),
  web_origins: client.origins,
  allowed_origins: client.origins,
  oidc_conformant: client.oidc_conformant ?? true,
  grant_types: grantTypesOf(client),
  token_endpoint_auth_method: client.client_secret ? 'client_secret_post' : 'none',
  refresh_token: describeRefreshToken(client, settings),
})
