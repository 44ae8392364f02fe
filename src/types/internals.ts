/**
 * Types of the inside of auth0-spa-js, which it exports as well. They are here for applications that
 * import them; no method of the client takes or returns them.
 */
import type { AuthorizationParams } from './authorization.ts'

/** The parameters of an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
export interface AuthorizeOptions extends AuthorizationParams {
  /** What the response contains: `code`. */
  response_type: string
  /** How the response is sent: `query` or `web_message`. */
  response_mode: string
  /** As {@link AuthorizationParams.redirect_uri}. */
  redirect_uri?: string | undefined
  /** A random value that the ID token repeats. */
  nonce: string
  /** A random value that the response repeats. */
  state: string
  /** Scopes separated by spaces. */
  scope: string
  /** The hash of the code verifier. */
  code_challenge: string
  /** How `code_challenge` is computed: `S256`. */
  code_challenge_method: string
}

/** The parameters of an authorization response (RFC 6749 sections 4.1.2 and 4.1.2.1). */
export interface AuthenticationResult {
  /** The value of the request. */
  state: string
  /** The code to be exchanged for tokens. */
  code?: string
  /** The code that connects an account. */
  connect_code?: string
  /** The code of the error, such as `access_denied`. */
  error?: string
  /** The text of the error. */
  error_description?: string
}

/** A request to the token endpoint, with the settings for sending it. */
export interface TokenEndpointOptions {
  /** The URL of the tenant. */
  baseUrl: string
  /** The client id of the application. */
  client_id: string
  /** The grant type, such as `authorization_code`. */
  grant_type: string
  /** How long the response may take, in milliseconds. */
  timeout?: number | undefined
  /** How the SDK identifies itself to the tenant. */
  // biome-ignore lint/suspicious/noExplicitAny: as auth0-spa-js has it
  auth0Client: any
  /** Send a form-encoded body, not JSON. */
  useFormData?: boolean | undefined
  /** Creates DPoP proofs and stores nonces. */
  dpop?:
    | {
        /** Creates a proof for one request (RFC 9449 section 4.2). */
        generateProof(params: {
          /** The URL of the request. */
          url: string
          /** Its method. */
          method: string
          /** The nonce of the server. */
          nonce?: string
          /** The access token that is sent along. */
          accessToken?: string
        }): Promise<string>
        /** Returns the stored nonce of the tenant, or of the API with this id. */
        getNonce(id?: string): Promise<string | undefined>
        /** Stores a nonce of the tenant, or of the API with this id. */
        setNonce(nonce: string, id?: string): Promise<void>
      }
    | undefined
  // biome-ignore lint/suspicious/noExplicitAny: other parameters of the grant
  [key: string]: any
}

/** A request that exchanges a code for tokens (RFC 6749 section 4.1.3). */
export interface OAuthTokenOptions extends TokenEndpointOptions {
  /** The secret whose hash was sent as `code_challenge`. */
  code_verifier: string
  /** The code of the authorization response. */
  code: string
  /** The value of the authorization request. */
  redirect_uri: string
  /** The API that the access token is for. */
  audience: string
  /** Scopes separated by spaces. */
  scope: string
}

/** A request that exchanges a refresh token for tokens (RFC 6749 section 6). */
export interface RefreshTokenOptions extends TokenEndpointOptions {
  /** The refresh token. */
  refresh_token: string
}

/** An ID token and what it must match (OpenID Connect Core section 3.1.3.7). */
export interface JWTVerifyOptions {
  /** The expected issuer. */
  iss: string
  /** The expected audience: the client id. */
  aud: string
  /** The ID token. */
  id_token: string
  /** The nonce of the authorization request. */
  nonce?: string | undefined
  /** Tolerated clock difference in seconds. */
  leeway?: number | undefined
  /** The maximum age of the login in seconds. */
  max_age?: number | undefined
  /** The id (`org_…`) or name of the organization. */
  organization?: string | undefined
  /** The current time in milliseconds since the epoch. */
  now?: number | undefined
}

/** A request in the form that a page can post to a worker. */
export type FetchOptions = {
  /** The HTTP method. */
  method?: string | undefined
  /** The headers by name. */
  headers?: Record<string, string> | undefined
  /** Whether cookies are sent. */
  credentials?: 'include' | 'omit' | undefined
  /** The encoded body. */
  body?: string | undefined
  /** Aborts the request. */
  signal?: AbortSignal | undefined
}

/** A response in the form that a worker can post to the page. */
export type FetchResponse = {
  /** Whether the status is 2xx. */
  ok: boolean
  /** The headers by lower-case name. */
  headers: Record<string, string | undefined>
  /** The parsed body. */
  // biome-ignore lint/suspicious/noExplicitAny: as auth0-spa-js has it
  json: any
}
