import { createAuthorizations } from '../engine/authorizations.js'
import { createRefusals } from '../engine/refusal.js'
import { createOrganizations } from '../settings/organizations.js'
import { createGrants } from './create-grants.js'

/**
 * All that decides about who gets tokens for what.
 *
 * @param {{
 *   options: Pick<import('../settings/resolve-options.js').ResolvedTenantOptions,
 *     'organizations' | 'settings'>,
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   users: import('../settings/users.js').Users,
 *   notes: Pick<import('../engine/grant-store.js').GrantStore, 'annotate' | 'noteOf'>,
 *   engine: Pick<typeof import('oidc-provider'), 'errors'>,
 * }} parts
 */
export const assembleGrants = ({ options, clients, users, notes, engine }) => {
  const refusal = createRefusals(engine.errors.OIDCProviderError)
  const organizations = createOrganizations(options.organizations)
  const authorizations = createAuthorizations({ users, organizations, refusal, notes })
  return {
    authorizations,
    ...createGrants({ clients, users, authorizations, refusal, settings: options.settings }),
  }
}
