import { currentUrl } from './browser/location.ts'
import { createCore } from './core.ts'
import { checkSession } from './flows/check-session.ts'
import type { Core } from './flows/core-interface.ts'
import { getTokenSilently } from './flows/get-token-silently.ts'
import { loginWithPopup } from './flows/login-with-popup.ts'
import { buildAuthorizeUrl, loginWithRedirect } from './flows/login-with-redirect.ts'
import { buildLogoutUrl, logout } from './flows/logout.ts'
import { ownMembers } from './own-members.ts'
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
import type { Auth0ClientMethods } from './types/client.ts'
import type {
  Auth0ClientOptions,
  ClientConfiguration,
  LegacyAuth0ClientOptions,
} from './types/client-options.ts'
import type { IdToken, User } from './types/identity.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from './types/tokens.ts'

/** Signs users of a single-page app in and keeps them signed in. */
export class Auth0Client implements Auth0ClientMethods {
  readonly #core: Core

  /**
   * Creates a client without any request. Most applications use `createAuth0Client`, which also
   * restores the session.
   *
   * @throws GenericError `invalid_configuration` for an unknown `cacheLocation`
   * @throws GenericError `crypto_unavailable` in a page without Web Crypto, such as one over http
   */
  constructor(options: Auth0ClientOptions | LegacyAuth0ClientOptions)
  constructor(
    options: Auth0ClientOptions | LegacyAuth0ClientOptions,
    // Only the test client passes one.
    core: Core = createCore(options),
  ) {
    this.#core = core
    // Vue and Alpine wrap objects in a Proxy, which cannot reach private fields.
    Object.defineProperty(this, '__v_skip', { value: true })
  }

  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async loginWithRedirect<TAppState = any>(
    options?: RedirectLoginOptions<TAppState>,
  ): Promise<void> {
    await loginWithRedirect(this.#core, options)
  }

  async loginWithPopup(options?: PopupLoginOptions, config?: PopupConfigOptions): Promise<void> {
    await loginWithPopup(this.#core, options, config)
  }

  async getTokenWithPopup(
    options?: GetTokenWithPopupOptions,
    config?: PopupConfigOptions,
  ): Promise<string | undefined> {
    await loginWithPopup(this.#core, options, config)
    return (await this.#core.loadRuntime()).getTokenWithPopup(options)
  }

  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async handleRedirectCallback<TAppState = any>(
    url: string | URL = currentUrl(),
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult<TAppState>> {
    return (await this.#core.loadRuntime()).handleRedirectCallback(url, options)
  }

  async checkSession(options?: GetTokenSilentlyOptions): Promise<void> {
    await checkSession(this.#core, options)
  }

  async getTokenSilently(
    options: GetTokenSilentlyOptions & { detailedResponse: true },
  ): Promise<GetTokenSilentlyVerboseResponse | undefined>
  async getTokenSilently(options?: GetTokenSilentlyOptions): Promise<string | undefined>
  async getTokenSilently(
    options?: GetTokenSilentlyOptions,
  ): Promise<string | GetTokenSilentlyVerboseResponse | undefined> {
    const recent = this.#core.loadRuntime.loaded()?.recentTokens.get(options)
    if (recent) return recent
    const response = await getTokenSilently(this.#core, options)
    return ownMembers(options).detailedResponse ? response : response?.access_token
  }

  async #identity(): Promise<Identity | undefined> {
    const { session } = this.#core
    return session.peek() ?? session.identity()
  }

  async getUser<TUser extends User>(): Promise<TUser | undefined> {
    return (await this.#identity())?.user as TUser | undefined
  }

  async getIdTokenClaims(): Promise<IdToken | undefined> {
    return (await this.#identity())?.claims
  }

  async isAuthenticated(): Promise<boolean> {
    return (await this.#identity()) !== undefined
  }

  async logout(options?: LogoutOptions): Promise<void> {
    await logout(this.#core, options)
  }

  async revokeRefreshToken(options?: RevokeRefreshTokenOptions): Promise<void> {
    await (await this.#core.loadRuntime()).revokeRefreshToken(options)
  }

  async buildAuthorizeUrl(options?: RedirectLoginOptions): Promise<string> {
    return buildAuthorizeUrl(this.#core, options)
  }

  buildLogoutUrl(options?: LogoutUrlOptions): string {
    return buildLogoutUrl(this.#core, options)
  }

  getConfiguration(): Readonly<ClientConfiguration> {
    const { domain, clientId } = this.#core.options
    return Object.freeze({ domain, clientId })
  }
}
