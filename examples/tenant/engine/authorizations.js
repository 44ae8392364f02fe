/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */
/** @typedef {import('oidc-provider').Provider} Provider */

/**
 * @typedef {object} ExchangeNote
 * What the exchange of a token adds to the tokens of the grant.
 * @property {Record<string, unknown>} [act]
 * @property {Record<string, unknown>} claims
 */

/** @typedef {{ org_id?: string, org_name?: string }} OrganizationClaims */

/**
 * @typedef {object} Authorization
 * @property {Provider} provider
 * @property {string} accountId
 * @property {string} clientId
 * @property {string} scope
 * @property {readonly string[]} resources
 * @property {string} [organization] id or name, as in the request
 * @property {ExchangeNote} [exchange] if it is an exchange of a token
 */

/** @param {Context} ctx */
const isToSignInFirst = ({ oidc }) =>
  oidc.promptPending('login') || oidc.promptPending('select_account')

/**
 * Creates one grant per authorization with everything that was requested: applications are
 * first-party, so there is no consent. A separate grant also makes the refresh tokens of one login
 * one family and stores the organization of that login.
 *
 * @param {{
 *   users: import('../settings/users.js').Users,
 *   organizations: import('../settings/organizations.js').Organizations,
 *   refusal: import('./refusal.js').Refusal,
 *   notes: Pick<import('./grant-store.js').GrantStore, 'annotate' | 'noteOf'>,
 * }} parts
 */
export const createAuthorizations = ({ users, organizations, refusal, notes }) => {
  /** @param {Authorization} authorization */
  const grant = async authorization => {
    const { provider, accountId, clientId, scope, resources, organization, exchange } =
      authorization
    const created = new provider.Grant({ accountId, clientId })
    created.addOIDCScope(scope)
    for (const resource of resources) created.addResourceScope(resource, scope)
    const grantId = await created.save()
    if (organization || exchange) {
      const claims = organization ? organizations.claimsOf(organization) : {}
      notes.annotate(grantId, { ...claims, ...(exchange && { exchange }) })
    }
    return created
  }

  /**
   * @param {string} organization
   * @param {string} sub
   * @param {unknown} [email] of a user who is not one of the tenant's
   */
  const requireMember = (organization, sub, email = users.claimsFor(sub)?.email) => {
    if (organizations.hasMember(organization, { sub, email })) return
    const { org_id = organization } = organizations.claimsOf(organization)
    throw refusal(400, 'access_denied', `user ${sub} is not part of the ${org_id} organization`)
  }

  /**
   * @param {string | undefined} grantId
   * @returns {OrganizationClaims & { exchange?: ExchangeNote }}
   */
  const noteOf = grantId => (grantId === undefined ? undefined : notes.noteOf(grantId)) ?? {}

  return {
    grant,
    requireMember,

    /** @param {Context} ctx */
    grantAll: async ctx => {
      const { account, client, params, provider, requestParamScopes, resourceServers } = ctx.oidc
      if (!account || !client) return undefined
      const { accountId } = account
      const organization =
        typeof params?.organization === 'string' ? params.organization : undefined
      // The user who is signing in may differ from the user of the existing session.
      if (organization && !isToSignInFirst(ctx)) requireMember(organization, accountId)
      return grant({
        provider,
        accountId,
        clientId: client.clientId,
        scope: [...requestParamScopes].join(' '),
        resources: Object.keys(resourceServers ?? {}),
        ...(organization && { organization }),
      })
    },

    /**
     * Whether a request may name it.
     *
     * @param {Context} _ctx
     * @param {unknown} organization
     */
    requireOrganization: (_ctx, organization) => {
      if (typeof organization !== 'string' || organizations.isKnown(organization)) return
      throw refusal(400, 'invalid_request', 'parameter organization is invalid')
    },

    /**
     * @param {string | undefined} grantId
     * @returns {OrganizationClaims | undefined}
     */
    organizationOf: grantId => {
      const { exchange: _, ...organization } = noteOf(grantId)
      return organization
    },

    /**
     * @param {string | undefined} grantId
     * @returns {ExchangeNote | undefined}
     */
    exchangeOf: grantId => noteOf(grantId).exchange,
  }
}

/** @typedef {ReturnType<typeof createAuthorizations>} Authorizations */
