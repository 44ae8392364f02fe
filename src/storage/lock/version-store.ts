import type { Cookies } from '../../browser/cookies.ts'
import { ownCookie } from '../../browser/own-cookie.ts'

/** A place where a number written by the holder of a lock is visible to the next holder at once. */
export interface VersionStore {
  read(name: string): Promise<number | undefined>
  write(name: string, version: number): Promise<void>
  /** Removes the version of this name, or each whose name is this prefix and one part more. */
  clear(prefix: string): Promise<void>
}

/** The names to clear. Those of the client `shop.generation.x` begin like those of `shop`. */
export const namesToClear = (names: string[], prefix: string): string[] =>
  names.filter(
    name =>
      name === prefix ||
      (prefix.endsWith('.') && name.startsWith(prefix) && !name.slice(prefix.length).includes('.')),
  )

const COOKIE_LIFETIME_MS = 10 * 60 * 1000

/** Versions in cookies, which cost a few microseconds and expire by themselves. */
export const cookieVersionStore = (cookies: Cookies): VersionStore => ({
  read: async name => {
    const version = ownCookie(cookies, name, COOKIE_LIFETIME_MS)
    return typeof version === 'number' ? version : undefined
  },
  write: async (name, version) => cookies.set(name, version, COOKIE_LIFETIME_MS),
  clear: async prefix => {
    for (const name of namesToClear(cookies.names(), prefix)) cookies.remove(name)
  },
})
