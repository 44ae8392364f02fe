import { randomBytes } from 'node:crypto'
import { createDefaultUser } from './default-user.js'
import { checkOrganizations } from './organizations.js'
import { resolveTokenExchange } from './token-exchange.js'

/**
 * @typedef {object} TenantClient
 * An application, with Auth0's names where they exist. Public unless it has a secret.
 * @property {string} client_id
 * @property {string} [name]
 * @property {string[]} origins the origins of the application, such as `http://localhost:4000`. A
 *   redirect_uri, a web message target or a returnTo is allowed when its origin is listed, and
 *   requests from these origins get CORS headers
 * @property {string} [callbackUrl] used when a request names no redirect_uri; the first origin's
 *   root unless given
 * @property {string[]} [callbacks] replaces `callbackUrl`: the first one is used; the others only
 *   appear in the management API
 * @property {string} [client_secret] makes it a confidential client, which must authenticate
 * @property {boolean} [require_pkce] false allows codes without PKCE; by default required for
 *   public clients only
 * @property {string[]} [grant_types] the allowed grants; default: all that the tenant supports
 * @property {boolean} [oidc_conformant] false: the refresh token settings apply only to logins with
 *   an audience
 * @property {ClientRefreshToken} [refresh_token] default: the tenant's settings
 */

/**
 * @typedef {Partial<import('./refresh-token-settings.js').RefreshTokenSettings>
 *   & { policies?: import('./refresh-token-policies.js').AudiencePolicy[] }} ClientRefreshToken
 * The settings of a client's refresh tokens, and the other APIs they may be exchanged for.
 */

/**
 * @typedef {object} TenantSettings
 * These may be changed while the tenant runs and apply from the next request.
 * @property {number} accessTokenLifetimeSeconds whole seconds, at least 1
 * @property {number} refreshTokenLifetimeSeconds from the login on; rotation does not prolong it
 * @property {number} idTokenLifetimeSeconds whole seconds, at least 1
 * @property {number} leewaySeconds how long after a rotation the previous token still works
 * @property {boolean} rotation whether an exchange issues a new refresh token
 * @property {number} refreshTokenIdleLifetimeSeconds from the latest exchange on; 0 turns it off
 * @property {number} activeRefreshTokensPerUser and application; a new token revokes the oldest one
 * @property {number} sessionLifetimeSeconds of the tenant's session in the browser, from the login on; it
 *   also ends online access
 * @property {boolean} sessionExpiryClaim whether ID tokens contain `session_expiry`, the end of the session
 * @property {boolean} onlineAccessRequiresDpop whether `online_access` requires a DPoP proof
 * @property {boolean} requireDpopNonce whether DPoP proofs must contain a nonce of the tenant (RFC
 *   9449 section 8)
 * @property {boolean} ignoreDpopProofs the token endpoint answers `token_type: Bearer` to a DPoP proof
 *   and checks no binding, like a server without DPoP
 * @property {number} clockOffsetSeconds offset of the clock in tokens and in the `Date` header; may
 *   be negative. The tenant's own decisions are not affected
 */

