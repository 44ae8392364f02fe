import { createMemoryStorage } from '../engine/memory-storage.js'
import { toClientMetadata } from '../settings/clients.js'
import { policyOf } from '../settings/refresh-token-settings.js'
import { createLedger } from './ledger.js'
import { createRefreshPolicy } from './refresh-policy.js'

/**
 * Creates the ledger of refresh tokens, the engine's storage, and the policy that connects them.
 *
 * @param {{
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   record: import('./event-log.js').RecordEvent,
 *   InvalidGrant: new (detail: string) => Error,
 * }} parts
 */
export const createRefreshTokens = ({ settings, clients, record, InvalidGrant }) => {
  const ledger = createLedger({
    policyFor: login => policyOf(clients.find(login.client_id), settings, login),
    maxActive: () => settings.activeRefreshTokensPerUser,
    record,
  })
  const storage = createMemoryStorage({
    findClient: clientId => {
      const client = clients.find(clientId)
      return client && toClientMetadata(client)
    },
    ledger,
    ignoresBinding: () => settings.ignoreDpopProofs,
  })
  return { ledger, storage, policy: createRefreshPolicy({ ledger, InvalidGrant }) }
}
