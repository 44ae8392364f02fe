import { mayUse } from './grant-types.js'

/**
 * Holds every client to its `grant_types`, in Auth0's words.
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
