import { within } from '../deadline.ts'
import { TimeoutError } from '../errors/core.ts'
import type { Cacheable, ICache, MaybePromise } from '../types/storage.ts'

/** A cache that keeps in the memory of this page what it could not write. */
export interface DurableCache extends ICache {
  /** Forgets what only this page knows. */
  forgetUnwritten(): void
}

const UNKEPT =
  '[latchkey] The `cache` does not keep what it is given, so the session ends with this page. Free space, or correct its `set`.'
const MAX_WAIT_MS = 10_000

const late = (): never => {
  throw new TimeoutError('The `cache` of the application did not respond within 10 s.')
}

/** Without it, calls and the start of the page would have no end if a cache does not answer. */
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
  /** What the cache took without an error, and does not have; what it has later is newer. */
  const unkept = new Map<string, unknown>()
  let isReported = false

  const report = (error: unknown): void => {
    if (!isReported) console.warn(UNKEPT, error)
    isReported = true
  }

  const write = async (key: string, entry: unknown): Promise<void> => {
    await cache.set(key, entry as Cacheable)
    unwritten.delete(key)
    unkept.delete(key)
    if (await cache.get(key)) return
    unkept.set(key, entry)
    report('`get` returns nothing after `set`.')
  }

  const makeRoom = async (key: string, entry: unknown): Promise<void> => {
    const stored = await cache.get(key)
    if (stored && refreshTokenIn(stored) === refreshTokenIn(entry)) return
    await cache.remove(key)
    await write(key, entry)
  }

  return {
    get: <T = Cacheable>(key: string): MaybePromise<T | undefined> => {
      if (unwritten.has(key)) return unwritten.get(key) as T | undefined
      const stored = cache.get<T>(key)
      if (!unkept.has(key)) return stored
      return Promise.resolve(stored).then(found => found ?? (unkept.get(key) as T | undefined))
    },
    set: async (key, entry) => {
      try {
        await write(key, entry)
      } catch (error) {
        unwritten.set(key, entry)
        // Removing the old entry works even if storage is full, and makes room.
        await makeRoom(key, entry).catch(() => report(error))
      }
    },
    remove: async key => {
      unwritten.set(key, undefined)
      unkept.delete(key)
      await cache.remove(key)
      unwritten.delete(key)
    },
    ...(cache.allKeys && {
      allKeys: async () => {
        const stored = (await cache.allKeys?.()) ?? []
        return [...new Set([...stored, ...unwritten.keys(), ...unkept.keys()])]
      },
    }),
    forgetUnwritten: () => {
      unwritten.clear()
      unkept.clear()
    },
  }
}
