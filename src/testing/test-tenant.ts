import type { User } from '../index.ts'
import { failure, json, page, preflight, redirect, toAnswer } from './tenant-answers.ts'
import {
  findCallbackError,
  findLoginError,
  loginOf,
  sendAuthorizationResponse,
} from './tenant-authorization.ts'
import { resolveTenant } from './tenant-endpoints.ts'
import { createTenantGrants } from './tenant-grants.ts'
import { createFailureQueue, createFetch, toLogEntry } from './tenant-requests.ts'
import { exchangeSubjectToken, TOKEN_EXCHANGE } from './tenant-token-exchange.ts'
import { createTokenResponse, publishedKeys } from './tenant-tokens.ts'
import type { TestTenantOptions } from './test-tenant-options.ts'
import type {
  TestEndpoint,
  TestTenant,
  TestTenantAnswer,
  TestTenantInterceptor,
  TestTenantLogEntry,
} from './test-tenant-types.ts'

const ADA = {
  sub: 'auth0|ada',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
} satisfies User

const SCOPE = 'openid profile email offline_access'

type Fields = Record<string, string>

/**
 * Creates a tenant for tests of an application with the real SDK. It checks what a tenant checks
 * (client, callback URL, PKCE, one use per code), signs ID tokens that pass the SDK's verification,
 * rotates refresh tokens, and revokes them when one is used twice. Its login page needs no input:
 * `user` is logged in at once.
 *
 * It does not listen on any port. In Node, `createTenantHandlers` of `latchkey/testing/msw` connects
 * it to `fetch`; in a browser test, a route does.
 *
 * @example
 * ```ts
 * const tenant = createTestTenant({ domain: 'tenant.example.com', clientId: 'app' })
 * const server = setupServer(...createTenantHandlers(tenant))
 * ```
 * @example With Playwright, where logins navigate and the hidden iframe loads
 * ```ts
 * await context.route(`https://${tenant.domain}/**`, async route => {
 *   const request = route.request()
 *   await route.fulfill(
 *     await tenant.respond({
 *       method: request.method(),
 *       url: request.url(),
 *       headers: request.headers(),
 *       body: request.postData(),
 *     }),
 *   )
 * })
 * ```
 * @example A renewal whose response is lost after the tenant has rotated the token
 * ```ts
 * tenant.intercept('token', async (request, respond) => {
 *   if (request.parameters.grant_type !== 'refresh_token') return undefined
 *   await respond()
 *   return Response.error()
 * })
 * ```
 */
