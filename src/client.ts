import { currentUrl } from './browser/location.ts'
import { createCore } from './core.ts'
import { GenericError } from './errors/core.ts'
import { requireDpop } from './features/dpop/index.ts'
import { createFetcher } from './features/fetcher/index.ts'
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
import type { CustomFetchMinimalOutput, Fetcher, FetcherConfig } from './types/fetcher.ts'
import type { IdToken, User } from './types/identity.ts'
import type { CustomTokenExchangeOptions } from './types/token-exchange.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
  TokenEndpointResponse,
} from './types/tokens.ts'

/**
 * The key of what a client consists of. A private field could not be reached through a proxy, which
 * state libraries put around objects, nor through an object that inherits from the client.
 */
const CORE = Symbol('core')

/** @throws GenericError `missing_client`, `client_closed` */
const coreOf = (client: object | undefined, mayBeClosed = false): Core => {
  const core = (client as { [CORE]?: () => Core } | undefined)?.[CORE]?.()
  if (!core) {
    throw new GenericError(
      'missing_client',
      'Called without its client. Write `() => auth0.method()`, not `auth0.method`.',
    )
  }
  if (!mayBeClosed && core.closed.aborted) throw core.closed.reason
  return core
}

const identityOf = async (client: object): Promise<Identity | undefined> => {
  const { session } = coreOf(client)
  return session.peek() ?? session.identity()
}

const exchangeToken = async (
  client: object,
  method: 'signIn' | 'exchange',
  options: CustomTokenExchangeOptions,
): Promise<TokenEndpointResponse> => {
  const { session, loadRuntime } = coreOf(client)
  const signal = session.signInSignal()
  return (await (await loadRuntime()).loadTokenExchange())[method](options, signal)
}

/** Signs users of a single-page app in and keeps them signed in. */
export class Auth0Client implements Auth0ClientMethods {
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
    Object.defineProperties(this, {
      // A function, because proxies wrap objects; configurable, because they may replace it.
      [CORE]: { value: () => core, configurable: true },
      // Tells Vue that there is nothing to observe.
      __v_skip: { value: true },
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async loginWithRedirect<TAppState = any>(
    options?: RedirectLoginOptions<TAppState>,
  ): Promise<void> {
    await loginWithRedirect(coreOf(this), options)
  }

  async loginWithPopup(options?: PopupLoginOptions, config?: PopupConfigOptions): Promise<void> {
    await loginWithPopup(coreOf(this), options, config)
  }

  async getTokenWithPopup(
    options?: GetTokenWithPopupOptions,
    config?: PopupConfigOptions,
  ): Promise<string | undefined> {
    const core = coreOf(this)
    await loginWithPopup(core, options, config)
    return (await core.loadRuntime()).getTokenWithPopup(options)
  }

  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  async handleRedirectCallback<TAppState = any>(
    url: string | URL = currentUrl(),
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult<TAppState>> {
    return (await coreOf(this).loadRuntime()).handleRedirectCallback(url, options)
  }

  async checkSession(options?: GetTokenSilentlyOptions): Promise<void> {
    await checkSession(coreOf(this), options)
  }

  async getTokenSilently(
    options: GetTokenSilentlyOptions & { detailedResponse: true },
  ): Promise<GetTokenSilentlyVerboseResponse | undefined>
  async getTokenSilently(options?: GetTokenSilentlyOptions): Promise<string | undefined>
  async getTokenSilently(
    options?: GetTokenSilentlyOptions,
  ): Promise<string | GetTokenSilentlyVerboseResponse | undefined> {
    const core = coreOf(this)
    const recent = core.loadRuntime.loaded()?.recentTokens.get(options)
    if (recent) return recent
    const response = await getTokenSilently(core, options)
    return ownMembers(options).detailedResponse ? response : response?.access_token
  }

  async getUser<TUser extends User>(): Promise<TUser | undefined> {
    return (await identityOf(this))?.user as TUser | undefined
  }

  async getIdTokenClaims(): Promise<IdToken | undefined> {
    return (await identityOf(this))?.claims
  }

  async isAuthenticated(): Promise<boolean> {
    return (await identityOf(this)) !== undefined
  }

  async logout(options?: LogoutOptions): Promise<void> {
    await logout(coreOf(this), options)
  }

  async revokeRefreshToken(options?: RevokeRefreshTokenOptions): Promise<void> {
    await (await coreOf(this).loadRuntime()).revokeRefreshToken(options)
  }

  async loginWithCustomTokenExchange(
    options: CustomTokenExchangeOptions,
  ): Promise<TokenEndpointResponse> {
    return exchangeToken(this, 'signIn', options)
  }

  async exchangeToken(options: CustomTokenExchangeOptions): Promise<TokenEndpointResponse> {
    return exchangeToken(this, 'signIn', options)
  }

  async customTokenExchange(options: CustomTokenExchangeOptions): Promise<TokenEndpointResponse> {
    return exchangeToken(this, 'exchange', options)
  }

  getDpopNonce(id?: string): Promise<string | undefined> {
    return requireDpop(coreOf(this).loadDpop).then(dpop => dpop.getNonce(id))
  }

  setDpopNonce(nonce: string, id?: string): Promise<void> {
    return requireDpop(coreOf(this).loadDpop).then(dpop => dpop.setNonce(nonce, id))
  }

  generateDpopProof(
    params: Parameters<Auth0ClientMethods['generateDpopProof']>[0],
  ): Promise<string> {
    return requireDpop(coreOf(this).loadDpop).then(dpop => dpop.generateProof(params))
  }

  createFetcher<TOutput extends CustomFetchMinimalOutput = Response>(
    config?: FetcherConfig<TOutput>,
  ): Fetcher<TOutput> {
    const { options, loadDpop } = coreOf(this)
    return createFetcher(
      {
        options,
        loadDpop,
        getToken: call => this.getTokenSilently(call),
        loginWithPopup: call => this.loginWithPopup(call),
      },
      config,
    )
  }

  async buildAuthorizeUrl(options?: RedirectLoginOptions): Promise<string> {
    return buildAuthorizeUrl(coreOf(this), options)
  }

  buildLogoutUrl(options?: LogoutUrlOptions): string {
    return buildLogoutUrl(coreOf(this, true), options)
  }

  getConfiguration(): Readonly<ClientConfiguration> {
    const { domain, clientId } = coreOf(this, true).options
    return Object.freeze({ domain, clientId })
  }

  close(): void {
    coreOf(this, true).close()
  }
}
