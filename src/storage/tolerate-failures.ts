import type { ICache } from '../types/storage.ts'
import { LocalStorageCache } from './local-storage-cache.ts'

/**
 * A cache of the application that cannot be written to must not cost the caller the token that
 * was just issued. What could not be replaced is removed at least: an old refresh token must not be
 * found again.
 */
export const tolerateFailures = (cache: ICache): ICache => {
  if (cache instanceof LocalStorageCache) return cache
  const allKeys = cache.allKeys?.bind(cache)
  return {
    get: key => cache.get(key),
    remove: key => cache.remove(key),
    set: async (key, entry) => {
      try {
        await cache.set(key, entry)
      } catch (error) {
        console.warn('The cache could not be written to.', error)
        await cache.remove(key)
      }
    },
    ...(allKeys && { allKeys }),
  }
}
