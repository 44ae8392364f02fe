import type { User } from '../index.ts'
import type { TestTenantSettings } from './test-tenant-options.ts'

/** The URLs of a test tenant. */
export interface TestTenantEndpoints {
  /** The authorization endpoint. */
  authorize: string
  /** The token endpoint. */
  token: string
  /** The revocation endpoint. */
  revoke: string
  /** The logout endpoint. */
  logout: string
  /** The JWK Set. */
  jwks: string
}

/** The name of an endpoint of a test tenant. */
export type TestEndpoint = keyof TestTenantEndpoints

/** A request to a test tenant. */
export interface TestTenantRequest {
  /** `GET`, `POST` or `OPTIONS`. */
  method: string
  /** The absolute URL. */
  url: string
  /** The headers; they are recorded, and change nothing. */
  headers?: Record<string, string>
  /** Form-encoded, or JSON. */
  body?: string | null | undefined
}

/** A response of a test tenant; Playwright's `route.fulfill` accepts it. */
export interface TestTenantAnswer {
  /** The HTTP status; 0 means a network failure, as in `Response.error()`. */
  status: number
  /** The headers, including those of CORS. */
  headers: Record<string, string>
  /** The body; empty for a redirect. */
  body: string
}

/** An OAuth error response. */
export interface TestTenantFailure {
  /** The error code, such as `invalid_grant`. */
  error: string
  /** A human-readable description. */
  error_description?: string
  /** Default 400; ignored at the authorization endpoint, which redirects. */
  status?: number
}

/** A refresh token that the tenant has issued. */
export interface TestRefreshToken {
  /** The token. */
  readonly token: string
  /** The client that it was issued to. */
  readonly clientId: string
  /** The subject that it was issued for. */
  readonly sub: string
  /** The audience of the login; empty without one. */
  readonly audience: string
  /** The scopes of the login, separated by spaces. */
  readonly scope: string
  /** Only an active token works. Reuse of a spent one revokes all tokens of the same login. */
  readonly status: 'active' | 'spent' | 'revoked'
}

/** A request that the tenant has received. */
export interface TestTenantLogEntry {
  /** The endpoint. */
  endpoint: TestEndpoint
  /** The query parameters or, for a POST, the fields of the body. */
  parameters: Record<string, string>
  /** The HTTP method. */
  method: string
  /** The headers; names are in lower case. */
  headers: Record<string, string>
}

/**
 * Answers a request in place of the tenant. `respond` gives the tenant's own response, which has the
 * usual effects (a code is redeemed, a refresh token is rotated); without it nothing has happened at
 * the tenant. `undefined` sends the tenant's own response.
 */
export type TestTenantInterceptor = (
  request: TestTenantLogEntry,
  respond: () => Promise<TestTenantAnswer>,
) => TestTenantAnswer | Response | undefined | Promise<TestTenantAnswer | Response | undefined>

/** The parameters of an authorization response: a code, or an error. */
export interface TestAuthorizationResponse {
  /** The authorization code. */
  code?: string
  /** The state of the request. */
  state?: string
  /** The error code. */
  error?: string
  /** A human-readable description. */
  error_description?: string
}

/** The tokens that `issueTokens` issues. */
export interface TestTokenGrant {
  /** Default: the `clientId` of the tenant. */
  clientId?: string
  /** The API. Default: none. */
  audience?: string
  /** Default `'openid profile email offline_access'`. */
  scope?: string
  /** An organization by its ID (`org_…`) or name. */
  organization?: string
  /** The text of the refresh token, where a test has one already. */
  refreshToken?: string
}

/** A successful response of the token endpoint. */
export interface TestTokenResponse {
  /** The access token. */
  access_token: string
  /** The ID token. */
  id_token: string
  /** The refresh token, if the scope contains `offline_access` or `online_access`. */
  refresh_token?: string
  /** `Bearer`. */
  token_type: string
  /** The lifetime of the access token in seconds. */
  expires_in: number
  /** The granted scopes, separated by spaces. */
  scope: string
}

/** A tenant in the test's own process. Its settings can be changed at any time. */
export interface TestTenant extends TestTenantSettings {
  /** The `domain` option of the SDK. */
  readonly domain: string
  /** The `iss` of its ID tokens. */
  readonly issuer: string
  /** Its URLs. */
  readonly endpoints: Readonly<TestTenantEndpoints>
  /** Whether the browser has a session at the tenant, which `prompt=none` finds. */
  readonly isSignedIn: boolean
  /** Starts a session without a login; a given user becomes the one who logs in. */
  signIn(user?: User): void
  /** Ends the session. Refresh tokens still work, as at Auth0, but for those of `online_access`. */
  signOut(): void
  /** Every refresh token issued, in order. */
  readonly refreshTokens: readonly TestRefreshToken[]
  /** Every request received, in order. */
  readonly requests: readonly TestTenantLogEntry[]
  /** The requests to one endpoint, in order. */
  requestsTo(endpoint: TestEndpoint): TestTenantLogEntry[]
  /** Empties the list of requests. */
  clearRequests(): void
  /** Makes the next request to an endpoint fail; several failures queue up. */
  fail(endpoint: TestEndpoint, failure: TestTenantFailure): void
  /** Answers every request to an endpoint from now on; `undefined` ends that. */
  intercept(endpoint: TestEndpoint, interceptor: TestTenantInterceptor | undefined): void
  /**
   * Follows an authorization or logout URL, as a browser and its user would.
   *
   * @returns the callback URL that the tenant redirects to
   * @throws Error if the tenant shows an error page instead
   */
  answerLogin(url: string): Promise<string>
  /**
   * Follows an authorization URL, and gives the parameters of the response for a test to send in its
   * own way.
   *
   * @throws Error if the tenant shows an error page instead
   */
  authorize(url: string): Promise<TestAuthorizationResponse>
  /** Issues tokens without a login, such as for a session that a storage has kept. */
  issueTokens(grant?: TestTokenGrant): Promise<TestTokenResponse>
  /** Answers a request; the msw handlers, and the routes of a browser test, call it. */
  respond(request: TestTenantRequest): Promise<TestTenantAnswer>
  /** `fetch` without a network, which reaches the tenant alone. It does not follow redirects. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
}
