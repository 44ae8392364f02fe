import { createCookies } from './browser/cookies.ts'
import { isBrowser, requireCrypto, whenIdle } from './browser/environment.ts'
import { currentOrigin, navigate, stateInUrl } from './browser/location.ts'
import { openPopup } from './browser/open-popup.ts'
import { GenericError } from './errors/core.ts'
import { clearDpop } from './features/dpop/index.ts'
import { callParameters } from './flows/call-parameters.ts'
import type { Core, Platform, TokenRuntime } from './flows/core-interface.ts'
import { lazy, loadModule } from './lazy.ts'
import { type ResolvedOptions, resolveOptions } from './options.ts'
import { ownMembers } from './own-members.ts'
import { auth0Metadata } from './protocol/server-metadata.ts'
import { createEvents, type SessionEvents } from './session/events.ts'
import { createSession, type Session } from './session/session.ts'
import { createCacheKeys } from './storage/cache-keys.ts'
import { createIdentityStore, type Peek } from './storage/identity-store.ts'
import { LocalStorageCache } from './storage/local-storage-cache.ts'
import type { Sharing } from './storage/lock/session-lock.ts'
import { InMemoryCache } from './storage/memory-cache.ts'
import { createSessionCookies } from './storage/session-cookies.ts'
import { createTokenStore } from './storage/token-store.ts'
import {
  createTransactionStore,
  type TransactionStorage,
  webTransactionStorage,
} from './storage/transaction-store.ts'
import type { Auth0ClientOptions, LegacyAuth0ClientOptions } from './types/client-options.ts'
import type { ICache } from './types/storage.ts'

interface ChosenCache {
  cache: ICache & { forgetUnwritten?: () => void; onUnwritten?: (() => void) | undefined }
  sharing: Sharing
  /** Keeps what the cache cannot write from now on, in this page. Called before the first write. */
  makeDurable: () => Promise<unknown>
}

/** The cache of the application, by way of a module that makes the best of its failures. */
const ofApplication = (given: ICache): ChosenCache => {
  const load = lazy(async () => {
    const module = loadModule('durable-cache', import('./storage/durable-cache.ts'))
    return (await module).createDurableCache(given)
  })
  let first: Promise<ICache> | undefined
  const use = async (): Promise<ICache> => {
    first ??= load().catch(() => given)
    return load.loaded() ?? first
  }
  return {
    cache: {
      get: async key => (await use()).get(key),
      set: async (key, entry) => (await use()).set(key, entry),
      remove: async key => (await use()).remove(key),
      ...(given.allKeys && { allKeys: async () => (await use()).allKeys?.() ?? [] }),
      forgetUnwritten: () => load.loaded()?.forgetUnwritten(),
    },
    sharing: 'custom',
    makeDurable: load,
  }
}

const chooseCache = ({ cache, cacheLocation }: ResolvedOptions): ChosenCache => {
  const makeDurable = async (): Promise<void> => {}
  if (cache instanceof LocalStorageCache) return { cache, sharing: 'localstorage', makeDurable }
  if (cache) return ofApplication(cache)
  return cacheLocation === 'localstorage'
    ? { cache: new LocalStorageCache(), sharing: 'localstorage', makeDurable }
    : { cache: new InMemoryCache().enclosedCache, sharing: 'memory', makeDurable }
}

const CLOSED = 'This client is closed. Create another one.'

/** Prefetches a module. Errors are ignored here; the caller that needs the module sees them. */
const prefetch = (load: () => Promise<unknown>): void => void load().catch(() => {})

/**
 * Creates what exists of a client before anyone signs in, from top to bottom.
 *
 * @param replaced parts of the platform that a test replaces
 */
