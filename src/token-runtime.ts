import { fetchHttp } from './browser/fetch-http.ts'
import { createIframe } from './browser/iframe.ts'
import { createTabLock } from './browser/tab-lock.ts'
import type { GenericError } from './errors/core.ts'
import { parseWebMessage } from './protocol/authorization-response.ts'
import { createPacing } from './renewal/backoff.ts'
import { type Choice, chooseRenewer } from './renewal/choose-renewer.ts'
import { createRenew } from './renewal/renew.ts'
import { createIframeRenewer, type IframeRenewerParts } from './renewal/renew-with-iframe.ts'
import { createRefreshTokenRenewer } from './renewal/renew-with-refresh-token.ts'
import type { Renewer } from './renewal/renewer.ts'
import { createExchange, type Exchange, type ExchangeParts } from './session/exchange.ts'
import { createSignIn, type SignInParts } from './session/redeem-code.ts'
import type { Session } from './session/session.ts'
import { followOtherTabs } from './session/sync-tabs.ts'
import type { BeginSignatureCheck, SignatureCheckParts } from './session/verify-signature.ts'
import { evictExpired } from './storage/drop-expired-token.ts'
import { createExclusive, type Exclusive } from './storage/lock/renewal-lock.ts'
import { createStoredRefreshTokens, type RefreshTokens } from './storage/refresh-tokens.ts'
import type { LoginHints } from './storage/session-cookies.ts'
import type { TokenStore } from './storage/token-store.ts'
import type { Http } from './types/platform.ts'
import type { Coherence } from './types/storage.ts'
import type { TokenSlot } from './types/tokens.ts'

/** All that takes tokens in, and what spends them to get others. */
export interface TokenIntake {
  /** The way to the endpoints that give tokens and take them back. */
  http: Http
  /** Redeems the code of a login. */
  signIn: Exchange
  refreshTokens: RefreshTokens
  /** Turns with everybody else who may write. */
  exclusive: Exclusive
  /** One renewal, by whatever way is open, while nobody else renews. */
  renew: Renewer
  /** Takes an expired access token out of the cache, while nobody else may write. */
  evict(slot: TokenSlot, marginSeconds: number): Promise<void>
}

interface TokenIntakeParts
  extends Omit<ExchangeParts, 'http' | 'refreshTokens' | 'holdOff' | 'beginSignatureCheck'> {
  options: ExchangeParts['options'] &
    Choice['options'] &
    IframeRenewerParts['options'] &
    SignInParts['options'] &
    SignatureCheckParts['options'] & { useMrrt: boolean; clientId: string }
  tokenStore: TokenStore
  hints: LoginHints
  session: Session
  channel: BroadcastChannel | undefined
  /** Where refresh tokens are kept off the page. */
  loadWorker: (() => Promise<{ send: Http }>) | undefined
  /** Not there where signatures are not verified. */
  createSignatureCheck: ((parts: SignatureCheckParts) => BeginSignatureCheck) | undefined
  loadCoherence: () => Promise<Coherence>
  alsoForget: () => Promise<void>
  onLoginRequired: (error: GenericError) => Promise<void>
}

export const createTokenIntake = (parts: TokenIntakeParts): TokenIntake => {
  const { options, tokenStore, session, loadWorker } = parts
  const http: Http = loadWorker ? async request => (await loadWorker()).send(request) : fetchHttp
  const beginSignatureCheck = parts.createSignatureCheck?.({ options, http: fetchHttp })
  const tabLock = createTabLock()
  const exclusive = createExclusive({ ...parts, tabLock })
  const refreshTokens = createStoredRefreshTokens(tokenStore, options)
  const pacing = createPacing()
  const exchange = createExchange({
    ...parts,
    http,
    refreshTokens,
    beginSignatureCheck,
    holdOff: pacing.holdOff,
  })
  followOtherTabs({ ...parts, onChange: pacing.reset })

  /** What work has written for a session that ended meanwhile goes again, unless a new one began. */
  const within = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    let endedAtMs = 0
    const onEnd = (): void => {
      endedAtMs = Date.now()
    }
    signal.addEventListener('abort', onEnd)
    try {
      return await work()
    } catch (error) {
      if (parts.identities.savedAtMs() < endedAtMs) await tokenStore.clear(options.clientId)
      throw error
    } finally {
      signal.removeEventListener('abort', onEnd)
    }
  }
  const renewer = chooseRenewer({
    options,
    byRefreshToken: createRefreshTokenRenewer({ ...parts, exchange, refreshTokens }),
    byIframe: createIframeRenewer({
      ...parts,
      tabLock,
      exchange,
      iframe: createIframe(parseWebMessage),
    }),
    endSession: () => session.end(),
  })
  const evict: TokenIntake['evict'] = (...of) => evictExpired(parts, ...of)
  return {
    http,
    signIn: createSignIn({ ...parts, exclusive, exchange, within, onSignedIn: pacing.reset }),
    refreshTokens,
    exclusive,
    renew: createRenew({ pacing, renewer, evict, within }),
    evict,
  }
}
