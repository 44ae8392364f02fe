import type { Cookies } from '../../browser/cookies.ts'
import { lazy } from '../../lazy.ts'
import { cookieVersionStore, type VersionStore } from './version-store.ts'

/**
 * Cookies if the browser stores them, otherwise IndexedDB. With neither of them tabs cannot
 * coordinate, and the cookie store reads nothing.
 */
export const chooseVersionStore = (cookies: Cookies) =>
  lazy(async (): Promise<VersionStore> => {
    // A random name, so that tabs probing at the same time do not delete each other's probe.
    const probe = `auth0.cookies${Math.random()}`
    cookies.set(probe, 1, 1000)
    const isStored = cookies.get(probe) === 1
    cookies.remove(probe)
    try {
      if (!isStored) {
        const versions = (await import('./indexed-db-version.ts')).indexedDbVersionStore()
        await versions.clear(probe)
        return versions
      }
    } catch {
      // IndexedDB is not available either.
    }
    return cookieVersionStore(cookies)
  })