export const createTestTenant = (options: TestTenantOptions = {}): TestTenant => {
  const { domain = 'tenant.example.com', clientId, redirectUris } = options
  const { issuer, endpoints } = resolveTenant(domain)
  const names = Object.keys(endpoints) as TestEndpoint[]
  const grants = createTenantGrants()
  const failures = createFailureQueue()
  const interceptors = new Map<TestEndpoint, TestTenantInterceptor | undefined>()
  const requests: TestTenantLogEntry[] = []
  let isSignedIn = false

  const isRegistered = (client: string | undefined): client is string =>
    client !== undefined && client === (clientId ?? client)

  /** Tokens need a subject. */
  const withSubject = (user: User): User => ({ ...user, sub: user.sub ?? ADA.sub })

  /** The user who logs in. */
  const currentUser = (): User => withSubject(tenant.user)

  const endSession = (): void => {
    isSignedIn = false
    grants.endSession()
  }

  const authorize = (fields: Fields): TestTenantAnswer => {
    const { client_id, redirect_uri = redirectUris?.[0] ?? '' } = fields
    const expectedFailure = failures.take('authorize')
    if (!isRegistered(client_id)) return page('Unknown client')
    const callbackError = findCallbackError(redirect_uri, redirectUris)
    if (callbackError) return callbackError
    const send = (parameters: object): TestTenantAnswer =>
      sendAuthorizationResponse(fields, redirect_uri, parameters)
    if (expectedFailure) {
      const { status: _, ...parameters } = expectedFailure
      return send(parameters)
    }
    const error = findLoginError(fields, isSignedIn && tenant.silentLogin)
    if (error) return send({ ...error })
    isSignedIn = true
    return send({ code: grants.issueCode(loginOf(fields, currentUser())) })
  }

  const redeem = async (fields: Fields): Promise<TestTenantAnswer> => {
    const { client_id, grant_type } = fields
    if (!isRegistered(client_id)) {
      return failure({ error: 'invalid_client', error_description: 'Unknown client', status: 401 })
    }
    if (grant_type === TOKEN_EXCHANGE) {
      const exchanged = await exchangeSubjectToken(
        fields,
        tenant,
        user => loginOf(fields, withSubject(user)),
        grants,
      )
      if ('error' in exchanged) return failure(exchanged)
      return json(
        await createTokenResponse(issuer, exchanged.login, exchanged.refreshToken, tenant),
      )
    }
    if (grant_type !== 'authorization_code' && grant_type !== 'refresh_token') {
      return failure({ error: 'unsupported_grant_type', error_description: `${grant_type}` })
    }
    const result =
      grant_type === 'refresh_token'
        ? grants.redeemRefreshToken(client_id, fields, tenant)
        : await grants.redeemCode(client_id, fields)
    if ('reason' in result) {
      return failure({ error: 'invalid_grant', error_description: result.reason, status: 403 })
    }
    return json(await createTokenResponse(issuer, result.login, result.refreshToken, tenant))
  }

  const answers: Record<TestEndpoint, (fields: Fields) => Promise<TestTenantAnswer>> = {
    authorize: async fields => authorize(fields),
    token: redeem,
    jwks: async () => json(await publishedKeys(tenant)),
    revoke: async ({ client_id = '', token }) => {
      grants.revoke(client_id, token)
      return json({})
    },
    logout: async ({ returnTo }) => {
      endSession()
      return returnTo ? redirect(returnTo) : page('Signed out', 200)
    },
  }

  const answer = async ({ endpoint, parameters }: TestTenantLogEntry) => {
    const expectedFailure = endpoint === 'authorize' ? undefined : failures.take(endpoint)
    return expectedFailure ? failure(expectedFailure) : answers[endpoint](parameters)
  }

  const respond: TestTenant['respond'] = async request => {
    const { origin, pathname } = new URL(request.url)
    const endpoint = names.find(name => endpoints[name] === origin + pathname)
    if (!endpoint) return page('Not found', 404)
    if (request.method === 'OPTIONS') return preflight
    const entry = toLogEntry(endpoint, request)
    requests.push(entry)
    let usual: Promise<TestTenantAnswer> | undefined
    const answerOnce = (): Promise<TestTenantAnswer> => {
      usual ??= answer(entry)
      return usual
    }
    const replacement = await interceptors.get(endpoint)?.(entry, answerOnce)
    return replacement ? toAnswer(replacement) : answerOnce()
  }

  const answerLogin: TestTenant['answerLogin'] = async url => {
    const { headers, body } = await respond({ method: 'GET', url })
    if (headers.Location) return headers.Location
    throw new Error(`The tenant answers with a page: ${body}`)
  }

  const tenant: TestTenant = {
    domain,
    issuer,
    endpoints,
    user: options.user ?? ADA,
    silentLogin: options.silentLogin ?? true,
    accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds ?? 86_400,
    idTokenLifetimeSeconds: options.idTokenLifetimeSeconds ?? 36_000,
    opaqueAccessTokens: options.opaqueAccessTokens ?? false,
    rotation: options.rotation ?? true,
    rotationLeewaySeconds: options.rotationLeewaySeconds ?? 0,
    idTokenClaims: options.idTokenClaims ?? {},
    transformIdToken: options.transformIdToken,
    tokenResponse: options.tokenResponse ?? {},
    validateSubjectToken: options.validateSubjectToken,
    signingKey: options.signingKey,
    jwks: options.jwks,
    get isSignedIn() {
      return isSignedIn
    },
    signIn: (user = tenant.user) => {
      tenant.user = user
      isSignedIn = true
    },
    signOut: endSession,
    get refreshTokens() {
      return grants.refreshTokens()
    },
    requests,
    requestsTo: endpoint => requests.filter(request => request.endpoint === endpoint),
    clearRequests: () => {
      requests.length = 0
    },
    fail: failures.add,
    intercept: (endpoint, interceptor) => {
      interceptors.set(endpoint, interceptor)
    },
    answerLogin,
    authorize: async url => {
      const asRedirect = new URL(url)
      asRedirect.searchParams.set('response_mode', 'query')
      const callback = new URL(await answerLogin(asRedirect.href))
      return Object.fromEntries(callback.searchParams)
    },
    issueTokens: async ({ clientId: client_id = clientId ?? '', refreshToken, ...more } = {}) => {
      const { audience = '', scope = SCOPE, organization } = more
      const fields = { client_id, audience, scope, ...(organization && { organization }) }
      const login = loginOf(fields, currentUser())
      const issued = grants.issueRefreshToken(login, refreshToken)
      return createTokenResponse(issuer, login, issued, tenant)
    },
    respond,
    fetch: createFetch(respond),
  }
  return tenant
}
