import type { Cookies } from '../../browser/cookies.ts'
import { ownCookie } from '../../browser/own-cookie.ts'

/** A place where a number written by the holder of a lock is visible to the next holder at once. */
export interface VersionStore {
  read(name: string): Promise<number | undefined>
  write(name: string, version: number): Promise<void>
  /** Removes the versions whose names match. */
  clear(matches: (name: string) => boolean): Promise<void>
}

const COOKIE_LIFETIME_MS = 10 * 60 * 1000

/** Versions in cookies, which cost a few microseconds and expire by themselves. */
export const cookieVersionStore = (cookies: Cookies): VersionStore => ({
  read: async name => {
    const version = ownCookie(cookies, name, COOKIE_LIFETIME_MS)
    return typeof version === 'number' ? version : undefined
  },
  write: async (name, version) => cookies.set(name, version, COOKIE_LIFETIME_MS),
  clear: async matches => {
    for (const name of cookies.names().filter(matches)) cookies.remove(name)
  },
})
