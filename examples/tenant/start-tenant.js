import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { createAuthorizations } from './authorizations.js'
import { createClientRegistry } from './clients.js'
import { createCors } from './cors.js'
import { renderError } from './error-page.js'
import { createEventLog } from './event-log.js'
import { createFraming } from './framing.js'
import { acceptJsonBodies } from './json-body.js'
import { listen } from './listen.js'
import { loadEngine } from './load-engine.js'
import { createLoginRoutes } from './login-routes.js'
import { createLogoutRoute } from './logout-route.js'
import { createProviderConfig } from './provider-config.js'
import { createRotateRefreshToken, followRefreshTokens } from './refresh-policy.js'
import { createRequestLog } from './request-log.js'
import { resolveOptions } from './resolve-options.js'
import { createRotation } from './rotation.js'
import { speakAsAuth0 } from './token-answers.js'
import { createJwtUserinfo } from './userinfo-jwt.js'
import { createUsers } from './users.js'

/** @typedef {import('./resolve-options.js').TenantOptions} TenantOptions */

/**
 * @typedef {object} Tenant
 * @property {string} url the tenant's address, without a slash at the end: the SDK's `domain`
 * @property {string} issuer `iss` of its tokens: the address with a slash at the end
 * @property {import('./resolve-options.js').TenantSettings} settings change them while it runs
 * @property {import('./resolve-options.js').TenantClient[]} clients also to be changed while it runs
 * @property {ReturnType<typeof createRequestLog>['log']} log what was asked, and how often
 * @property {import('./event-log.js').TenantEvent[]} events what became of refresh tokens
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
 * @param {import('./event-log.js').RecordEvent} record
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
 *   options: import('./resolve-options.js').ResolvedTenantOptions,
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
