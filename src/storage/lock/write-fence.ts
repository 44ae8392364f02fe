import type { Cookies } from '../../browser/cookies.ts'
import { storageChange, webStorage, writeItem } from '../../browser/web-storage.ts'
import { CACHE_KEY_PREFIX, VERSION_PART } from '../cache-key.ts'
import { chooseVersionStore, type LoadIndexedDb } from './choose-version-store.ts'
import type { VersionStore } from './version-store.ts'

/** Makes writes to a cache visible to the next holder of a lock. */
export interface WriteFence {
  /** Whether all tabs share the entries. */
  isShared: boolean
  /** Waits, at the start of a lock, until this tab sees what the last holder wrote. */
  waitForLastWrite(lock: string): Promise<void>
  /** Runs work that may change entries. */
  write<T>(lock: string, work: () => Promise<T>): Promise<T>
  /** Removes all versions of this client. */
  clear(): Promise<void>
}

const MAX_WAIT_MS = 2_000
const POLL_MS = 20

/** Upper bound for a plausible version number (they start from `Date.now()`). */
const MAX_VERSION = 2 ** 52

/** A version number as it was written by this file; everything else counts as 0. */
const plausible = (version: number | undefined = 0): number =>
  Number.isInteger(version) && version > 0 && version < MAX_VERSION ? version : 0

/** A short stable hash. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const char of text) {
    value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193)
  }
  return (value >>> 0).toString(36)
}

interface WriteFenceParts {
  clientId: string
  cookies: Cookies
  /** Part of the names, because pages of one host share cookies across ports. */
  origin: string | undefined
  loadIndexedDb: LoadIndexedDb
}

/**
 * Tabs do not see each other's writes to localStorage at once, even if a lock has passed from one to
 * the other: they may arrive some milliseconds later. A tab that reads the older entry would send a
 * refresh token that was used already. So each write under a lock has a version number, stored in
 * two places:
 *
 *     holder   version 7 to the version store ─ write the entries ─ 7 to localStorage ─ unlock
 *     next     lock ─ the version store says 7 ─ wait until localStorage says 7 ─ read the entries
 *
 * localStorage delivers the writes of a tab in order, so a tab that sees the version sees the entries
 * as well. If the holder is closed between the two writes, the numbers stay different; the wait is
 * bounded.
 */
export const createLocalStorageFence = (parts: WriteFenceParts): WriteFence => {
  const { clientId, cookies, origin, loadIndexedDb } = parts
  let chosen: Promise<VersionStore> | undefined
  const versions = (): Promise<VersionStore> => {
    chosen ??= chooseVersionStore(cookies, loadIndexedDb)
    return chosen
  }
  const hashOf = (lock: string): string => hash(`${origin} ${lock}`)
  const prefix = `auth0.${clientId}.generation.`
  /** The names of the client `shop.generation.x` begin like those of `shop`. */
  const isOwnName = (name: string): boolean =>
    name.startsWith(prefix) && !name.slice(prefix.length).includes('.')
  const nameOf = (lock: string): string => prefix + hashOf(lock)
  const itemOf = (lock: string): string =>
    `${CACHE_KEY_PREFIX}::${clientId}::${VERSION_PART}::${hashOf(lock)}`
  const readItem = (lock: string): number =>
    plausible(Number(webStorage('localStorage')?.getItem(itemOf(lock))))
  const writeVersion = (lock: string, version: number): boolean =>
    writeItem('localStorage', itemOf(lock), String(version))
  /** The version at the start of the lock that this page holds. */
  const startVersions = new Map<string, number>()

  return {
    isShared: true,
    waitForLastWrite: async lock => {
      const version = plausible(await (await versions()).read(nameOf(lock)))
      const deadline = performance.now() + MAX_WAIT_MS
      let current = readItem(lock)
      while (current < version && performance.now() < deadline) {
        await storageChange(POLL_MS)
        current = readItem(lock)
      }
      // The last holder was closed between its writes: the next holders need not wait for it.
      if (current < version) writeVersion(lock, version)
      startVersions.set(lock, Math.max(current, version))
    },
    write: async (lock, work) => {
      const version = Math.max(Date.now(), plausible((startVersions.get(lock) ?? 0) + 1))
      const store = await versions()
      await store.write(nameOf(lock), version)
      try {
        return await work()
      } finally {
        // Skip if a sign-out removed the version in the meantime.
        const isCurrent = (await store.read(nameOf(lock))) === version
        // If storage is full or denied, the entries stay in memory, where no other tab sees them.
        if (isCurrent && !writeVersion(lock, version)) {
          await store.clear(name => name === nameOf(lock))
        }
      }
    },
    clear: async () => (await versions()).clear(isOwnName),
  }
}
