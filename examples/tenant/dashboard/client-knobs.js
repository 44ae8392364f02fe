import { policyOf, validateRefreshToken } from '../settings/refresh-token-settings.js'

/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */

/** @param {unknown} value */
const fieldsOf = value =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {}

/**
 * What can be seen and turned of the applications on the dashboard: rotation and leeway. The next
 * exchange obeys.
 *
 * @param {{
 *   clients: TenantClient[],
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 * }} parts
 */
export const createClientKnobs = ({ clients, settings }) => ({
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
   * @param {unknown} change
   * @returns {string | undefined} what is wrong with it
   */
  turn: (clientId, change) => {
    const client = clients.find(({ client_id }) => client_id === clientId)
    if (!client) return 'The tenant knows no such application any more.'
    const { rotation_type, leeway } = fieldsOf(change)
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

/** @typedef {ReturnType<typeof createClientKnobs>} ClientKnobs */
