import type { ClientAuthorizationParams } from './authorization.ts'
import type { ICache, MaybePromise } from './storage.ts'

/** The built-in token caches. */
export type CacheLocation = 'memory' | 'localstorage'

/** How a second factor is completed when the tenant requires one. */
export type InteractiveErrorHandler = 'popup'

/** Whether the signatures of ID tokens are verified. */
export type IdTokenSignature = 'verify' | 'trust-tls'

/** A signature algorithm of ID tokens (RFC 7518 section 3.1, RFC 8037). */
export type IdTokenSigningAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

/** The domain and the client id as they were configured. */
export interface ClientConfiguration {
  /** The option `domain`. */
  domain: string
  /** The option `clientId`. */
  clientId: string
}

/** How the SDK identifies itself to the tenant. Libraries that wrap the SDK set it. */
export interface Auth0ClientTelemetry {
  /** The name of the library. */
  name: string
  /** The version of the library. */
  version: string
  /** Versions of other libraries, by name; only in the header. */
  env?: Record<string, string> | undefined
}

/** Options of `createAuth0Client` and of the constructor of `Auth0Client`. */
export interface Auth0ClientOptions {
  /**
   * The tenant's domain, `example.auth0.com`; may contain a scheme, a port and a path. The URL parser
   * normalises it.
   */
  domain: string
  /** The client id of the application at the tenant. */
  clientId: string
  /** The expected issuer, if it is not the domain (custom domains). */
  issuer?: string | undefined
  /**
   * Issuers that the domain had before, such as `example.auth0.com` before a custom domain. Sessions
   * that were stored with them are renewed at the present issuer with their refresh tokens, which it
   * must accept; their access tokens are not used any more.
   */
  formerIssuers?: string[] | undefined
  /** Parameters of every login and renewal; parameters of a call take precedence. */
  authorizationParams?: ClientAuthorizationParams | undefined
  /** Where tokens are stored. Default `'memory'`, which is lost with the page. */
  cacheLocation?: CacheLocation | undefined
  /** A token cache of the application; takes precedence over `cacheLocation`. */
  cache?: ICache | undefined
  /** Request a refresh token (`offline_access`) and renew with it. Default `false`. */
  useRefreshTokens?: boolean | undefined
  /**
   * When the hidden iframe is used in place of a refresh token.
   * - unset: if there is no refresh token.
   * - `true`: also if the refresh token is rejected, or does not cover the requested scopes.
   * - `false`: never; the call fails with `missing_refresh_token`.
   */
  useRefreshTokensFallback?: boolean | undefined
  /** Use one refresh token for several audiences (multi-resource refresh tokens). Default `false`. */
  useMrrt?: boolean | undefined
  /**
   * Bind tokens to a key pair of this browser (DPoP, RFC 9449). Requests to the tenant then contain a
   * proof that is signed with it, and those of a fetcher do so too. The private key cannot be exported;
   * it is stored in IndexedDB until sign-out. Tokens that were issued before stay unbound until the
   * next login. Default `false`.
   */
  useDpop?: boolean | undefined
  /**
   * Which refresh tokens are requested:
   * - `'offline'` (default): they outlive the session at the tenant (`offline_access`).
   * - `'online'`: they end with it, and stay the same when they are used (`online_access`). Requires
   *   `useRefreshTokens: true` and `useDpop: true`; otherwise the client is not created, and an
   *   InvalidConfigurationError names the missing option.
   */
  refreshTokenMode?: 'offline' | 'online' | undefined
  /** How long a hidden iframe may take. Default 60. */
  authorizeTimeoutInSeconds?: number | undefined
  /** How long one request to the token endpoint may take. Default 10. */
  httpTimeoutInSeconds?: number | undefined
  /**
   * - `'verify'` (default): an ID token must be signed with one of the tenant's published keys.
   * - `'trust-tls'`: signatures are not verified, because the ID token comes over TLS from the token
   *   endpoint, as in auth0-spa-js (OpenID Connect Core 3.1.3.7, item 6).
   */
  idTokenSignature?: IdTokenSignature | undefined
  /** The accepted signature algorithms of ID tokens. Default `['RS256']`. */
  idTokenSigningAlgs?: IdTokenSigningAlg[] | undefined
  /** Tolerated clock difference in seconds when an ID token is validated. Default 60. */
  leeway?: number | undefined
  /**
   * The current time in milliseconds since the epoch, a finite number. Default `Date.now`. If it gives
   * something else or rejects, calls that need the time reject with `InvalidConfigurationError`.
   */
  nowProvider?: (() => MaybePromise<number>) | undefined
  /** Lifetime in days of the cookie that says that a user is signed in. Default 1. */
  sessionCheckExpiryDays?: number | undefined
  /**
   * The `Domain` attribute of every cookie, to share them between subdomains. A login is finished at
   * the origin that began it all the same.
   */
  cookieDomain?: string | undefined
  /** Also write a copy of each cookie without `SameSite`, for old browsers. Default `true`. */
  legacySameSiteCookie?: boolean | undefined
  /** Store pending logins in cookies in place of `sessionStorage`, so that another tab can finish them. */
  useCookiesForTransactions?: boolean | undefined
  /** Send form-encoded bodies to the tenant; `false` sends JSON, which costs a preflight. Default `true`. */
  useFormData?: boolean | undefined
  /**
   * The URL of the token worker's file, for pages whose policy forbids `blob:` workers. Relative to the
   * base URL of the page.
   */
  workerUrl?: string | undefined
  /**
   * Let `getTokenSilently` open a popup if the tenant requires a second factor, and a fetcher if an API
   * demands a login that is more recent or stronger (RFC 9470).
   */
  interactiveErrorHandler?: InteractiveErrorHandler | undefined
  /** The parameter of the page's URL that contains a session transfer token. */
  sessionTransferTokenQueryParamName?: string | undefined
  /**
   * Allow plain http for the tenant and for redirect URIs, not only on loopback and at the origin of a
   * page that the browser treats as secure. For development; warns once. Default `false`.
   */
  allowInsecureRequests?: boolean | undefined
  /** Sent to the tenant in place of the SDK's name; if set, also as a header. */
  auth0Client?: Auth0ClientTelemetry | undefined
}

