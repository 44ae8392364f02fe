import { createAuthorizations } from '../engine/authorizations.js'
import { createRefusals } from '../engine/refusal.js'
import { createOrganizations } from '../settings/organizations.js'
import { createGrants } from './create-grants.js'

/**
 * All that decides about who gets tokens for what.
 *
 * @param {{
 *   options: Pick<import('../settings/resolve-options.js').ResolvedTenantOptions,
 *     'organizations' | 'settings' | 'tokenExchange'>,
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   users: import('../settings/users.js').Users,
 *   notes: Pick<import('../engine/grant-store.js').GrantStore, 'annotate' | 'noteOf'>,
 *   ledger: import('../tokens/ledger.js').Ledger,
 *   engine: Pick<typeof import('oidc-provider'), 'errors'>,
 *   verifyProof: import('../engine/load-engine.js').EngineAccess['verifyProof'],
 * }} parts
 */
export const assembleGrants = ({ options, clients, users, notes, ledger, engine, verifyProof }) => {
  const refusal = createRefusals(engine.errors.OIDCProviderError)
  const organizations = createOrganizations(options.organizations)
  const authorizations = createAuthorizations({ users, organizations, refusal, notes })
  return {
    authorizations,
    ...createGrants({ options, clients, users, authorizations, ledger, refusal, verifyProof }),
  }
}
