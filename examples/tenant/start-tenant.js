import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { createAuthorizations } from './engine/authorizations.js'
import { loadEngine } from './engine/load-engine.js'
import { createProviderConfig } from './engine/provider-config.js'
import { speakAsAuth0 } from './engine/token-answers.js'
import { createJwtUserinfo } from './engine/userinfo-jwt.js'
import { createCors } from './http/cors.js'
import { createFraming } from './http/framing.js'
import { acceptJsonBodies } from './http/json-body.js'
import { listen } from './http/listen.js'
import { createRequestLog } from './http/request-log.js'
import { renderError } from './pages/error-page.js'
import { createLoginRoutes } from './pages/login-routes.js'
import { createLogoutRoute } from './pages/logout-route.js'
import { createClientRegistry } from './settings/clients.js'
import { resolveOptions } from './settings/resolve-options.js'
import { createUsers } from './settings/users.js'
import { createEventLog } from './tokens/event-log.js'
import { createRotateRefreshToken, followRefreshTokens } from './tokens/refresh-policy.js'
import { createRotation } from './tokens/rotation.js'

/** @typedef {import('./settings/resolve-options.js').TenantOptions} TenantOptions */

/**
 * @typedef {object} Tenant
 * @property {string} url the tenant's address, without a slash at the end: the SDK's `domain`
 * @property {string} issuer `iss` of its tokens: the address with a slash at the end
 * @property {import('./settings/resolve-options.js').TenantSettings} settings change them while it runs
 * @property {import('./settings/resolve-options.js').TenantClient[]} clients also to be changed while it runs
 * @property {ReturnType<typeof createRequestLog>['log']} log what was asked, and how often
 * @property {import('./tokens/event-log.js').TenantEvent[]} events what became of refresh tokens
 * @property {() => Promise<void>} close ends the server and its open connections
 */

const createSigningKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const common = { alg: 'RS256', use: 'sig', kid: randomBytes(8).toString('hex') }
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...common },
    publicJwk: { ...(await exportJWK(publicKey)), ...common },
  }
}

/**
 * Unexpected errors become events, instead of text on the console of whoever started the tenant.
 *
 * @param {import('oidc-provider').Provider} provider
 * @param {import('./tokens/event-log.js').RecordEvent} record
 */
const followErrors = (provider, record) => {
  /** @param {Error} error */
  const recordError = ({ message }) => record({ type: 'server_error', message })
  /** @type {import('node:events').EventEmitter} */
  const emitter = provider
  emitter.on('error', recordError)
  provider.on('server_error', (_ctx, error) => recordError(error))
}

/**
 * Everything of a tenant that can be made once its address is known.
 *
 * @param {{
 *   port: number,
 *   url: string,
 *   options: import('./settings/resolve-options.js').ResolvedTenantOptions,
 *   engine: typeof import('oidc-provider'),
 *   keys: Awaited<ReturnType<typeof createSigningKey>>,
 * }} parts
 */
const assemble = ({ port, url, options, engine, keys }) => {
  const issuer = `${url}/`
  const { settings } = options
  const { events, record } = createEventLog()
  const { log, middleware: logRequests } = createRequestLog()
  const clients = createClientRegistry(options.clients)
  const users = createUsers(options.users)
  const rotation = createRotation({ settings, record })

  const provider = new engine.Provider(
    issuer,
    createProviderConfig({
      url,
      port,
      options,
      clients,
      users,
      authorizations: createAuthorizations(),
      signingKey: keys.privateJwk,
      cookieKey: randomBytes(32).toString('hex'),
      rotateRefreshToken: createRotateRefreshToken({
        rotation,
        InvalidGrant: engine.errors.InvalidGrant,
      }),
      renderError,
      interactionPolicy: engine.interactionPolicy,
    }),
  )
  // Any address at a registered origin will do, so that an example may move its callback about.
  provider.Client.prototype.redirectUriAllowed = function (/** @type {string} */ redirectUri) {
    return clients.mayReturnTo(this.clientId, redirectUri)
  }
  followRefreshTokens(provider, rotation)
  followErrors(provider, record)

  provider.use(logRequests)
  provider.use(createCors(clients))
  provider.use(createFraming(clients))
  provider.use(acceptJsonBodies)
  provider.use(speakAsAuth0)
  provider.use(createLoginRoutes({ provider, users, clients }))
  provider.use(createLogoutRoute({ provider, clients, listClients: () => options.clients }))
  provider.use(createJwtUserinfo({ url, issuer, publicKey: keys.publicJwk, users, clients }))

  return { handle: provider.callback(), issuer, settings, clients: options.clients, log, events }
}

/**
 * Starts an OpenID provider that speaks as an Auth0 tenant does, on this machine and in memory.
 *
 * @example
 * const tenant = await startTenant({
 *   clients: [{ client_id: 'my-app', origins: ['http://localhost:4000'] }],
 * })
 * console.log(tenant.url)
 * await tenant.close()
 *
 * @param {TenantOptions} [options] documented in `resolve-options.js`
 * @returns {Promise<Tenant>}
 */
export const startTenant = async (options = {}) => {
  const resolved = resolveOptions(options)
  const [engine, keys] = await Promise.all([loadEngine(), createSigningKey()])

  /** @type {import('node:http').RequestListener} */
  let handle = (_request, response) => {
    response.writeHead(503).end()
  }
  const { port, close } = await listen({
    hostname: resolved.hostname,
    port: resolved.port,
    // The address is part of every token, so what answers is made after the port is known.
    onRequest: (request, response) => handle(request, response),
  })
  const url = `http://${resolved.hostname}:${port}`
  const { handle: answer, ...tenant } = assemble({ port, url, options: resolved, engine, keys })
  handle = answer
  return { url, ...tenant, close }
}
