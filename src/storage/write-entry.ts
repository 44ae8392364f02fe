import type { ICache, KeyList } from '../types/storage.ts'

/**
 * Writes an entry, and its key into the list. A cache that cannot be written to must not cost the
 * caller the token that was just issued. What could not be replaced is removed at least: an old
 * refresh token must not be found again.
 */
export const put = async (
  { cache, keys }: { cache: ICache; keys: KeyList },
  key: string,
  entry: object,
): Promise<void> => {
  try {
    await cache.set(key, entry)
    await keys.added(key)
  } catch (error) {
    console.warn('The cache was not written.', error)
    await cache.remove(key)
  }
}
