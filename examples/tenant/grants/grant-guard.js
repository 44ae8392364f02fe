import { mayUse } from './grant-types.js'

/**
 * Enforces the `grant_types` of every client, with Auth0's error descriptions.
 *
 * @param {{
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   refusal: import('../engine/refusal.js').Refusal,
 * }} parts
 */
export const createGrantGuard =
  ({ clients, refusal }) =>
  /**
   * @param {string} clientId
   * @param {string} grantType
   */
  (clientId, grantType) => {
    if (mayUse(clients.find(clientId), grantType)) return
    throw refusal(
      403,
      'unauthorized_client',
      `Grant type '${grantType}' not allowed for the client.`,
    )
  }

/** @typedef {ReturnType<typeof createGrantGuard>} GrantGuard */
