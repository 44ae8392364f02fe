import type { Cookies } from '../../browser/cookies.ts'
import { currentOrigin } from '../../browser/location.ts'
import { storageChange, webStorage, writeItem } from '../../browser/web-storage.ts'
import { lazy } from '../../lazy.ts'
import type { Coherence, GenerationPlace } from '../../types/storage.ts'
import { CACHE_KEY_PREFIX } from '../cache-key.ts'

const CATCH_UP_MS = 2_000
const LOOK_AGAIN_MS = 20
const COOKIE_LIFETIME_MS = 10 * 60 * 1000

/** Beyond this a number could not be counted on. None that was counted from the time of day gets there. */
const TOO_HIGH = 2 ** 52

/** The number as it was written here; whatever else stands in its place counts as none. */
const numberOf = (generation: number | undefined = 0): number =>
  Number.isInteger(generation) && generation > 0 && generation < TOO_HIGH ? generation : 0

/** A cookie costs some microseconds, and goes away by itself. */
export const cookiePlace = (cookies: Cookies): GenerationPlace => ({
  read: async name => {
    const generation = cookies.get(name)
    return typeof generation === 'number' ? generation : undefined
  },
  write: async (name, generation) => cookies.set(name, generation, COOKIE_LIFETIME_MS),
  clear: async prefix => {
    for (const name of cookies.names()) if (name.startsWith(prefix)) cookies.remove(name)
  },
})

/** Short and stable. Pages of one host share cookies across ports, but not localStorage. */
const fingerprint = (text: string): string => {
  let hash = 0x811c9dc5
  for (const char of `${currentOrigin()} ${text}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  }
  return (hash >>> 0).toString(36)
}

/**
 * Cookies where the browser keeps them, IndexedDB elsewhere. Where it keeps neither, cookies that
 * hold nothing: tabs cannot agree then, and each sees its own.
 */
const choosePlace = (cookies: Cookies) =>
  lazy(async (): Promise<GenerationPlace> => {
    // Of one name tabs that begin together would take each other's away, and choose differently.
    const probe = `auth0.cookies${Math.random()}`
    cookies.set(probe, 1, 1000)
    const works = cookies.get(probe) === 1
    cookies.remove(probe)
    try {
      if (!works) {
        const database = (await import('./indexed-db-version.ts')).indexedDbPlace()
        await database.clear(probe)
        return database
      }
    } catch {
      // Not there either.
    }
    return cookiePlace(cookies)
  })

/**
 * Tabs do not see each other's localStorage at once, not even when a lock has just passed from
 * one to the other: what the last holder wrote may arrive some milliseconds later. Whoever
 * believes the older state spends a refresh token that is spent already. So each change made
 * under a lock has a generation number, noted in two places:
 *
 *     holder   number 7 to a coherent place ─ change the entries ─ number 7 to localStorage ─ unlock
 *     next     lock ─ coherent place says 7 ─ wait until localStorage says 7 ─ read the entries
 *
 * localStorage delivers a tab's writes in their order, so whoever sees the number sees the
 * entries as well. If the holder dies in the middle the numbers stay apart; the wait is bounded.
 */
export const createLocalStorageCoherence = (cookies: Cookies, clientId: string): Coherence => {
  const place = choosePlace(cookies)
  const prefix = `auth0.${clientId}.generation.`
  const placeName = (lock: string): string => prefix + fingerprint(lock)
  const marker = (lock: string): string =>
    `${CACHE_KEY_PREFIX}::${clientId}::@@generation@@::${fingerprint(lock)}`
  const seen = (lock: string): number =>
    numberOf(Number(webStorage('localStorage')?.getItem(marker(lock))))
  const mark = (lock: string, generation: number): boolean =>
    writeItem('localStorage', marker(lock), String(generation))

  return {
    isShared: true,
    catchUp: async lock => {
      const generation = numberOf(await (await place()).read(placeName(lock)))
      const deadline = performance.now() + CATCH_UP_MS
      while (seen(lock) < generation && performance.now() < deadline) {
        await storageChange(LOOK_AGAIN_MS)
      }
      // The last holder died in the middle: those after this one need not wait again.
      if (seen(lock) < generation) mark(lock, generation)
    },
    around: async (lock, work) => {
      const generation = Math.max(Date.now(), numberOf(seen(lock) + 1))
      await (await place()).write(placeName(lock), generation)
      try {
        return await work()
      } finally {
        // A sign-out meanwhile has taken the number away, and wants nothing left behind.
        const isWanted = (await (await place()).read(placeName(lock))) === generation
        // Full or denied: entries stay in memory then, and no other tab can see them.
        if (isWanted && !mark(lock, generation)) await (await place()).clear(placeName(lock))
      }
    },
    clear: async () => (await place()).clear(prefix),
  }
}
