import type { Cacheable, ICache } from '../types/storage.ts'

const createMemoryCache = (): ICache => {
  const entries = new Map<string, unknown>()
  return {
    set: (key, entry) => {
      entries.set(key, entry)
    },
    get: <T = Cacheable>(key: string) => entries.get(key) as T | undefined,
    remove: key => {
      entries.delete(key)
    },
    allKeys: () => [...entries.keys()],
  }
}

/** Tokens in the page's memory: gone when the page is. */
export class InMemoryCache {
  /** The cache itself, to be passed as the option `cache`. */
  enclosedCache: ICache = createMemoryCache()
}
