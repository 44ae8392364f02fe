import { currentUrl } from './browser/location.ts'
import { type Context, createContext } from './core.ts'
import { checkSession } from './flows/check-session.ts'
import { buildAuthorizeUrl, loginWithRedirect } from './flows/login-with-redirect.ts'
import { buildLogoutUrl, logout } from './flows/logout.ts'
import type { Identity } from './storage/identity-store.ts'
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
} from './types/authorization.ts'
import type {
  Auth0ClientOptions,
  ClientConfiguration,
  LegacyAuth0ClientOptions,
} from './types/client-options.ts'
import type { IdToken, User } from './types/identity.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from './types/tokens.ts'

/** Signs users of a single-page app in and keeps them signed in. */
export class Auth0Client {
  readonly #context: Context

  /**
   * Makes a client without any request. Most applications want `createAuth0Client`, which also
   * finds out whether somebody is signed in already.
   *
   * @throws GenericError `invalid_configuration` for an unknown `cacheLocation`
   * @throws GenericError `crypto_unavailable` in a page without Web Crypto, such as one over http
   */
  constructor(options: Auth0ClientOptions | LegacyAuth0ClientOptions) {
    this.#context = createContext(options)
    // Vue and Alpine wrap what they keep in a Proxy, which cannot reach private fields.
    Object.defineProperty(this, '__v_skip', { value: true })
  }

  /**
   * Leaves the page for the login page. After the login the browser comes back to
   * `redirect_uri`, where `handleRedirectCallback` finishes.
   *
   * @throws InvalidConfigurationError when `domain` or `clientId` is missing, or when the tenant or
   *   the `redirect_uri` is on http
   * @example
   * ```ts
   * await auth0.loginWithRedirect({
   *   authorizationParams: { redirect_uri: location.origin },
   *   appState: { returnTo: location.pathname },
   * })
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async loginWithRedirect<TAppState = any>(
    options?: RedirectLoginOptions<TAppState>,
  ): Promise<void> {
    await loginWithRedirect(this.#context, options)
  }

  /**
   * Signs in within a popup. To be called inside a click, or the browser blocks the window.
   *
   * @param config the window, where the application opened one itself, and how long to wait
   * @throws PopupOpenError when the browser blocked the popup
   * @throws PopupCancelledError when the user closed it, PopupTimeoutError when no answer came
   * @throws GenericError with the tenant's code, such as `access_denied`
   * @example
   * ```ts
   * button.onclick = () => auth0.loginWithPopup().catch(showError)
   * ```
   */
  async loginWithPopup(options?: PopupLoginOptions, config?: PopupConfigOptions): Promise<void> {
    await this.#context.loginWithPopup(options, config)
  }

