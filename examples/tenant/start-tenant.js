import { createAdminApi } from './admin/admin-api.js'
import { createDashboardRoutes } from './dashboard/dashboard-routes.js'
import { createDpopNonces } from './engine/dpop-nonces.js'
import { createIdTokenClaims } from './engine/id-token-claims.js'
import { installDpopNonces } from './engine/install-dpop-nonces.js'
import { loadEngine, loadEngineAccess } from './engine/load-engine.js'
import { createProviderConfig } from './engine/provider-config.js'
import { translateErrors } from './engine/token-answers.js'
import { dropConnections } from './faults/drop-connections.js'
import { createFaultInjection } from './faults/index.js'
import { assembleGrants } from './grants/assemble-grants.js'
import { addInterval } from './grants/device-grant.js'
import { createCors } from './http/cors.js'
import { createDpopHeaders } from './http/dpop-headers.js'
import { readFormFields } from './http/form-fields.js'
import { createFraming } from './http/framing.js'
import { acceptJsonBodies } from './http/json-body.js'
import { listen } from './http/listen.js'
import { noteIssuedToken } from './http/note-issued-token.js'
import { createOriginCheck } from './http/origin-check.js'
import { createRequestLog } from './http/request-log.js'
import { controlTokens } from './keys/control-tokens.js'
import { createEngineKey } from './keys/engine-key.js'
import { createPublishKeys } from './keys/publish-keys.js'
import { createSigningKeys } from './keys/signing-keys.js'
import { createDateHeader, createTenantClock } from './keys/tenant-clock.js'
import { createManagementApi } from './management/api.js'
import { prefillUserCode } from './pages/activate-pages.js'
import { renderError } from './pages/error-page.js'
import { createLoginRoutes } from './pages/login-routes.js'
import { createLogoutRoute } from './pages/logout-route.js'
import { openPersistence } from './persistence/persistence.js'
import { createClientRegistry } from './settings/clients.js'
import { resolveOptions } from './settings/resolve-options.js'
import { createUsers } from './settings/users.js'
import { createEventLog } from './tokens/event-log.js'
import { noteFamilies } from './tokens/note-family.js'
import { createRefreshTokens } from './tokens/refresh-tokens.js'

/** @typedef {import('./settings/resolve-options.js').TenantOptions} TenantOptions */

/**
 * @typedef {object} Tenant
 * @property {string} url the tenant's address, without a slash at the end: the SDK's `domain`
 * @property {string} issuer `iss` of its tokens: the address with a slash at the end, unless set
 * @property {import('./settings/resolve-options.js').TenantSettings} settings may be changed while
 *   it runs
 * @property {import('./settings/resolve-options.js').TenantClient[]} clients may be changed while
 *   it runs
 * @property {ReturnType<typeof createRequestLog>['log']} log the requests
 * @property {import('./tokens/event-log.js').TenantEvent[]} events the events of refresh tokens
 * @property {import('./faults/faults.js').FaultControl} faults the faults it simulates
 * @property {import('./keys/signing-keys.js').SigningKeys} keys its signing keys
 * @property {import('./engine/dpop-nonces.js').DpopNonces} dpopNonces the nonces for DPoP proofs; `rotate`
 *   makes all of them invalid
 * @property {string} managementToken the bearer token of the management API
 * @property {() => Promise<void>} close ends the server and its open connections
 */

/**
 * Unexpected errors become events instead of console output.
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
 * Creates the parts of a tenant that need its URL.
 *
 * @param {{
 *   port: number,
 *   url: string,
 *   options: import('./settings/resolve-options.js').ResolvedTenantOptions,
 *   engine: typeof import('oidc-provider'),
 *   access: import('./engine/load-engine.js').EngineAccess,
 *   keys: import('./keys/signing-keys.js').SigningKeys,
 *   persistence: import('./persistence/persistence.js').Persistence,
 * }} parts
 */
