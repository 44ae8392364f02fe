import { createCookies } from './browser/cookies.ts'
import { isBrowser, requireCrypto } from './browser/environment.ts'
import { fetchHttp } from './browser/fetch-http.ts'
import { createIframe } from './browser/iframe.ts'
import { createTabLock } from './browser/tab-lock.ts'
import { GenericError } from './errors.ts'
import { createGetTokenSilently } from './flows/get-token-silently.ts'
import { createRedirectCallback } from './flows/handle-redirect-callback.ts'
import { lazy } from './lazy.ts'
import { type ResolvedOptions, resolveOptions } from './options.ts'
import { parseWebMessage } from './protocol/authorization-response.ts'
import { DEFAULT_AUDIENCE } from './protocol/scopes.ts'
import { chooseRenewer } from './renewal/choose-renewer.ts'
import { createIframeRenewer } from './renewal/iframe-renewer.ts'
import { createRefreshTokenRenewer } from './renewal/refresh-token-renewer.ts'
import type { Exchange } from './session/exchange.ts'
import { createSession } from './session/session.ts'
import { chooseCoherence } from './storage/choose-coherence.ts'
import { createExclusive } from './storage/exclusive.ts'
import { createIdentityStore } from './storage/identity-store.ts'
import { createKeyList } from './storage/key-list.ts'
import { LocalStorageCache } from './storage/local-storage-cache.ts'
import { createLoginHints } from './storage/login-hints.ts'
import { InMemoryCache } from './storage/memory-cache.ts'
import { createStoredRefreshTokens } from './storage/stored-refresh-tokens.ts'
import { createTokenStore } from './storage/token-store.ts'
import { tolerateFailures } from './storage/tolerate-failures.ts'
import { createTransactionStore, sessionStoragePlace } from './storage/transaction-store.ts'
import type { Auth0ClientOptions, LegacyAuth0ClientOptions } from './types/client-options.ts'
import type { ICache } from './types/storage.ts'

const chooseCache = ({ cache, cacheLocation }: ResolvedOptions): ICache => {
  if (cache) return tolerateFailures(cache)
  return cacheLocation === 'localstorage'
    ? new LocalStorageCache()
    : new InMemoryCache().enclosedCache
}

/** What takes tokens in comes in a chunk of its own: nothing before the first token needs it. */
const loadExchangeCode = () =>
  import('./session/exchange.ts').catch(cause => {
    throw new GenericError('network_error', 'A part of the SDK could not be loaded.', { cause })
  })

/** The parts of one client, wired together. No other file decides which part is used when. */
export const createContext = (given: Auth0ClientOptions | LegacyAuth0ClientOptions) => {
  const options = resolveOptions(given)
  const { clientId, clock } = options
  requireCrypto()
  if (given.cache && given.cacheLocation) {
    console.warn('Both `cache` and `cacheLocation` are given: `cache` is used.')
  }

  const cookies = createCookies({
    domain: options.cookieDomain,
    withLegacyTwin: options.legacySameSiteCookie,
  })
  const hints = createLoginHints(cookies, options)
  const transactions = createTransactionStore(
    options.useCookiesForTransactions ? cookies : sessionStoragePlace(),
    clientId,
  )

  const cache = chooseCache(options)
  const keys = createKeyList(cache, clientId)
  const tokenStore = createTokenStore({ cache, keys, clientId, clock })
  const audience = (options.authorizationParams.audience as string | undefined) || DEFAULT_AUDIENCE
  const legacySlot = { audience, scope: options.scopes[audience] ?? options.scopes.default ?? '' }
  const identities = createIdentityStore({ cache, keys, clientId, tokenStore, legacySlot })
  const refreshTokens = createStoredRefreshTokens(tokenStore, options)

  const loadCoherence = chooseCoherence(cache, clientId)
  const tabLock = createTabLock()
  const exclusive = createExclusive({ options, tabLock, loadCoherence })

  const session = createSession({ options, tokenStore, identities, hints, loadCoherence })

  const loadExchange = lazy(async () =>
    (await loadExchangeCode()).createExchange({
      options,
      http: fetchHttp,
      tokenStore,
      identities,
      hints,
      refreshTokens,
    }),
  )
  /** Everything that must be there before something is spent to get an answer. */
  const prepare = async (): Promise<Exchange> => {
    await Promise.all([loadCoherence(), keys.prepare()])
    return loadExchange()
  }
  // Ahead of need; whoever needs it hears of a failure then.
  if (isBrowser()) prepare().catch(() => {})
  const exchange: Exchange = async (...request) => (await prepare())(...request)

  /** Whether anything held could still give an access token without the user. */
  const holdsTokens = async (): Promise<boolean> => {
    for (const entry of await tokenStore.all()) {
      if (options.useRefreshTokens && entry.body.refresh_token) return true
      if (entry.body.access_token && (await tokenStore.isFresh(entry, 0))) return true
    }
    return false
  }

  const renewer = chooseRenewer({
    options,
    byRefreshToken: createRefreshTokenRenewer({ options, exchange, refreshTokens, tokenStore }),
    byIframe: createIframeRenewer({
      options,
      exchange,
      iframe: createIframe(parseWebMessage),
      tabLock,
      hints,
      onLoginRequired: async () => {
        // As a fallback for one audience it says nothing about the tokens of the others.
        if (options.useRefreshTokens && (await holdsTokens())) return
        await session.end()
      },
    }),
    endSession: () => session.end(),
  })

  const getToken = createGetTokenSilently({
    options,
    session,
    tokenStore,
    identities,
    exclusive,
    renewer,
  })
  const handleRedirectCallback = createRedirectCallback({ options, transactions, exchange })

  return { options, session, hints, transactions, holdsTokens, getToken, handleRedirectCallback }
}

/** All that the methods of a client work with. */
export type Context = ReturnType<typeof createContext>
