import type { ICache } from '../types/storage.ts'
import type { CacheKeys } from './cache-keys.ts'

/** Writes an entry and adds its key to the list of keys. */
export const writeEntry = async (
  { cache, cacheKeys }: { cache: ICache; cacheKeys: CacheKeys },
  key: string,
  entry: object,
): Promise<void> => {
  await cache.set(key, entry)
  await cacheKeys.added(key)
}
