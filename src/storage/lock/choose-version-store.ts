import type { Cookies } from '../../browser/cookies.ts'
import type { indexedDbVersionStore } from './indexed-db-version.ts'
import { cookieVersionStore, type VersionStore } from './version-store.ts'

/** Loads the versions in IndexedDB, which only browsers without cookies need. */
export type LoadIndexedDb = () => Promise<{ indexedDbVersionStore: typeof indexedDbVersionStore }>

/**
 * Cookies if the browser stores them, otherwise IndexedDB. With neither of them tabs cannot
 * coordinate, and the cookie store reads nothing.
 */
export const chooseVersionStore = async (
  cookies: Cookies,
  loadIndexedDb: LoadIndexedDb,
): Promise<VersionStore> => {
  // A random name, so that tabs probing at the same time do not delete each other's probe.
  const probe = `auth0.cookies${Math.random()}`
  cookies.set(probe, 1, 1000)
  const isStored = cookies.get(probe) === 1
  cookies.remove(probe)
  try {
    if (!isStored) {
      const versions = (await loadIndexedDb()).indexedDbVersionStore()
      await versions.clear(() => false)
      return versions
    }
  } catch {
    // IndexedDB is not available either.
  }
  return cookieVersionStore(cookies)
}
