import { within } from '../deadline.ts'
import { TimeoutError } from '../errors/core.ts'
import type { Cacheable, ICache, MaybePromise } from '../types/storage.ts'

/** A cache that keeps in the memory of this page what it could not write. */
export interface DurableCache extends ICache {
  /** Forgets what only this page knows. */
  forgetUnwritten(): void
}

const MAX_WAIT_MS = 10_000

const late = (): never => {
  throw new TimeoutError('The `cache` of the application did not respond within 10 s.')
}

/** Without it, a cache that never answers would keep calls, and the start of the page, for ever. */
const limited = <T>(answer: MaybePromise<T>): MaybePromise<T> =>
  (answer as Promise<T> | undefined)?.then
    ? within(MAX_WAIT_MS, answer as Promise<T>, late)
    : answer

const refreshTokenIn = (entry: unknown): unknown =>
  (entry as { body?: { refresh_token?: unknown } } | undefined)?.body?.refresh_token

/**
 * A cache that is full or denied must cost no token: an entry that it does not take is kept in this
 * page. The entry that could not be replaced is removed if its refresh token has been spent, so that
 * no other tab finds it.
 */
export const createDurableCache = (given: ICache): DurableCache => {
  const cache: ICache = {
    get: key => limited(given.get(key)),
    set: (key, entry) => limited(given.set(key, entry)),
    remove: key => limited(given.remove(key)),
    ...(given.allKeys && { allKeys: () => limited(given.allKeys?.() ?? []) }),
  }
  /** What the cache did not take; `undefined` for an entry that it did not remove. */
  const unwritten = new Map<string, unknown>()
  let isReported = false

  const report = (error: unknown): void => {
    if (!isReported) console.warn('[latchkey] Could not write to the cache', error)
    isReported = true
  }

  const makeRoom = async (key: string, entry: unknown): Promise<void> => {
    const stored = await cache.get(key)
    if (stored && refreshTokenIn(stored) === refreshTokenIn(entry)) return
    await cache.remove(key)
    await cache.set(key, entry as Cacheable)
    unwritten.delete(key)
  }

  return {
    get: <T = Cacheable>(key: string): MaybePromise<T | undefined> =>
      unwritten.has(key) ? (unwritten.get(key) as T | undefined) : cache.get<T>(key),
    set: async (key, entry) => {
      try {
        await cache.set(key, entry)
        unwritten.delete(key)
      } catch (error) {
        unwritten.set(key, entry)
        // Removing the old entry works even if storage is full, and makes room.
        await makeRoom(key, entry).catch(() => report(error))
      }
    },
    remove: async key => {
      unwritten.set(key, undefined)
      await cache.remove(key)
      unwritten.delete(key)
    },
    ...(cache.allKeys && {
      allKeys: async () => {
        const stored = (await cache.allKeys?.()) ?? []
        return [...new Set([...stored, ...unwritten.keys()])]
      },
    }),
    forgetUnwritten: () => unwritten.clear(),
  }
}