/** The options that `refreshTokenMode: 'online'` requires. */
export interface OnlineModeOptions {
  /** As {@link Auth0ClientOptions.refreshTokenMode}. */
  refreshTokenMode: 'online'
  /** As {@link Auth0ClientOptions.useRefreshTokens}. */
  useRefreshTokens: true
  /** As {@link Auth0ClientOptions.useDpop}. */
  useDpop: true
}

/** Top-level parameters as auth0-spa-js 1.x took them. */
export interface LegacyAuthorizationParams {
  /** As {@link AuthorizationParams.display}. */
  display?: ClientAuthorizationParams['display'] | undefined
  /** As {@link AuthorizationParams.prompt}. */
  prompt?: ClientAuthorizationParams['prompt'] | undefined
  /** As {@link AuthorizationParams.max_age}. */
  max_age?: string | number | undefined
  /** As {@link AuthorizationParams.ui_locales}. */
  ui_locales?: string | undefined
  /** As {@link AuthorizationParams.id_token_hint}. */
  id_token_hint?: string | undefined
  /** As {@link AuthorizationParams.screen_hint}. */
  screen_hint?: string | undefined
  /** As {@link AuthorizationParams.login_hint}. */
  login_hint?: string | undefined
  /** As {@link AuthorizationParams.acr_values}. */
  acr_values?: string | undefined
  /** As {@link AuthorizationParams.scope}; `profile email` is always added as well. */
  scope?: string | undefined
  /** As {@link AuthorizationParams.audience}. */
  audience?: string | undefined
  /** As {@link AuthorizationParams.connection}. */
  connection?: string | undefined
  /** As {@link AuthorizationParams.organization}. */
  organization?: string | undefined
  /** As {@link AuthorizationParams.invitation}. */
  invitation?: string | undefined
  /** As {@link AuthorizationParams.redirect_uri}. */
  redirect_uri?: string | undefined
}

/**
 * The options with the names of auth0-spa-js 1.x. 2.x names take precedence over 1.x names, and
 * unknown names are sent to the tenant as parameters.
 */
export interface LegacyAuth0ClientOptions
  extends Omit<Auth0ClientOptions, 'clientId'>,
    LegacyAuthorizationParams {
  /** The client id of the application at the tenant. */
  client_id: string
  /** Not allowed together with `client_id`: `clientId` selects the 2.x option format. */
  clientId?: never
  /** Further options of 1.x. */
  advancedOptions?:
    | {
        /** Replaces `profile email` in the scopes that are always requested. */
        defaultScope?: string | undefined
      }
    | undefined
  // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
  [key: string]: any
}
