import { PATHS } from '../http/paths.js'
import { toClientMetadata } from '../settings/clients.js'
import { createAccessTokenShaper, createAudienceFeature } from './audience.js'
import { restoreOfflineAccess } from './authorizations.js'
import { createMemoryAdapter } from './memory-adapter.js'
import { createTokenLifetimes } from './token-lifetimes.js'

/** @typedef {import('oidc-provider').Configuration} Configuration */

/**
 * @typedef {object} ConfigParts
 * @property {string} url the tenant's address, without a slash at the end
 * @property {number} port
 * @property {import('../settings/resolve-options.js').ResolvedTenantOptions} options
 * @property {import('../settings/clients.js').ClientRegistry} clients
 * @property {import('../settings/users.js').Users} users
 * @property {import('./authorizations.js').Authorizations} authorizations
 * @property {import('jose').JWK} signingKey
 * @property {string} cookieKey
 * @property {NonNullable<Configuration['rotateRefreshToken']>} rotateRefreshToken
 * @property {NonNullable<Configuration['renderError']>} renderError
 * @property {typeof import('oidc-provider').interactionPolicy} interactionPolicy
 */

/** @param {ConfigParts['interactionPolicy']} interactionPolicy */
const createPolicy = ({ base, Prompt }) => {
  const policy = base()
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  return policy
}

/** @param {Pick<ConfigParts, 'users' | 'authorizations'>} parts */
const createFindAccount =
  ({ users, authorizations }) =>
  /**
   * @param {unknown} _ctx
   * @param {string} sub
   * @param {{ grantId?: string | undefined }} [token]
   */
  (_ctx, sub, token) => {
    const claims = users.claimsFor(sub)
    if (!claims) return undefined
    const organization = authorizations.organizationOf(token?.grantId)
    return { accountId: sub, claims: () => ({ ...claims, ...organization, sub }) }
  }

/**
 * The engine, told to behave as an Auth0 tenant does.
 *
 * @param {ConfigParts} parts
 * @returns {Configuration}
 */
export const createProviderConfig = ({ url, port, options, clients, users, ...parts }) => ({
  adapter: createMemoryAdapter(clientId => {
    const client = clients.find(clientId)
    return client && toClientMetadata(client)
  }),
  jwks: { keys: [parts.signingKey] },
  routes: {
    authorization: PATHS.authorize,
    token: PATHS.token,
    revocation: PATHS.revoke,
    userinfo: PATHS.userinfo,
    jwks: PATHS.jwks,
    end_session: '/oidc/logout',
  },
  responseTypes: ['code'],
  clientAuthMethods: ['none'],
  ttl: createTokenLifetimes(options.settings),
  clockTolerance: 0,

  // A cookie belongs to a host, not to a port: two tenants on one machine need two names.
  cookies: {
    keys: [parts.cookieKey],
    names: {
      session: `tenant_${port}`,
      interaction: `tenant_${port}_login`,
      resume: `tenant_${port}_resume`,
    },
  },

  claims: users.claimsByScope,
  // Auth0 puts the claims of every granted scope into the ID token.
  conformIdTokenClaims: false,
  findAccount: createFindAccount({ users, authorizations: parts.authorizations }),
  loadExistingGrant: parts.authorizations.grantAll,
  extraParams: { audience: restoreOfflineAccess, organization: null, screen_hint: null },
  pkce: { required: () => true },
  rotateRefreshToken: parts.rotateRefreshToken,
  // Signing out ends the session; tokens already issued live on, as at Auth0.
  expiresWithSession: () => false,
  clientBasedCORS: (_ctx, origin, client) => clients.originsOf(client.clientId).includes(origin),
  formats: { customizers: { jwt: createAccessTokenShaper(url + PATHS.userinfo) } },
  interactions: {
    policy: createPolicy(parts.interactionPolicy),
    url: (_ctx, { uid }) => `${PATHS.login}/${uid}`,
  },
  renderError: parts.renderError,
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    resourceIndicators: createAudienceFeature(),
    webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
  },
})
