import type { ClientAuthorizationParams } from './authorization.ts'
import type { ICache, MaybePromise } from './storage.ts'

/** The two places for tokens that come with the SDK. */
export type CacheLocation = 'memory' | 'localstorage'

/** How a demand for a second factor may be answered. */
export type InteractiveErrorHandler = 'popup'

/** Whether signatures of ID tokens are verified, or TLS vouches for them. */
export type IdTokenSignature = 'verify' | 'trust-tls'

/** What an ID token may be signed with (RFC 7518 section 3.1, RFC 8037). */
export type IdTokenSigningAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

/** The domain and the client id exactly as they were configured. */
export interface ClientConfiguration {
  /** The option `domain`. */
  domain: string
  /** The option `clientId`. */
  clientId: string
}

/** How the client names itself to the tenant. Libraries that wrap the SDK set it. */
export interface Auth0ClientTelemetry {
  /** The name of the library. */
  name: string
  /** The version of the library. */
  version: string
  /** Other libraries that take part, by name; only in the header. */
  env?: Record<string, string>
}

/** Options of `createAuth0Client` and of the constructor of `Auth0Client`. */
export interface Auth0ClientOptions {
  /** The tenant's domain, `example.auth0.com`; may carry a scheme, a port and a path. */
  domain: string
  /** The application's id at the tenant. */
  clientId: string
  /** The expected issuer where it is not the domain (custom domains). */
  issuer?: string
  /** Parameters of every login and renewal; a call's own parameters win. */
  authorizationParams?: ClientAuthorizationParams
  /** Where tokens are kept. Default `'memory'`: gone with the page. */
  cacheLocation?: CacheLocation
  /** A place for tokens of the application's own; wins over `cacheLocation`. */
  cache?: ICache
  /** Ask for a refresh token (`offline_access`) and renew with it. Default `false`. */
  useRefreshTokens?: boolean
  /**
   * When the hidden iframe renews in place of a refresh token.
   * - unset: when no refresh token is held.
   * - `true`: also when the one held is refused, or cannot give the scopes asked for.
   * - `false`: never; the call fails with `missing_refresh_token`.
   */
  useRefreshTokensFallback?: boolean
  /** One refresh token serves several audiences (multi-resource refresh tokens). Default `false`. */
  useMrrt?: boolean
  /** How long a hidden iframe may take. Default 60. */
  authorizeTimeoutInSeconds?: number
  /** How long one request to the token endpoint may take. Default 10. */
  httpTimeoutInSeconds?: number
  /**
   * - `'verify'` (default): an ID token counts only if one of the tenant's published keys signed it.
   * - `'trust-tls'`: the connection to the token endpoint vouches for it, as in auth0-spa-js
   *   (OpenID Connect Core 3.1.3.7, item 6).
   */
  idTokenSignature?: IdTokenSignature
  /** The algorithms that ID tokens may be signed with; no other is accepted. Default `['RS256']`. */
  idTokenSigningAlgs?: IdTokenSigningAlg[]
  /** Tolerated clock difference, in seconds, when an ID token is judged. Default 60. */
  leeway?: number
  /** The current time in milliseconds since the epoch. Default `Date.now`. */
  nowProvider?: () => MaybePromise<number>
  /** Lifetime of the cookies that say that somebody is signed in here. Default 1. */
  sessionCheckExpiryDays?: number
  /** The `Domain` attribute of every cookie, to share them between subdomains. */
  cookieDomain?: string
  /** Write each cookie a second time without `SameSite`, for old browsers. Default `true`. */
  legacySameSiteCookie?: boolean
  /** Keep a login under way in a cookie instead of `sessionStorage`, so that another tab can finish it. */
  useCookiesForTransactions?: boolean
  /** Send form-encoded bodies to the tenant; `false` sends JSON, at the price of a preflight. Default `true`. */
  useFormData?: boolean
  /** Where the token worker's file is, for pages whose policy allows no `blob:` workers. */
  workerUrl?: string
  /** Let `getTokenSilently` open a popup when the tenant demands a second factor. */
  interactiveErrorHandler?: InteractiveErrorHandler
  /** A parameter of the page's address that carries the session of another application. */
  sessionTransferTokenQueryParamName?: string
  /** Sent to the tenant in place of the SDK's own name; also as a header when set. */
  auth0Client?: Auth0ClientTelemetry
}

/** Top-level parameters as auth0-spa-js 1.x took them. */
export interface LegacyAuthorizationParams {
  /** As {@link AuthorizationParams.display}. */
  display?: ClientAuthorizationParams['display']
  /** As {@link AuthorizationParams.prompt}. */
  prompt?: ClientAuthorizationParams['prompt']
  /** As {@link AuthorizationParams.max_age}. */
  max_age?: string | number
  /** As {@link AuthorizationParams.ui_locales}. */
  ui_locales?: string
  /** As {@link AuthorizationParams.id_token_hint}. */
  id_token_hint?: string
  /** As {@link AuthorizationParams.screen_hint}. */
  screen_hint?: string
  /** As {@link AuthorizationParams.login_hint}. */
  login_hint?: string
  /** As {@link AuthorizationParams.acr_values}. */
  acr_values?: string
  /** As {@link AuthorizationParams.scope}; `profile email` is always added as well. */
  scope?: string
  /** As {@link AuthorizationParams.audience}. */
  audience?: string
  /** As {@link AuthorizationParams.connection}. */
  connection?: string
  /** As {@link AuthorizationParams.organization}. */
  organization?: string
  /** As {@link AuthorizationParams.invitation}. */
  invitation?: string
  /** As {@link AuthorizationParams.redirect_uri}. */
  redirect_uri?: string
}

/**
 * The options as auth0-spa-js 1.x spelled them. A name of today wins over its old twin, and
 * unknown names are taken for parameters of the tenant's.
 */
export interface LegacyAuth0ClientOptions
  extends Omit<Auth0ClientOptions, 'clientId'>,
    LegacyAuthorizationParams {
  /** The application's id at the tenant. */
  client_id: string
  /** The name of today makes the options those of today, where unknown names are mistakes. */
  clientId?: never
  /** Options that 1.x kept apart. */
  advancedOptions?: {
    /** Takes the place of `profile email` among the scopes that are always asked for. */
    defaultScope?: string
  }
  // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
  [key: string]: any
}