export const createCore = (
  given: Auth0ClientOptions | LegacyAuth0ClientOptions,
  replaced: Partial<Platform> = {},
): Core => {
  requireCrypto()
  const options = resolveOptions(given)
  const { clientId, issuer } = options
  if (given.cache && given.cacheLocation) {
    console.warn('[latchkey] Both `cache` and `cacheLocation` are set; using `cache`.')
  }
  const platform: Platform = ownMembers({ navigate, openPopup }, replaced)
  const metadata = auth0Metadata(options)
  const server = () => metadata

  const { cookieDomain: domain, legacySameSiteCookie: withLegacyCopy } = options
  const cookies = platform.cookies ?? createCookies({ domain, withLegacyCopy })
  const sessionCookies = createSessionCookies(cookies, options)
  const loadStorage = lazy(async (): Promise<TransactionStorage> => {
    if (platform.cookies) return platform.cookies
    if (!options.useCookiesForTransactions) return webTransactionStorage('sessionStorage')
    const { cookieTransactionStorage } = await loadModule(
      'cookie-transactions',
      import('./storage/cookie-transactions.ts'),
    )
    return cookieTransactionStorage({
      cookies: createCookies({ domain, withLegacyCopy: false }),
      oldCookies: cookies,
      cookieDomain: domain,
      origin: currentOrigin(),
      local: webTransactionStorage('localStorage'),
    })
  })
  const transactions = createTransactionStore({ clientId, issuer, loadStorage })

  const { cache, sharing, makeDurable } = chooseCache(options)
  const cacheKeys = createCacheKeys(cache, clientId)
  /** The built-in caches are synchronous; a custom cache may not be, so it cannot be peeked. */
  const peek: Peek = options.cache ? () => undefined : key => cache.get(key) as never
  const tokenStore = createTokenStore({ options, cache, cacheKeys })
  const { slot: v1Slot } = callParameters(options, undefined)
  const identities = createIdentityStore({
    clientId,
    issuer,
    cache,
    peek,
    cacheKeys,
    tokenStore,
    v1Slot,
  })

  const events = createEvents<SessionEvents>()
  const closing = new AbortController()
  const closed = closing.signal
  const loadSessionCode = () => loadModule('token-runtime', import('./token-runtime.ts'))
  const loadTurns = lazy(async () => {
    const [{ connectTabs }] = await Promise.all([loadSessionCode(), makeDurable()])
    return connectTabs({
      options,
      platform,
      cache,
      cacheKeys,
      sharing,
      session,
      identities,
      sessionCookies,
      events,
      closed,
    })
  })
  const session: Session = createSession({
    options,
    tokenStore,
    identities,
    sessionCookies,
    events,
    loadTurns,
    forgetUnwritten: () => cache.forgetUnwritten?.(),
  })

  const loadDpop = options.useDpop
    ? lazy(async () => {
        const { createDpop } = await loadModule('dpop', import('./features/dpop/create-dpop.ts'))
        return createDpop({
          clientId,
          isShared: sharing !== 'memory',
          events,
          isLoginPending: async () =>
            core.popupLogin !== undefined || (await transactions.readPending()).length > 0,
          closed,
        })
      })
    : undefined
  events.on('ended', ({ origin, reason }) =>
    origin === 'here' && reason !== 'user-changed'
      ? clearDpop(loadDpop, reason === 'logout')
      : undefined,
  )

  const loadSignatures = lazy(async () =>
    options.idTokenSignature === 'trust-tls'
      ? undefined
      : loadModule('verify-signature', import('./protocol/verify-signature.ts')),
  )
  const loadRuntime = lazy(async (): Promise<TokenRuntime> => {
    const [{ createTokenRuntime }, signatures, turns] = await Promise.all([
      loadSessionCode(),
      loadSignatures(),
      loadTurns(),
      cacheKeys.load(),
    ])
    return createTokenRuntime(core, turns, signatures)
  })
  const core: Core = {
    options,
    platform,
    server,
    events,
    session,
    tokenStore,
    identities,
    cookies,
    sessionCookies,
    transactions,
    loadDpop,
    peek,
    closed,
    close: () => closing.abort(new GenericError('client_closed', CLOSED)),
    loadTurns,
    loadRuntime,
  }

  if (stateInUrl() !== undefined) prefetch(loadRuntime)
  else if (isBrowser()) {
    whenIdle(() => {
      if (closed.aborted) return
      if (loadDpop) prefetch(loadDpop)
      // A page with a custom cache must receive the messages of other tabs, which do not clear it.
      const isNeeded = options.cache || sessionCookies.isSignedIn()
      prefetch(isNeeded ? loadRuntime : loadSignatures)
    })
  }
  return core
}