  /** Signs in within a popup, as `loginWithPopup` does, and gives the access token that came of it. */
  async getTokenWithPopup(
    options?: GetTokenWithPopupOptions,
    config?: PopupConfigOptions,
  ): Promise<string | undefined> {
    await this.#context.loginWithPopup(options, config)
    return (await this.#context.loadCode()).getTokenWithPopup(this.#context, options)
  }

  /**
   * Finishes a login on the page that the tenant sent the browser back to. Giving it the same
   * answer twice is harmless; an answer that no login is waiting for changes nothing.
   *
   * @param url where the answer is read from; the address of the page if left out
   * @returns `appState` as it was passed to `loginWithRedirect`
   * @throws AuthenticationError when the tenant answers with an error, such as `access_denied`
   * @throws GenericError `missing_transaction` when no login is under way, `state_mismatch` when
   *   the answer belongs to none, `invalid_issuer` when it names another issuer, `invalid_token`
   *   when the ID token fails a check
   * @example
   * ```ts
   * const { searchParams } = new URL(location.href)
   * if (searchParams.has('state') && (searchParams.has('code') || searchParams.has('error'))) {
   *   const { appState } = await auth0.handleRedirectCallback(location.href, { cleanUrl: true })
   * }
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async handleRedirectCallback<TAppState = any>(
    url: string = currentUrl(),
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult<TAppState>> {
    return (await this.#context.loadCode()).handleRedirectCallback(url, options)
  }

  /**
   * Renews the session on loading the page, if there seems to be one. Never rejects, and makes no
   * request for a visitor who never signed in. `createAuth0Client` has called it already.
   */
  async checkSession(options?: GetTokenSilentlyOptions): Promise<void> {
    await checkSession(this.#context, options)
  }

  /** The whole answer instead of the access token alone; a refresh token is never part of it. */
  async getTokenSilently(
    options: GetTokenSilentlyOptions & { detailedResponse: true },
  ): Promise<GetTokenSilentlyVerboseResponse | undefined>
  /**
   * An access token that is good for at least a minute: from the cache, else renewed with the
   * refresh token, else through a hidden iframe. Calls that ask for the same thing at the same
   * time, in whatever tab, share one renewal.
   *
   * @returns the access token; `undefined` with `cacheMode: 'cache-only'` when none is cached, or
   *   when the session has reached its ceiling
   * @throws GenericError with the tenant's code: `login_required` means that the user must sign in
   *   again, `invalid_grant` that the refresh token is no longer good
   * @throws GenericError `network_error` when the tenant cannot be reached
   * @throws TimeoutError when it does not answer in time
   * @throws MissingRefreshTokenError when a refresh token is needed and none is held
   * @example
   * ```ts
   * const token = await auth0.getTokenSilently()
   * await fetch('https://api.example.com/', { headers: { Authorization: `Bearer ${token}` } })
   * ```
   */
  async getTokenSilently(options?: GetTokenSilentlyOptions): Promise<string | undefined>
  async getTokenSilently(
    options?: GetTokenSilentlyOptions,
  ): Promise<string | GetTokenSilentlyVerboseResponse | undefined> {
    const token = this.#context.earlierFinds.get(options)
    if (token) return token
    const answer = await this.#context.getToken(options)
    return options?.detailedResponse ? answer : answer?.access_token
  }

  async #identity(): Promise<Identity | undefined> {
    const { session } = this.#context
    return session.peek() ?? session.identity()
  }

  /**
   * Who is signed in: the ID token's claims about the person. The same object as long as the ID
   * token stays the same. Makes no request.
   */
  async getUser<TUser extends User>(): Promise<TUser | undefined> {
    return (await this.#identity())?.user as TUser | undefined
  }

  /** All claims of the ID token, and the token itself as `__raw`. Makes no request. */
  async getIdTokenClaims(): Promise<IdToken | undefined> {
    return (await this.#identity())?.claims
  }

  /** Whether somebody is signed in. Makes no request: an API may still want a fresh token. */
  async isAuthenticated(): Promise<boolean> {
    return (await this.#identity()) !== undefined
  }

  /**
   * Forgets the session here, then leaves the page to end it at the tenant as well.
   *
   * @throws InvalidConfigurationError when `domain` or `clientId` is missing
   * @example
   * ```ts
   * await auth0.logout({ logoutParams: { returnTo: location.origin } })
   * ```
   */
  async logout(options?: LogoutOptions): Promise<void> {
    await logout(this.#context, options)
  }

  /**
   * Revokes the refresh tokens of an audience at the tenant and forgets them here. Access tokens
   * and the user stay: call it before `logout` to end everything. Does nothing without
   * `useRefreshTokens`.
   *
   * @throws GenericError with the tenant's code, or `revoke_error`
   */
  async revokeRefreshToken(options?: RevokeRefreshTokenOptions): Promise<void> {
    const { revokeRefreshToken } = await this.#context.loadCode()
    await revokeRefreshToken(this.#context, options)
  }

  /** The address that `loginWithRedirect` would go to; the login is under way from then on. */
  async buildAuthorizeUrl(options?: RedirectLoginOptions): Promise<string> {
    return buildAuthorizeUrl(this.#context, options)
  }

  /** The address that `logout` would go to. Forgets nothing here. */
  buildLogoutUrl(options?: LogoutUrlOptions): string {
    return buildLogoutUrl(this.#context.options, options)
  }

  /** The domain and the client id as they were configured. */
  getConfiguration(): Readonly<ClientConfiguration> {
    const { domain, clientId } = this.#context.options
    return Object.freeze({ domain, clientId })
  }
}