/**
 * @typedef {object} TenantPlace
 * @property {number} [port] the preferred port; 0 is any free one
 * @property {boolean} [strictPort] true: a busy port is an error; else the next free one is taken
 * @property {string} [hostname] the name in the tenant's address
 * @property {string[]} [allowedHosts] host names that requests may name beside `hostname`, that of
 *   `issuer`, and those of this machine
 * @property {TenantClient[]} [clients] the applications that may use the tenant; the array may be
 *   changed while it runs
 * @property {import('./default-user.js').TenantUser[]} [users] who may sign in
 * @property {import('./organizations.js').TenantOrganization[]} [organizations] where they may sign
 *   in to; any organization will do where none are given
 * @property {import('./token-exchange.js').TokenExchangeOption} [tokenExchange] which subject tokens may
 *   be exchanged (RFC 8693), and for whom; none unless given
 * @property {string} [issuer] `iss` of its tokens; the address with a slash at the end unless given
 * @property {'RS256' | 'PS256' | 'ES256' | 'EdDSA'} [signingAlg] of its tokens
 * @property {import('node:crypto').KeyObject} [signingKey] the private key that it starts with; a new
 *   one unless given. Creating an RSA key takes half a second, which tests with many tenants save
 * @property {{ requireNonce?: boolean }} [dpop] `requireNonce`: another name of the setting
 *   `requireDpopNonce`
 * @property {boolean} [keepAlive] false: no connection is used twice. A browser repeats a request by
 *   itself, whatever its method, when a connection it has used before ends without an answer: so
 *   where connections are dropped on purpose, it is seen as it is only without
 * @property {string} [persist] a file to keep sessions, tokens and keys in, so that a restart keeps
 *   them; created where it is missing
 * @property {string} [managementToken] the bearer token of the management API; random unless given
 */

/** @typedef {TenantPlace & Partial<TenantSettings>} TenantOptions */

/**
 * @typedef {Required<Omit<TenantPlace, 'issuer' | 'persist' | 'signingKey'>>
 *   & Pick<TenantPlace, 'issuer' | 'persist' | 'signingKey'>
 *   & { settings: TenantSettings }} ResolvedTenantOptions
 */

const DAY_SECONDS = 86_400

/** @returns {TenantClient[]} */
const createDefaultClients = () => [
  { client_id: 'example-app', origins: ['http://localhost:4000'] },
]

/** @param {TenantClient} client */
const checkClient = ({ client_id, origins }) => {
  if (origins.length === 0) throw new TypeError(`Client "${client_id}" needs at least one origin.`)
  for (const origin of origins) {
    // An origin with a path or a trailing slash would never match, silently.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`"${origin}" of client "${client_id}" is not an origin.`)
    }
  }
}

/**
 * Fills in every default, and refuses what could never work.
 *
 * @param {TenantOptions} options
 * @returns {ResolvedTenantOptions}
 */
export const resolveOptions = ({
  port = 0,
  strictPort = false,
  hostname = 'localhost',
  allowedHosts = [],
  clients = createDefaultClients(),
  users = [createDefaultUser()],
  organizations = [],
  tokenExchange = [],
  issuer,
  signingAlg = 'RS256',
  signingKey,
  dpop = {},
  keepAlive = true,
  persist,
  managementToken = randomBytes(32).toString('base64url'),
  accessTokenLifetimeSeconds = DAY_SECONDS,
  refreshTokenLifetimeSeconds = 30 * DAY_SECONDS,
  idTokenLifetimeSeconds = 36_000,
  leewaySeconds = 0,
  rotation = true,
  refreshTokenIdleLifetimeSeconds = 0,
  activeRefreshTokensPerUser = 200,
  sessionLifetimeSeconds = 3 * DAY_SECONDS,
  sessionExpiryClaim = false,
  onlineAccessRequiresDpop = true,
  requireDpopNonce = dpop.requireNonce ?? false,
  ignoreDpopProofs = false,
  clockOffsetSeconds = 0,
}) => {
  clients.forEach(checkClient)
  checkOrganizations(organizations)
  resolveTokenExchange(tokenExchange)
  return {
    port,
    strictPort,
    hostname,
    allowedHosts,
    clients,
    users,
    organizations,
    tokenExchange,
    issuer,
    signingAlg,
    signingKey,
    dpop,
    keepAlive,
    persist,
    managementToken,
    settings: {
      accessTokenLifetimeSeconds,
      refreshTokenLifetimeSeconds,
      idTokenLifetimeSeconds,
      leewaySeconds,
      rotation,
      refreshTokenIdleLifetimeSeconds,
      activeRefreshTokensPerUser,
      sessionLifetimeSeconds,
      sessionExpiryClaim,
      onlineAccessRequiresDpop,
      requireDpopNonce,
      ignoreDpopProofs,
      clockOffsetSeconds,
    },
  }
}
