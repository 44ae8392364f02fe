import type { TokenSet, TokenSlot } from '../../../src/protocol/token-slot.ts'
import { createCacheKeys } from '../../../src/storage/cache-keys.ts'
import { createEntryOwners } from '../../../src/storage/entry-owners.ts'
import { createIdentityStore, type Peek } from '../../../src/storage/identity-store.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import { createRefreshTokens } from '../../../src/storage/refresh-tokens.ts'
import type { StoredTokens } from '../../../src/storage/token-entries.ts'
import { createTokenStore } from '../../../src/storage/token-store.ts'
import type { DecodedToken, ICache } from '../../../src/types/storage.ts'

export const NOW = 1_700_000_000
export const CLIENT_ID = 'client-1'
export const ISSUER = 'https://tenant.example.com/'

/** The stores of one client over one cache. */
export const createStores = ({
  cache = new InMemoryCache().enclosedCache,
  clientId = CLIENT_ID,
  issuer = ISSUER,
  formerIssuers = [] as string[],
  useMrrt = false,
  nowProvider = () => NOW * 1000 + 999,
} = {}) => {
  const cacheKeys = createCacheKeys(cache, clientId)
  const options = { clientId, issuer, formerIssuers, nowProvider }
  const owners = createEntryOwners({ options, cache, cacheKeys })
  const tokenStore = createTokenStore({ options, cache, cacheKeys })
  const v1Slot = { audience: 'default', scope: 'openid profile email' }
  const peek: Peek = key => cache.get(key) as never
  const identities = createIdentityStore({
    clientId,
    issuer,
    cache,
    peek,
    cacheKeys,
    tokenStore,
    v1Slot,
  })
  const { load } = tokenStore
  const { find, markSent, clearMark, replace, remove } = createRefreshTokens({ useMrrt })
  /** Each call reads the entries again, so that it sees what the earlier calls have stored. */
  const refreshTokens = {
    find: async (slot: TokenSlot) => find(await load(), slot, undefined),
    markSent: async (token: string, expired?: StoredTokens) =>
      markSent(await load(), token, expired),
    clearMark: async (token: string) => clearMark(await load(), token),
    replace: async (token: string, successor: string) =>
      replace(await load(), token, successor, true),
    remove: async (token: string) => remove(await load(), token),
  }
  return { cache, cacheKeys, owners, tokenStore, identities, refreshTokens }
}

/** A response of the token endpoint. */
export const tokens = (more: Partial<TokenSet> = {}): TokenSet => ({
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 3600,
  ...more,
})

export const decoded = (sub = 'ada', iss = ISSUER): DecodedToken => ({
  claims: { __raw: `jwt-${sub}`, sub, iss },
  user: { sub },
})

/** An asynchronous cache; it can list its keys only if `withAllKeys` is set. */
export const createAsyncCache = (entries = new Map<string, unknown>(), withAllKeys = false) => {
  const soon = () => new Promise<void>(resolve => setTimeout(resolve))
  const cache: ICache = {
    get: async <T>(key: string) => {
      await soon()
      return structuredClone(entries.get(key)) as T | undefined
    },
    set: async (key, entry) => {
      const copy = structuredClone(entry)
      await soon()
      entries.set(key, copy)
    },
    remove: async key => {
      await soon()
      entries.delete(key)
    },
    ...(withAllKeys && { allKeys: async () => [...entries.keys()] }),
  }
  return { cache, entries }
}

/** A memory cache in which everything stored is frozen. */
export const createFrozenCache = (): ICache => {
  const { enclosedCache } = new InMemoryCache()
  const freeze = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).map(freeze)
    return value
  }
  return { ...enclosedCache, set: (key, entry) => enclosedCache.set(key, freeze(entry)) }
}
