import type {
  GetTokenWithPopupOptions,
  LogoutOptions,
  LogoutUrlOptions,
  PopupConfigOptions,
  PopupLoginOptions,
  RedirectCallbackOptions,
  RedirectLoginOptions,
  RedirectLoginResult,
  RevokeRefreshTokenOptions,
} from './authorization.ts'
import type { Auth0ClientFeatures } from './client-features.ts'
import type { ClientConfiguration } from './client-options.ts'
import type { IdToken, User } from './identity.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from './tokens.ts'

/** The methods of a client. */
export interface Auth0ClientMethods extends Auth0ClientFeatures {
  /**
   * Navigates to the login page. After the login the browser returns to `redirect_uri`, where
   * `handleRedirectCallback` finishes it.
   *
   * @throws InvalidConfigurationError if `domain` or `clientId` is missing, or if the tenant or the
   *   `redirect_uri` uses http; for an `appState` that is circular or contains a BigInt
   * @throws GenericError `transaction_not_stored` if the pending login cannot be stored
   * @example
   * ```ts
   * await auth0.loginWithRedirect({
   *   authorizationParams: { redirect_uri: location.origin },
   *   appState: { returnTo: location.pathname },
   * })
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  loginWithRedirect<TAppState = any>(options?: RedirectLoginOptions<TAppState>): Promise<void>

  /**
   * Signs in with a popup. Call it inside a click handler, otherwise the browser blocks the window.
   * While the window is open, a second call with equal parameters joins the first; with others it takes
   * the window over, and the first is cancelled.
   *
   * @param config the window, if the application has opened one, and how long to wait
   * @throws PopupOpenError if the browser blocked the popup
   * @throws PopupCancelledError if the user closed it, PopupTimeoutError if no response arrived
   * @throws GenericError with the tenant's code, such as `access_denied`
   * @example
   * ```ts
   * button.onclick = () => auth0.loginWithPopup().catch(showError)
   * ```
   */
  loginWithPopup(options?: PopupLoginOptions, config?: PopupConfigOptions): Promise<void>

  /** Signs in with a popup, like `loginWithPopup`, and returns the access token. */
  getTokenWithPopup(
    options?: GetTokenWithPopupOptions,
    config?: PopupConfigOptions,
  ): Promise<string | undefined>

  /**
   * Finishes a login on the page that the tenant redirected to. Passing the same response twice is
   * harmless; a response without a pending login changes nothing.
   *
   * @param url the URL with the response. Default: the URL of the page
   * @returns `appState` as it was passed to `loginWithRedirect`
   * @throws AuthenticationError if the tenant responds with an error, such as `access_denied`
   * @throws GenericError `missing_transaction` if no login is pending, `state_mismatch` if the
   *   response belongs to none, `invalid_issuer` if it names another issuer, `invalid_token` if the
   *   ID token is not valid
   * @example
   * ```ts
   * const { searchParams } = new URL(location.href)
   * if (searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'))) {
   *   const { appState } = await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
   * }
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  handleRedirectCallback<TAppState = any>(
    url?: string | URL,
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult<TAppState>>

  /**
   * Restores the session when the page loads, if there seems to be one. Never rejects, and makes no
   * request for a visitor who has never signed in. `createAuth0Client` calls it.
   */
  checkSession(options?: GetTokenSilentlyOptions): Promise<void>

  /** Returns the whole response in place of the access token; it never contains a refresh token. */
  getTokenSilently(
    options: GetTokenSilentlyOptions & { detailedResponse: true },
  ): Promise<GetTokenSilentlyVerboseResponse | undefined>
  /**
   * Returns an access token that is valid for at least 60 s: from the cache, or renewed with the
   * refresh token, or through a hidden iframe. Calls that ask for the same at the same time, in any
   * tab, share one renewal.
   *
   * @returns the access token; `undefined` with `cacheMode: 'cache-only'` if none is cached, or if
   *   the session has reached its end (claim `session_expiry`)
   * @throws GenericError with the tenant's code: `login_required` if the user must sign in again,
   *   `invalid_grant` if the refresh token is no longer valid
   * @throws GenericError `network_error` if the tenant cannot be reached
   * @throws TimeoutError if it does not respond in time
   * @throws MissingRefreshTokenError if a refresh token is needed and missing
   * @example
   * ```ts
   * const token = await auth0.getTokenSilently()
   * await fetch('https://api.example.com/', { headers: { Authorization: `Bearer ${token}` } })
   * ```
   */
  getTokenSilently(options?: GetTokenSilentlyOptions): Promise<string | undefined>

  /**
   * Returns the signed-in user: the claims of the ID token that describe the user. The object stays
   * the same while the ID token stays the same. Makes no request.
   */
  getUser<TUser extends User>(): Promise<TUser | undefined>

  /** Returns all claims of the ID token, and the token itself as `__raw`. Makes no request. */
  getIdTokenClaims(): Promise<IdToken | undefined>

  /** Returns whether a user is signed in. Makes no request; the access token may have expired. */
  isAuthenticated(): Promise<boolean>

  /**
   * Clears the session locally, then navigates to the tenant, which ends its session as well.
   *
   * @throws InvalidConfigurationError if `domain` or `clientId` is missing
   * @example
   * ```ts
   * await auth0.logout({ logoutParams: { returnTo: location.origin } })
   * ```
   */
  logout(options?: LogoutOptions): Promise<void>

  /**
   * Revokes the refresh tokens of an audience at the tenant and removes them locally. Access tokens
   * and the user stay: call it before `logout` to end everything. Does nothing without
   * `useRefreshTokens`.
   *
   * @throws GenericError with the tenant's code, or `revoke_error`
   */
  revokeRefreshToken(options?: RevokeRefreshTokenOptions): Promise<void>

  /** Returns the URL that `loginWithRedirect` navigates to; the login is pending from then on. */
  buildAuthorizeUrl(options?: RedirectLoginOptions): Promise<string>

  /** Returns the URL that `logout` navigates to. Clears nothing. */
  buildLogoutUrl(options?: LogoutUrlOptions): string

  /** Returns the domain and the client id as they were configured. */
  getConfiguration(): Readonly<ClientConfiguration>

  /**
   * Takes away what this client keeps in the page: its listeners, its channel to other tabs, and its
   * token worker with the tokens in it. For pages and tests that create many clients; a page that is
   * left needs no `close`. The session stays signed in, also for other clients, and calls under way
   * finish, unless they need the worker.
   *
   * Later calls reject with the GenericError `client_closed`, because this client would not hear of a
   * sign-out in another tab. `getConfiguration` and `buildLogoutUrl` still work. Calling `close` again
   * does nothing.
   */
  close(): void
}
