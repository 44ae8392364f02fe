import { createExpiringStore } from './expiring-store.js'

/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */

/**
 * @param {string} organization
 * @returns {{ org_id: string } | { org_name: string }}
 */
const organizationClaims = organization =>
  organization.startsWith('org_')
    ? { org_id: organization }
    : { org_name: organization.toLowerCase() }

/**
 * One grant per authorization, with all that was asked for: the application is first-party, so
 * nobody is asked to consent. A grant of its own also makes the refresh tokens of one login one
 * family, and lets it carry the organization of that login.
 */
export const createAuthorizations = () => {
  /** @type {import('./expiring-store.js').ExpiringStore<ReturnType<typeof organizationClaims>>} */
  const organizations = createExpiringStore()

  return {
    /** @param {Context} ctx */
    grantAll: async ({ oidc }) => {
      const { account, client, params, provider, requestParamScopes } = oidc
      if (!account || !client) return undefined
      const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
      const scope = [...requestParamScopes].join(' ')
      grant.addOIDCScope(scope)
      for (const resource of Object.keys(oidc.resourceServers ?? {})) {
        grant.addResourceScope(resource, scope)
      }
      const grantId = await grant.save()
      if (typeof params?.organization === 'string') {
        const expiresAtMs = (grant.exp ?? Infinity) * 1000
        organizations.set(grantId, organizationClaims(params.organization), expiresAtMs)
      }
      return grant
    },

    /** @param {string | undefined} grantId */
    organizationOf: grantId => (grantId === undefined ? undefined : organizations.get(grantId)),
  }
}

/** @typedef {ReturnType<typeof createAuthorizations>} Authorizations */

/**
 * The engine drops `offline_access` unless consent is asked for (OpenID Connect Core 11 wants
 * consent, or "other conditions" that permit it). Being first-party is that condition here, as it
 * is at Auth0: the scope is put back once the engine has checked the request.
 *
 * @param {Context} ctx
 */
export const restoreOfflineAccess = ctx => {
  const asked = String(ctx.query.scope ?? '').split(' ')
  const { params, requestParamScopes } = ctx.oidc
  if (!params || !asked.includes('offline_access')) return
  params.scope = [...requestParamScopes.add('offline_access')].join(' ')
}
