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

/** Tokens in the memory of the page, lost when the page is closed or reloaded. */
export class InMemoryCache {
  /** The cache, to be passed as the option `cache`. */
  enclosedCache: ICache = createMemoryCache()
}
