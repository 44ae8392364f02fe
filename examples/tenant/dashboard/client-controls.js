import { policyOf, validateRefreshToken } from '../settings/refresh-token-settings.js'

/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */

/** @param {unknown} value */
const fieldsOf = value =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {}

/**
 * The settings of the applications that the dashboard shows and changes: rotation and leeway. A
 * change applies from the next exchange.
 *
 * @param {{
 *   clients: TenantClient[],
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 * }} parts
 */
export const createClientControls = ({ clients, settings }) => ({
  describe: () =>
    clients.map(client => {
      const { rotating, leewaySeconds } = policyOf(client, settings)
      return {
        client_id: client.client_id,
        origins: client.origins,
        rotation_type: rotating ? 'rotating' : 'non-rotating',
        leeway: leewaySeconds,
      }
    }),

  /**
   * @param {string} clientId
   * @param {unknown} requested
   * @returns {string | undefined} the error message, if the change is not valid
   */
  change: (clientId, requested) => {
    const client = clients.find(({ client_id }) => client_id === clientId)
    if (!client) return 'The tenant has no such application.'
    const { rotation_type, leeway } = fieldsOf(requested)
    const { value, problems } = validateRefreshToken({
      expiration_type: 'expiring',
      rotation_type,
      leeway,
    })
    if (problems) return problems.map(({ path, message }) => `${path} ${message}.`).join(' ')
    client.refresh_token = {
      ...client.refresh_token,
      rotation_type: value.rotation_type,
      leeway: value.leeway,
    }
    return undefined
  },
})

/** @typedef {ReturnType<typeof createClientControls>} ClientControls */
