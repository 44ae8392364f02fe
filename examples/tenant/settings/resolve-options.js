import { createDefaultUser } from './default-user.js'

/**
 * @typedef {object} TenantClient
 * A public application: no secret, PKCE always.
 * @property {string} client_id
 * @property {string[]} origins where the application lives, such as `http://localhost:4000`. A
 *   redirect_uri, a web message target or a returnTo is allowed when its origin is listed, and
 *   requests from these origins get CORS headers
 * @property {string} [callbackUrl] used when a request names no redirect_uri; the first origin's
 *   root unless given
 */

/**
 * @typedef {object} TenantSettings
 * What may be changed while the tenant runs; the next request obeys.
 * @property {number} accessTokenLifetimeSeconds whole seconds, at least 1
 * @property {number} refreshTokenLifetimeSeconds from the login on; rotation does not prolong it
 * @property {number} idTokenLifetimeSeconds whole seconds, at least 1
 * @property {number} leewaySeconds how long after a rotation the previous token still works
 * @property {boolean} rotation whether an exchange issues a new refresh token
 */

/**
 * @typedef {object} TenantPlace
 * @property {number} [port] the preferred port; 0 is any free one
 * @property {string} [hostname] the name in the tenant's address
 * @property {TenantClient[]} [clients] the applications that may use the tenant; the array may be
 *   changed while it runs
 * @property {import('./default-user.js').TenantUser[]} [users] who may sign in
 */

/** @typedef {TenantPlace & Partial<TenantSettings>} TenantOptions */

/** @typedef {Required<TenantPlace> & { settings: TenantSettings }} ResolvedTenantOptions */

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
  hostname = 'localhost',
  clients = createDefaultClients(),
  users = [createDefaultUser()],
  accessTokenLifetimeSeconds = DAY_SECONDS,
  refreshTokenLifetimeSeconds = 30 * DAY_SECONDS,
  idTokenLifetimeSeconds = 36_000,
  leewaySeconds = 0,
  rotation = true,
}) => {
  clients.forEach(checkClient)
  return {
    port,
    hostname,
    clients,
    users,
    settings: {
      accessTokenLifetimeSeconds,
      refreshTokenLifetimeSeconds,
      idTokenLifetimeSeconds,
      leewaySeconds,
      rotation,
    },
  }
}
