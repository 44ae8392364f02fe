import type { AuthorizationParams } from './authorization.ts'

/** What a token is for, and with it the key that it is stored under. */
export interface TokenSlot {
  /** The audience key: the audience, or `default` when there is none. */
  audience: string
  /** Requested scopes, separated by single spaces. */
  scope: string
}

/** An answer of the token endpoint (RFC 6749 section 5.1). */
export interface TokenEndpointResponse {
  /** Who signed in, signed by the tenant. */
  id_token: string
  /** How the access token is used: `Bearer`. */
  token_type: string
  /** What an API is shown. */
  access_token: string
  /** What renews the tokens, once. */
  refresh_token?: string
  /** Lifetime of the access token in seconds. */
  expires_in: number
  /** The scopes granted, where the server says so. */
  scope?: string
}

/** The same as the token endpoint may really send it: only the access token is sure to be there. */
export type TokenSet = Omit<TokenEndpointResponse, 'id_token'> & { id_token?: string }

/** The same as the application gets it: a refresh token is never handed out. */
export type GetTokenSilentlyVerboseResponse = Omit<TokenEndpointResponse, 'refresh_token'>

/** Options of `getTokenSilently`. */
export interface GetTokenSilentlyOptions {
  /**
   * - `'on'` (default): the cache first, then a renewal.
   * - `'off'`: always a renewal.
   * - `'cache-only'`: the cache or nothing; no network.
   */
  cacheMode?: 'on' | 'off' | 'cache-only'
  /** Audience, scopes and other parameters of this call; they win over the client's. */
  authorizationParams?: Pick<AuthorizationParams, 'redirect_uri' | 'scope' | 'audience'> & {
    // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
    [key: string]: any
  }
  /** How long to wait for the hidden iframe, or for one answer of the token endpoint. */
  timeoutInSeconds?: number
  /** Resolve with the whole answer instead of the access token alone. */
  detailedResponse?: boolean
}
