import { createCookies } from './browser/cookies.ts'
import { hasWorkers, isBrowser, requireCrypto } from './browser/environment.ts'
import { answeredState } from './browser/location.ts'
import { openTabChannel } from './browser/tab-channel.ts'
import type { GenericError } from './errors/core.ts'
import { callParameters } from './flows/call-parameters.ts'
import { createGetTokenSilently, type GetToken } from './flows/get-token-silently.ts'
import { createPopupLogin } from './flows/popup-login.ts'
import { lazy } from './lazy.ts'
import { type ResolvedOptions, resolveOptions } from './options.ts'
import { isMfaDemand } from './protocol/error-codes.ts'
import { createLook } from './session/cached-token.ts'
import type { Exchange } from './session/exchange.ts'
import { createEarlierFinds } from './session/recent-tokens.ts'
import { createSession } from './session/session.ts'
import { createKeyList } from './storage/cache-keys.ts'
import { createIdentityStore } from './storage/identity-store.ts'
import { LocalStorageCache } from './storage/local-storage-cache.ts'
import { chooseCoherence } from './storage/lock/choose-fence.ts'
import { InMemoryCache } from './storage/memory-cache.ts'
import { createLoginHints } from './storage/session-cookies.ts'
import { createTokenStore } from './storage/token-store.ts'
import { createTransactionStore, sessionStoragePlace } from './storage/transaction-store.ts'
import type { TokenIntake } from './token-runtime.ts'
import type { Auth0ClientOptions, LegacyAuth0ClientOptions } from './types/client-options.ts'
import type { SessionNews } from './types/session-news.ts'
import type { ICache, Peek } from './types/storage.ts'

const chooseCache = ({ cache, cacheLocation }: ResolvedOptions): ICache => {
  if (cache) return cache
  return cacheLocation === 'localstorage'
    ? new LocalStorageCache()
    : new InMemoryCache().enclosedCache
}

/** Built-in memory in a browser: nobody but a worker needs to see refresh tokens. */
const usesWorker = ({ useRefreshTokens, cache, cacheLocation }: ResolvedOptions): boolean =>
  hasWorkers() && useRefreshTokens && !cache && cacheLocation === 'memory'

