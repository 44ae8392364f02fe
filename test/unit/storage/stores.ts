import { createKeyList } from '../../../src/storage/cache-keys.ts'
import { createIdentityStore } from '../../../src/storage/identity-store.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import { createStoredRefreshTokens } from '../../../src/storage/refresh-tokens.ts'
import { createTokenStore } from '../../../src/storage/token-store.ts'
import type { DecodedToken, ICache, Peek } from '../../../src/types/storage.ts'
import type { TokenSet } from '../../../src/types/tokens.ts'

export const NOW = 1_700_000_000
export const CLIENT_ID = 'client-1'

/** The stores of one client over one cache. */
export const createStores = ({
  cache = new InMemoryCache().enclosedCache,
  clientId = CLIENT_ID,
  useMrrt = false,
  clock = () => NOW * 1000 + 999,
} = {}) => {
  const keys = createKeyList(cache, clientId)
  const tokenStore = createTokenStore({ cache, keys, clientId, clock })
  const legacySlot = { audience: 'default', scope: 'openid profile email' }
  const peek: Peek = key => cache.get(key) as never
  const identities = createIdentityStore({ cache, peek, keys, clientId, tokenStore, legacySlot })
  const refreshTokens = createStoredRefreshTokens(tokenStore, { useMrrt })
  return { cache, keys, tokenStore, identities, refreshTokens }
}

/** An answer of the token endpoint. */
export const tokens = (more: Partial<TokenSet> = {}): TokenSet => ({
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 3600,
  ...more,
})

export const decoded = (sub = 'ada'): DecodedToken => ({
  claims: { __raw: `jwt-${sub}`, sub, iss: 'i' },
  user: { sub },
})

/** A cache that answers later, and cannot list its keys unless told otherwise. */
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
