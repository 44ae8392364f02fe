import type { MaybePromise, User } from '../index.ts'
import type { TestSigningKey } from './signing-key.ts'

/** The fields of a token exchange (RFC 8693 section 2.1), those of the application included. */
export interface TestTokenExchange extends Readonly<Record<string, string>> {
  /** The token to exchange. */
  readonly subject_token: string
  /** Its type. */
  readonly subject_token_type: string
}

/**
 * How a test tenant behaves: options of `createTestTenant`, and properties of the tenant that can be
 * changed at any time.
 */
export interface TestTenantSettings {
  /** The user who logs in. Default: Ada Lovelace. */
  user: User
  /** Whether `prompt=none` finds the session. `false` as where third-party cookies are blocked. Default `true`. */
  silentLogin: boolean
  /** Default 86400. */
  accessTokenLifetimeSeconds: number
  /** Default 36000. */
  idTokenLifetimeSeconds: number
  /** Issues opaque access tokens, not JWTs, for every audience. Default `false`. */
  opaqueAccessTokens: boolean
  /**
   * Whether each use of a refresh token replaces it. Those of logins with `online_access` are never
   * replaced, and end with the session. Default `true`.
   */
  rotation: boolean
  /** How long a refresh token still works after it was replaced. Default 0. */
  rotationLeewaySeconds: number
  /** Claims that replace those of the ID token; `undefined` removes one. Default `{}`. */
  idTokenClaims: Record<string, unknown>
  /** Replaces the ID token after it was signed, such as by one with a wrong signature. */
  transformIdToken: ((idToken: string) => string) | undefined
  /** Members that replace those of the token response; `undefined` removes one. Default `{}`. */
  tokenResponse: Record<string, unknown>
  /**
   * The user of a subject token in a token exchange (RFC 8693), or `undefined` for a token that is not
   * valid. Default: none; the grant is then not supported.
   */
  validateSubjectToken:
    | ((exchange: TestTokenExchange) => MaybePromise<User | undefined>)
    | undefined
  /** The key that signs, from `createTestKey`. Default: an RS256 key that all tenants share. */
  signingKey: TestSigningKey | undefined
  /** The published JWK Set. Default: the public half of the signing key. */
  jwks: unknown
}

/** Options of `createTestTenant`. */
export interface TestTenantOptions extends Partial<TestTenantSettings> {
  /** The `domain` option of the SDK. Default `'tenant.example.com'`. */
  domain?: string
  /** The only application that is registered. Default: every client ID is accepted. */
  clientId?: string
  /** The allowed callback URLs; the first is used by logins without a `redirect_uri`. Default: every one. */
  redirectUris?: string[]
}
