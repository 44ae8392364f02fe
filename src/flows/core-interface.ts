import type { Cookies } from '../browser/cookies.ts'
import type { WebMessageWait } from '../browser/iframe.ts'
import type { TabLock } from '../browser/mutex.ts'
import type { TabChannel } from '../browser/tab-channel.ts'
import type { Dpop } from '../features/dpop/dpop.ts'
import type { TokenExchange } from '../features/token-exchange/token-exchange.ts'
import type { Http } from '../http.ts'
import type { Lazy } from '../lazy.ts'
import type { ResolvedOptions } from '../options.ts'
import type { AuthorizationResponse } from '../protocol/authorization-response.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Server } from '../protocol/server-metadata.ts'
import type { TokenSlot } from '../protocol/token-slot.ts'
import type { Renew } from '../renewal/renew.ts'
import type { Events, SessionEvents } from '../session/events.ts'
import type { Exchange } from '../session/exchange.ts'
import type { RecentTokens } from '../session/recent-tokens.ts'
import type { Session } from '../session/session.ts'
import type { SessionTurns } from '../session/session-turns.ts'
import type { IdentityStore, Peek } from '../storage/identity-store.ts'
import type { RenewalLock } from '../storage/lock/renewal-lock.ts'
import type { RefreshTokens } from '../storage/refresh-tokens.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { TransactionStore } from '../storage/transaction-store.ts'
import type {
  GetTokenWithPopupOptions,
  PopupConfigOptions,
  RedirectCallbackOptions,
  RedirectLoginResult,
  RevokeRefreshTokenOptions,
} from '../types/authorization.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'

/** What a call asks for: client and call parameters, merged. */
export interface CallParameters {
  slot: TokenSlot
  params: Parameters
}

/** How the SDK reaches the browser and the network; the test client replaces all of it. */
export interface Platform {
  navigate(url: string, options?: { replace?: boolean }): void
  openPopup(): Window | null
  /** Replaces messages between tabs. */
  channel?: TabChannel
  /** Replaces cookies and the session storage. */
  cookies?: Cookies
  /** Replaces `fetch` and the token worker. */
  http?: Http
  /** Replaces the hidden iframe. */
  runIframe?(url: string, wait: WebMessageWait): Promise<AuthorizationResponse>
  /** Replaces the navigation of a popup. */
  runPopup?(popup: Window, url: string): Promise<AuthorizationResponse>
  /** Replaces Web Locks. */
  tabLock?: TabLock
}

/** What exists before anyone signs in. Flows are functions of it and of the options of a call. */
export interface Core {
  readonly options: ResolvedOptions
  readonly platform: Platform
  readonly server: Server
  readonly events: Events<SessionEvents>
  readonly session: Session
  readonly tokenStore: TokenStore
  readonly identities: IdentityStore
  readonly cookies: Cookies
  readonly sessionCookies: SessionCookies
  readonly transactions: TransactionStore
  /** Loads what binds tokens to a key; `undefined` without `useDpop`. */
  readonly loadDpop: Lazy<Dpop> | undefined
  /** Reads the cache synchronously, where it can. */
  readonly peek: Peek
  /** Loads what reads and writes the session while no other tab does. */
  readonly loadTurns: () => Promise<SessionTurns>
  /** Aborted when the application closes the client: what listens, or keeps a process alive, ends. */
  readonly closed: AbortSignal
  readonly close: () => void
  /** Loads everything that is needed once there is a session, or to start one. */
  readonly loadRuntime: Lazy<TokenRuntime>
  /** The login that waits for the user in a popup; `key` is equal for equal parameters. */
  popupLogin?: { key: string; popup: Window; login: Promise<void> } | undefined
}

/** What gets, renews and revokes tokens, and the flows that use it. */
export interface TokenRuntime {
  readonly recentTokens: RecentTokens
  readonly http: Http
  readonly lock: RenewalLock
  readonly refreshTokens: RefreshTokens
  /** Redeems the code of an interactive sign-in. */
  readonly redeemCode: Exchange
  readonly renew: Renew
  readonly loadTokenExchange: Lazy<TokenExchange>
  handleRedirectCallback(
    url: string | URL,
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult>
  loginInPopup(
    popup: Window | null,
    parameters: CallParameters,
    config?: PopupConfigOptions,
  ): Promise<void>
  getTokenWithPopup(call?: GetTokenWithPopupOptions): Promise<string | undefined>
  revokeRefreshToken(call?: RevokeRefreshTokenOptions): Promise<void>
  recoverWithPopup(
    error: unknown,
    call: GetTokenSilentlyOptions,
  ): Promise<GetTokenSilentlyVerboseResponse>
}