/** The parts of one client, wired together. No other file decides which part is used when. */
export const createContext = (given: Auth0ClientOptions | LegacyAuth0ClientOptions) => {
  const options = resolveOptions(given)
  const { clientId, clock } = options
  requireCrypto()
  if (given.cache && given.cacheLocation) {
    console.warn('`cache` wins over `cacheLocation`.')
  }

  const cookies = createCookies({
    domain: options.cookieDomain,
    withLegacyTwin: options.legacySameSiteCookie,
  })
  const cache = chooseCache(options)
  const keys = createKeyList(cache, clientId)
  const loadCoherence = chooseCoherence(cache, clientId)
  const hints = createLoginHints(cookies, options)
  const transactions = createTransactionStore(
    options.useCookiesForTransactions ? cookies : sessionStoragePlace(),
    clientId,
    options.issuer,
  )

  /** Caches of our own answer at once; of others nobody knows. */
  const peek: Peek = options.cache ? () => undefined : key => cache.get(key) as never
  const tokenStore = createTokenStore({ cache, keys, clientId, clock })
  const { slot: legacySlot } = callParameters(options, undefined)
  const identities = createIdentityStore({ cache, peek, keys, clientId, tokenStore, legacySlot })
  const loadWorker = usesWorker(options)
    ? lazy(async () => {
        const [{ createWorkerHttp }, { fetchHttp }] = await Promise.all([
          import('./worker/worker-http.ts'),
          loadCode(),
        ])
        return createWorkerHttp(options, fetchHttp)
      })
    : undefined
  const stored = {
    options,
    loadCoherence,
    hints,
    tokenStore,
    identities,
  }

  const alsoForget = async (): Promise<void> => {
    await Promise.allSettled([
      loadCoherence().then(tabs => tabs.clear()),
      loadWorker?.started()?.then(worker => worker.clear()),
    ])
  }
  let channel: BroadcastChannel | undefined
  const openChannel = (): BroadcastChannel | undefined => {
    channel ??= openTabChannel('auth0.sessions')
    return channel
  }
  const tell = (news: SessionNews): void => openChannel()?.postMessage(news)
  const session = createSession({
    ...stored,
    alsoForget,
    tell,
    onInterrupt: () => earlierFinds.forget(),
  })

  /** Whether anything held could still give an access token without the user. */
  const holdsTokens = async (): Promise<boolean> => {
    for (const entry of await tokenStore.all()) {
      if (options.useRefreshTokens && entry.body.refresh_token) return true
      if (entry.body.access_token && (await tokenStore.isFresh(entry, 0))) return true
    }
    return false
  }

  /** Whether a person will answer in a popup. */
  const isForPopup = (error: unknown): boolean =>
    options.interactiveErrorHandler === 'popup' && isMfaDemand(error)

  const onLoginRequired = async (error: GenericError): Promise<void> => {
    if (isForPopup(error)) return
    // As a fallback for one audience it says nothing about the tokens of the others.
    if (options.useRefreshTokens && (await holdsTokens())) return
    await session.lapse()
  }

  const look = createLook({ tokenStore, session })
  const earlierFinds = createEarlierFinds({ ...stored, peek, session })
  const loadSignatures = lazy(async () =>
    options.idTokenSignature === 'trust-tls' ? undefined : import('./session/verify-signature.ts'),
  )
  const loadCode = lazy(async () => {
    const [code, signatures] = await Promise.all([
      import('./flows/token-chunk.ts'),
      loadSignatures(),
    ])
    const intake = code.createTokenIntake({
      ...stored,
      session,
      channel: openChannel(),
      tell,
      alsoForget,
      onLoginRequired,
      loadWorker,
      createSignatureCheck: signatures?.createSignatureCheck,
    })
    return {
      ...code,
      intake,
      renewInTurn: code.createRenewInTurn({ ...intake, look, loadIntake }),
      handleRedirectCallback: code.createRedirectCallback({ ...stored, transactions, exchange }),
    }
  })
  /** Everything that must be there before something is spent to get an answer. */
  const loadIntake = async (): Promise<TokenIntake> => {
    const [{ intake }] = await Promise.all([loadCode(), loadCoherence(), keys.prepare()])
    return intake
  }
  const exchange: Exchange = async (...request) => (await loadIntake()).signIn(...request)

  /** Ahead of need; whoever needs it hears of a failure then. */
  const preload = (load: () => Promise<unknown>): void => void load().catch(() => {})
  if (answeredState() !== undefined) preload(loadIntake)
  // Not in the way of what the page does first.
  else if (isBrowser()) {
    setTimeout(() =>
      // A cache of the application's is not cleared by other tabs: what they say must be heard.
      preload(async () => (options.cache || hints.isSignedIn() ? loadIntake : loadSignatures)()),
    )
  }

  const shared = { ...stored, earlierFinds, session, loadCode, loadIntake, exchange, transactions }
  const loginWithPopup = createPopupLogin(shared)
  const silently = createGetTokenSilently({
    ...shared,
    look,
    loadRenewal: async () => (await loadCode()).renewInTurn,
  })
  const getToken: GetToken = async call => {
    try {
      return await silently(call)
    } catch (error) {
      if (!isForPopup(error)) throw error
      return (await loadCode()).recoverWithPopup(silently, loginWithPopup, call)
    }
  }

  return {
    ...shared,
    holdsTokens,
    isAnswerWaiting: () => transactions.isPending(answeredState()),
    getToken,
    loginWithPopup,
  }
}

/** All that the methods of a client work with. */
export type Context = ReturnType<typeof createContext>
