import type { AuthorizationParams } from './authorization.ts'

/** A response of the token endpoint (RFC 6749 section 5.1). */
export interface TokenEndpointResponse {
  /** The ID token. */
  id_token: string
  /** How the access token is sent: as `Bearer` (RFC 6750), or as `DPoP` with a proof (RFC 9449). */
  token_type: string
  /** The access token, to be sent to the API. */
  access_token: string
  /** The refresh token, which can be used once. */
  refresh_token?: string
  /** Lifetime of the access token in seconds. */
  expires_in: number
  /** The granted scopes, if the server sends them. */
  scope?: string
}

/** The response as applications get it: never with a refresh token. */
export type GetTokenSilentlyVerboseResponse = Omit<TokenEndpointResponse, 'refresh_token'>

/** Options of `getTokenSilently`. */
export interface GetTokenSilentlyOptions {
  /**
   * - `'on'` (default): the cache, then a renewal.
   * - `'off'`: always a renewal.
   * - `'cache-only'`: only the cache; no request.
   */
  cacheMode?: 'on' | 'off' | 'cache-only' | undefined
  /** Audience, scopes and other parameters of this call; they take precedence over the client's. */
  authorizationParams?:
    | (Pick<AuthorizationParams, 'redirect_uri' | 'scope' | 'audience'> & {
        // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
        [key: string]: any
      })
    | undefined
  /** How long to wait for the hidden iframe, or for one response of the token endpoint. */
  timeoutInSeconds?: number | undefined
  /** Resolve with the whole response instead of the access token alone. */
  detailedResponse?: boolean | undefined
}