const assemble = ({ port, url, options, engine, access, keys, persistence }) => {
  const { issuer = `${url}/`, settings } = options
  const { events, record, subscribe: subscribeToEvents } = createEventLog()
  const { log, middleware: logRequests } = createRequestLog()
  const { faults, applyFaults } = createFaultInjection({ keys, record })
  const clock = createTenantClock(settings)
  const dpopNonces = createDpopNonces()
  const clients = createClientRegistry(options.clients)
  const users = createUsers(options.users)
  const { ledger, storage, policy } = createRefreshTokens({
    settings,
    clients,
    record,
    InvalidGrant: engine.errors.InvalidGrant,
  })
  persistence.attach({ keys, ledger, storage, log, record })

  const { authorizations, requireGrant, requireProof, createProvider } = assembleGrants({
    options,
    clients,
    users,
    notes: storage.grants,
    ledger,
    engine,
    verifyProof: access.verifyProof,
  })

  const provider = createProvider(
    engine.Provider,
    `${url}/`,
    createProviderConfig({
      url,
      port,
      options,
      clients,
      users,
      authorizations,
      requireGrant,
      requireProof,
      signingKey: createEngineKey(engine.ExternalSigningKey, keys),
      clock,
      cookieKey: persistence.cookieKey,
      storage,
      refreshPolicy: policy,
      renderError,
      interactionPolicy: engine.interactionPolicy,
    }),
  )
  // Any URL at a registered origin is allowed as a callback.
  provider.Client.prototype.redirectUriAllowed = function (/** @type {string} */ redirectUri) {
    return clients.mayReturnTo(this.clientId, redirectUri)
  }
  const currentContext = () => engine.Provider.ctx
  controlTokens(provider, {
    url,
    issuer,
    keys,
    clock,
    currentContext,
    moreClaims: createIdTokenClaims({ authorizations, settings }),
  })
  policy.install(provider, currentContext)
  installDpopNonces(provider, {
    internalsOf: access.internalsOf,
    settings,
    nonces: dpopNonces,
  })
  noteFamilies(subscribeToEvents, currentContext)
  followErrors(provider, record)

  provider.use(createOriginCheck(clients))
  provider.use(createDashboardRoutes({ url, options, ledger, log, events, subscribeToEvents }))
  provider.use(
    createAdminApi({
      faults,
      settings,
      keys,
      dpopNonces,
      log,
      events,
      token: options.managementToken,
    }),
  )
  provider.use(logRequests)
  provider.use(createDateHeader(clock))
  provider.use(dropConnections)
  provider.use(createCors(clients))
  provider.use(createFraming(clients))
  provider.use(acceptJsonBodies)
  provider.use(readFormFields)
  provider.use(applyFaults)
  provider.use(noteIssuedToken)
  provider.use(createDpopHeaders({ settings, nonces: dpopNonces }))
  provider.use(translateErrors)
  provider.use(addInterval)
  provider.use(prefillUserCode)
  provider.use(createLoginRoutes({ provider, users, clients }))
  provider.use(createLogoutRoute({ provider, clients, ledger, listClients: () => options.clients }))
  provider.use(createPublishKeys(keys))
  provider.use(createManagementApi({ options, clients, ledger }))

  return {
    handle: provider.callback(),
    issuer,
    settings,
    clients: options.clients,
    log,
    events,
    faults,
    keys,
    dpopNonces,
    managementToken: options.managementToken,
  }
}

/**
 * @param {Pick<import('./settings/resolve-options.js').ResolvedTenantOptions,
 *   'allowedHosts' | 'issuer'>} options
 */
const allowedHostsOf = ({ allowedHosts, issuer }) =>
  issuer && URL.canParse(issuer) ? [...allowedHosts, new URL(issuer).hostname] : allowedHosts

/**
 * Starts an OpenID provider that behaves like an Auth0 tenant, on this machine and in memory.
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
  const persistence = await openPersistence(resolved.persist)
  const [engine, access, keys] = await Promise.all([
    loadEngine(),
    loadEngineAccess(),
    createSigningKeys(resolved.signingAlg, persistence.signingKeys, resolved.signingKey),
  ])

  /** @type {import('node:http').RequestListener} */
  let handle = (_request, response) => {
    response.writeHead(503).end()
  }
  const { port, close } = await listen({
    hostname: resolved.hostname,
    port: resolved.port,
    strictPort: resolved.strictPort,
    keepAlive: resolved.keepAlive,
    allowedHosts: allowedHostsOf(resolved),
    // The URL is part of every token, so the provider is created after the port is known.
    onRequest: (request, response) => handle(request, response),
  })
  const url = `http://${resolved.hostname}:${port}`
  /** @type {ReturnType<typeof assemble>} */
  let assembled
  try {
    assembled = assemble({ port, url, options: resolved, engine, access, keys, persistence })
  } catch (error) {
    await close()
    throw error
  }
  const { handle: answer, ...tenant } = assembled
  handle = answer
  return {
    url,
    ...tenant,
    close: async () => {
      tenant.faults.clear()
      await close()
      await persistence.flush()
    },
  }
}
