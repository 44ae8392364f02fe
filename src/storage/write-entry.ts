import type { ICache } from '../types/storage.ts'
import type { CacheKeys } from './cache-keys.ts'

/**
 * Writes an entry and adds its key to the list of keys. A cache that cannot be written must not cost
 * the caller the token that was just issued. The entry that could not be replaced is removed, so
 * that an old refresh token is not found again.
 */
export const writeEntry = async (
  { cache, cacheKeys }: { cache: ICache; cacheKeys: CacheKeys },
  key: string,
  entry: object,
): Promise<void> => {
  try {
    await cache.set(key, entry)
    await cacheKeys.added(key)
  } catch (error) {
    console.warn('[latchkey] Could not write to the cache', error)
    await cache.remove(key)
  }
}
