import type { User } from '../index.ts'
import { resolveOptions } from '../options.ts'
import { json, page, preflight, redirect, refuse, webMessage } from './tenant-answers.ts'
import { createTenantGrants, type TenantLogin } from './tenant-grants.ts'
import { createTenantTokens } from './tenant-tokens.ts'
import type {
  TestEndpoint,
  TestTenant,
  TestTenantAnswer,
  TestTenantFailure,
  TestTenantLogEntry,
  TestTenantOptions,
} from './test-tenant-types.ts'

const ADA = {
  sub: 'auth0|ada',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
} satisfies User

type Fields = Record<string, string>

const fieldsOf = (body: string): Fields => {
  if (!body.startsWith('{')) return Object.fromEntries(new URLSearchParams(body))
  return JSON.parse(body)
}

const withParameters = (url: string, parameters: object): string => {
  const to = new URL(url)
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value)
  return to.href
}

/**
 * A tenant for tests of an application with the real SDK: it checks what a tenant checks (client,
 * callback, PKCE, one use per code), signs ID tokens that pass the SDK's verification, rotates
 * refresh tokens, and revokes them when one is used twice. Whoever opens its login page signs in at
 * once.
 *
 * It listens nowhere. In Node, `createTenantHandlers` of `latchkey/testing/msw` puts it behind
 * `fetch`; in a browser test, a route does.
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
 *       body: request.postData(),
 *     }),
 *   )
 * })
 * ```
 */
export const createTestTenant = (given: TestTenantOptions = {}): TestTenant => {
  const { domain = 'tenant.example.com', clientId, redirectUris } = given
  const { accessTokenLifetimeSeconds = 86_400, idTokenLifetimeSeconds = 36_000 } = given
  const { issuer, endpoints } = resolveOptions({ domain, clientId: clientId ?? '' })
  const names = Object.keys(endpoints) as TestEndpoint[]
  const tokens = createTenantTokens({
    issuer,
    accessTokenLifetimeSeconds,
    idTokenLifetimeSeconds,
  })
  const grants = createTenantGrants()
  const requests: TestTenantLogEntry[] = []
  const failures: { endpoint: TestEndpoint; failure: TestTenantFailure }[] = []
  let isSignedIn = false

  const isKnown = (client: string | undefined): client is string =>
    client !== undefined && client === (clientId ?? client)

  /** What goes back to the application: a code, or why there is none. */
  const judgeLogin = (fields: Fields, failure: TestTenantFailure | undefined): object => {
    if (failure) {
      const { status: _, ...answer } = failure
      return answer
    }
    const refusal = (error: string, error_description: string) => ({ error, error_description })
    if (fields.response_type !== 'code') {
      return refusal('unsupported_response_type', 'Only response_type=code is supported')
    }
    if (!fields.code_challenge || fields.code_challenge_method !== 'S256') {
      return refusal('invalid_request', 'PKCE with S256 is required')
    }
    if (fields.prompt === 'none' && !isSignedIn) return refusal('login_required', 'Login required')
    isSignedIn = true
    const login: TenantLogin = {
      user: { ...tenant.user, sub: tenant.user.sub ?? ADA.sub },
      clientId: fields.client_id ?? '',
      redirectUri: fields.redirect_uri ?? '',
      scope: fields.scope ?? '',
      audience: fields.audience ?? '',
      organization: fields.organization,
      nonce: fields.nonce,
      codeChallenge: fields.code_challenge,
      authTime: fields.max_age === undefined ? undefined : Math.floor(Date.now() / 1000),
    }
    return { code: grants.issueCode(login) }
  }

  const authorize = (fields: Fields, failure?: TestTenantFailure): TestTenantAnswer => {
    const { client_id, redirect_uri = redirectUris?.[0] ?? '', response_mode, state } = fields
    if (!isKnown(client_id)) return page('Unknown client')
    const isAllowed = redirectUris?.includes(redirect_uri) ?? true
    if (!URL.canParse(redirect_uri) || !isAllowed) return page('Callback URL mismatch')
    const response = { ...judgeLogin(fields, failure), ...(state !== undefined && { state }) }
    return response_mode === 'web_message'
      ? webMessage(response, new URL(redirect_uri).origin)
      : redirect(withParameters(redirect_uri, response))
  }

  const redeem = async (fields: Fields): Promise<TestTenantAnswer> => {
    const { client_id, grant_type } = fields
    if (!isKnown(client_id)) {
      return refuse({ error: 'invalid_client', error_description: 'Unknown client', status: 401 })
    }
    if (grant_type !== 'authorization_code' && grant_type !== 'refresh_token') {
      return refuse({ error: 'unsupported_grant_type', error_description: `${grant_type}` })
    }
    const result =
      grant_type === 'refresh_token'
        ? grants.redeemRefreshToken(client_id, fields)
        : await grants.redeemCode(client_id, fields)
    if ('login' in result) return tokens.answer(result.login, result.refreshToken)
    const { refusal: error_description } = result
    return refuse({ error: 'invalid_grant', error_description, status: 403 })
  }

  const answers: Record<TestEndpoint, (fields: Fields) => Promise<TestTenantAnswer>> = {
    authorize: async fields => authorize(fields),
    token: redeem,
    jwks: async () => json(await tokens.keySet()),
    revoke: async ({ client_id = '', token }) => {
      grants.revoke(client_id, token)
      return json({})
    },
    logout: async ({ returnTo }) => {
      isSignedIn = false
      return returnTo ? redirect(returnTo) : page('Signed out', 200)
    },
  }

  const takeFailure = (endpoint: TestEndpoint): TestTenantFailure | undefined => {
    const at = failures.findIndex(next => next.endpoint === endpoint)
    return at < 0 ? undefined : failures.splice(at, 1)[0]?.failure
  }

  const respond: TestTenant['respond'] = async ({ method, url, body }) => {
    const { origin, pathname, searchParams } = new URL(url)
    const endpoint = names.find(name => endpoints[name] === origin + pathname)
    if (!endpoint) return page('Not found', 404)
    if (method === 'OPTIONS') return preflight
    const parameters = method === 'POST' ? fieldsOf(body ?? '') : Object.fromEntries(searchParams)
    requests.push({ endpoint, parameters })
    const failure = takeFailure(endpoint)
    if (endpoint === 'authorize') return authorize(parameters, failure)
    return failure ? refuse(failure) : answers[endpoint](parameters)
  }

  const tenant: TestTenant = {
    domain,
    issuer,
    endpoints,
    user: given.user ?? ADA,
    get isSignedIn() {
      return isSignedIn
    },
    signIn: (user = tenant.user) => {
      tenant.user = user
      isSignedIn = true
    },
    signOut: () => {
      isSignedIn = false
    },
    get refreshTokens() {
      return grants.refreshTokens()
    },
    requests,
    fail: (endpoint, failure) => {
      failures.push({ endpoint, failure })
    },
    answerLogin: async url => {
      const { headers, body } = await respond({ method: 'GET', url })
      if (headers.Location) return headers.Location
      throw new Error(`The tenant answers with a page: ${body}`)
    },
    respond,
  }
  return tenant
}
