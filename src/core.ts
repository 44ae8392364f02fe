import { createCookies } from './browser/cookies.ts'
import { isBrowser, requireCrypto, whenIdle } from './browser/environment.ts'
import { currentOrigin, navigate, stateInUrl } from './browser/location.ts'
import { openPopup } from './browser/open-popup.ts'
import { callParameters } from './flows/call-parameters.ts'
import type { Core, Platform, TokenRuntime } from './flows/core-interface.ts'
import { lazy } from './lazy.ts'
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
  cache: ICache & { forgetUnwritten?: () => void }
  sharing: Sharing
  /** Keeps what the cache cannot write from now on, in this page. Called before the first write. */
  makeDurable: () => Promise<unknown>
}

const ofApplication = (given: ICache): ChosenCache => {
  const cache: ICache = {
    get: key => given.get(key),
    set: (key, entry) => given.set(key, entry),
    remove: key => given.remove(key),
    ...(given.allKeys && { allKeys: () => given.allKeys?.() ?? [] }),
  }
  const makeDurable = async (): Promise<unknown> => {
    const { createDurableCache } = await import('./storage/durable-cache.ts')
    return Object.assign(cache, createDurableCache(given))
  }
  return { cache, sharing: 'custom', makeDurable }
}

const chooseCache = ({ cache, cacheLocation }: ResolvedOptions): ChosenCache => {
  const makeDurable = async (): Promise<void> => {}
  if (cache instanceof LocalStorageCache) return { cache, sharing: 'localstorage', makeDurable }
  if (cache) return ofApplication(cache)
  return cacheLocation === 'localstorage'
    ? { cache: new LocalStorageCache(), sharing: 'localstorage', makeDurable }
    : { cache: new InMemoryCache().enclosedCache, sharing: 'memory', makeDurable }
}

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
    const { cookieTransactionStorage } = await import('./storage/cookie-transactions.ts')
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
  const loadTurns = lazy(async () => {
    const [{ connectTabs }] = await Promise.all([
      import('./session/connect-tabs.ts'),
      makeDurable(),
    ])
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

  const loadSignatures = lazy(async () =>
    options.idTokenSignature === 'trust-tls' ? undefined : import('./protocol/verify-signature.ts'),
  )
  const loadRuntime = lazy(async (): Promise<TokenRuntime> => {
    const [{ createTokenRuntime }, signatures, turns] = await Promise.all([
      import('./token-runtime.ts'),
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
    peek,
    loadTurns,
    loadRuntime,
  }

  if (stateInUrl() !== undefined) prefetch(loadRuntime)
  else if (isBrowser()) {
    whenIdle(() => {
      // A page with a custom cache must receive the messages of other tabs, which do not clear it.
      const isNeeded = options.cache || sessionCookies.isSignedIn()
      prefetch(isNeeded ? loadRuntime : loadSignatures)
    })
  }
  return core
}
