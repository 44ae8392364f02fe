/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */
/** @typedef {import('oidc-provider').Provider} Provider */

/**
 * @typedef {object} Authorization
 * @property {Provider} provider
 * @property {string} accountId
 * @property {string} clientId
 * @property {string} scope
 * @property {readonly string[]} resources
 * @property {string} [organization] id or name, as in the request
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
  const grant = async ({ provider, accountId, clientId, scope, resources, organization }) => {
    const created = new provider.Grant({ accountId, clientId })
    created.addOIDCScope(scope)
    for (const resource of resources) created.addResourceScope(resource, scope)
    const grantId = await created.save()
    if (organization) notes.annotate(grantId, organizations.claimsOf(organization))
    return created
  }

  /**
   * @param {string} organization
   * @param {string} sub
   */
  const requireMember = (organization, sub) => {
    if (organizations.hasMember(organization, { sub, email: users.claimsFor(sub)?.email })) return
    const { org_id = organization } = organizations.claimsOf(organization)
    throw refusal(400, 'access_denied', `user ${sub} is not part of the ${org_id} organization`)
  }

  return {
    grant,

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

    /** @param {string | undefined} grantId */
    organizationOf: grantId => (grantId === undefined ? undefined : notes.noteOf(grantId)),
  }
}

/** @typedef {ReturnType<typeof createAuthorizations>} Authorizations */
