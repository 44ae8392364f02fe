import type { User } from '../index.ts'
import type { Endpoints } from '../protocol/server-metadata.ts'

/**
 * An endpoint of a tenant.
 *
 * @inlineType Endpoints
 */
export type TestEndpoint = keyof Endpoints

/** Options of `createTestTenant`. */
export interface TestTenantOptions {
  /** What the SDK gets as `domain`. Default `'tenant.example.com'`. */
  domain?: string
  /** The only application that the tenant knows. Default: it knows every one. */
  clientId?: string
  /** The callbacks that are allowed; the first is for logins that name none. Default: every one. */
  redirectUris?: string[]
  /** Who sits in front of the login page. Default: Ada Lovelace. */
  user?: User
  /** Default 86400. */
  accessTokenLifetimeSeconds?: number
  /** Default 36000. */
  idTokenLifetimeSeconds?: number
}

/** A request, as far as the tenant looks at it. */
export interface TestTenantRequest {
  /** `GET`, `POST` or `OPTIONS`. */
  method: string
  /** The whole address. */
  url: string
  /** Form-encoded, or JSON. */
  body?: string | null | undefined
}

/** An answer; Playwright's `route.fulfill` takes it as it is. */
export interface TestTenantAnswer {
  /** The HTTP status. */
  status: number
  /** The headers, CORS among them. */
  headers: Record<string, string>
  /** The body; empty for a redirect. */
  body: string
}

/** A refusal in the words of OAuth. */
export interface TestTenantFailure {
  /** The code, such as `invalid_grant`. */
  error: string
  /** A sentence for people. */
  error_description?: string
  /** Default 400; a login is answered with a redirect in any case. */
  status?: number
}

/** A refresh token that the tenant has issued. */
export interface TestRefreshToken {
  /** The token itself. */
  readonly token: string
  /** The client that it was issued to. */
  readonly clientId: string
  /** Whose it is. */
  readonly sub: string
  /** The API that the login was for; empty where none was named. */
  readonly audience: string
  /** The scopes of the login, separated by spaces. */
  readonly scope: string
  /** Only an active one can be used; using a spent one revokes all that came of the same login. */
  readonly status: 'active' | 'spent' | 'revoked'
}

/** What a tenant was asked. */
export interface TestTenantLogEntry {
  /** Where the request went. */
  endpoint: TestEndpoint
  /** Of the address or, in a POST, of the body. */
  parameters: Record<string, string>
}

/** A tenant within the test's own process. */
export interface TestTenant {
  /** What the SDK gets as `domain`. */
  readonly domain: string
  /** The `iss` of its ID tokens. */
  readonly issuer: string
  /** The addresses it answers at. */
  readonly endpoints: Readonly<Endpoints>
  /** Who sits in front of the login page. */
  user: User
  /** Whether there is a session, which answers `prompt=none` without a person. */
  readonly isSignedIn: boolean
  /** Opens a session without a login, and seats that user in front of the login page. */
  signIn(user?: User): void
  /** Ends the session. Refresh tokens go on working, as at Auth0. */
  signOut(): void
  /** Every refresh token issued, in order. */
  readonly refreshTokens: readonly TestRefreshToken[]
  /** Every request answered, in order. */
  readonly requests: readonly TestTenantLogEntry[]
  /** Refuses the next request to an endpoint; several refusals queue up. */
  fail(endpoint: TestEndpoint, failure: TestTenantFailure): void
  /**
   * Does what a browser and its user do with an authorization URL.
   *
   * @returns the callback URL that the tenant sends the browser to
   * @throws Error when the tenant shows an error page instead
   */
  answerLogin(url: string): Promise<string>
  /** Answers any request: what the msw handlers and the routes of a browser test call. */
  respond(request: TestTenantRequest): Promise<TestTenantAnswer>
}
