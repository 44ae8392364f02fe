import { createRequestCheck } from '../grants/authorization-request.js'
import { mayUse, REFRESH } from '../grants/grant-types.js'
import { PATHS } from '../http/paths.js'
import { activatePages } from '../pages/activate-pages.js'
import { needsPkce } from '../settings/clients.js'
import { isOnlineAccess } from '../settings/online-access.js'
import { createAccessTokenShaper, createAudienceFeature } from './audience.js'
import { createInteractionPolicy } from './interaction-policy.js'
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
 * @property {import('../grants/grant-guard.js').GrantGuard} requireGrant
 * @property {ReturnType<typeof import('../grants/online-access.js').createProofRequirement>} requireProof
 * @property {import('oidc-provider').ExternalSigningKey} signingKey
 * @property {import('../keys/tenant-clock.js').TenantClock} clock
 * @property {string} cookieKey
 * @property {import('./memory-storage.js').MemoryStorage} storage
 * @property {import('../tokens/refresh-policy.js').RefreshPolicy} refreshPolicy
 * @property {NonNullable<Configuration['renderError']>} renderError
 * @property {typeof import('oidc-provider').interactionPolicy} interactionPolicy
 */

/**
 * RFC 9449. The nonces are those of `install-dpop-nonces.js`.
 *
 * @param {import('../settings/resolve-options.js').TenantSettings} settings
 */
const createDpopFeature = settings => ({
  enabled: true,
  requireNonce: () => settings.requireDpopNonce,
})

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
    const exchange = authorizations.exchangeOf(token?.grantId)
    // The user of an exchanged token may be known to its validator only.
    if (!claims && !exchange) return undefined
    const organization = authorizations.organizationOf(token?.grantId)
    return {
      accountId: sub,
      claims: () => ({ ...claims, ...exchange?.claims, ...organization, sub }),
    }
  }

/**
 * Configures the engine to behave like an Auth0 tenant.
 *
 * @param {ConfigParts} parts
 * @returns {Configuration}
 */
export const createProviderConfig = ({ url, port, options, clients, users, ...parts }) => ({
  adapter: parts.storage.adapter,
  jwks: { keys: [parts.signingKey] },
  routes: {
    authorization: PATHS.authorize,
    token: PATHS.token,
    revocation: PATHS.revoke,
    userinfo: PATHS.userinfo,
    jwks: PATHS.jwks,
    end_session: '/oidc/logout',
    device_authorization: PATHS.deviceCode,
    code_verification: PATHS.activate,
  },
  responseTypes: ['code'],
  // For ID tokens, and for JWT access tokens unless the API sets another algorithm.
  clientDefaults: { id_token_signed_response_alg: options.signingAlg },
  clientAuthMethods: ['none', 'client_secret_post', 'client_secret_basic'],
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

  scopes: ['openid', 'offline_access', 'online_access'],
  claims: users.claimsByScope,
  // Auth0 puts the claims of every granted scope into the ID token.
  conformIdTokenClaims: false,
  findAccount: createFindAccount({ users, authorizations: parts.authorizations }),
  loadExistingGrant: parts.authorizations.grantAll,
  extraParams: {
    audience: createRequestCheck({ clients, requireGrant: parts.requireGrant }),
    organization: parts.authorizations.requireOrganization,
    screen_hint: null,
  },
  pkce: { required: (_ctx, { clientId }) => needsPkce(clients.find(clientId)) },
  issueRefreshToken: (ctx, { clientId }, { scope, scopes }) => {
    if (!mayUse(clients.find(clientId), REFRESH)) return false
    if (isOnlineAccess(scope)) parts.requireProof(ctx)
    return scopes.has('offline_access') || scopes.has('online_access')
  },
  rotateRefreshToken: parts.refreshPolicy.rotateRefreshToken,
  // Signing out ends the session; tokens already issued live on, as at Auth0.
  expiresWithSession: () => false,
  clientBasedCORS: (_ctx, origin, client) => clients.originsOf(client.clientId).includes(origin),
  formats: {
    customizers: {
      jwt: createAccessTokenShaper(url + PATHS.userinfo, parts),
    },
  },
  interactions: {
    policy: createInteractionPolicy(parts.interactionPolicy),
    url: (_ctx, { uid }) => `${PATHS.login}/${uid}`,
  },
  renderError: parts.renderError,
  features: {
    devInteractions: { enabled: false },
    dPoP: createDpopFeature(options.settings),
    deviceFlow: { enabled: true, ...activatePages },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    revocation: { enabled: true, allowedPolicy: parts.refreshPolicy.mayRevoke },
    resourceIndicators: createAudienceFeature(),
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
  },
})
