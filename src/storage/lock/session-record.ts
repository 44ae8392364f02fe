import { get, set, type UseStore } from 'idb-keyval'
import type { Cookies } from '../../browser/cookies.ts'
import { ownCookie } from '../../browser/own-cookie.ts'
import { withDatabase } from '../database.ts'

/** What the tabs of an origin must agree on about the session of a client. It contains no token. */
export interface SessionRecord {
  /** Goes up with every write of entries to localStorage. */
  version: number
  /** The version of the last sign-in, sign-out, or change of user or organization. */
  session: number
  /** The version of the last sign-out. */
  signed_out: number
  /** Whether localStorage has an item with the version. */
  has_item: boolean
}

/** Where the record is kept: what the holder of a lock writes is visible to the next one at once. */
export interface SessionRecords {
  read(): Promise<SessionRecord>
  write(record: SessionRecord): Promise<void>
}

const COOKIE_LIFETIME_MS = 10 * 60 * 1000

/** Upper bound for a plausible number (they start from `Date.now()`). */
const MAX_VERSION = 2 ** 52

const numberOf = (value: unknown): number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) < MAX_VERSION
    ? (value as number)
    : 0

/** Cookies can be set by other hosts of the domain, so nothing is believed without a check. */
const parse = (value: unknown): SessionRecord => {
  const { version, session, signed_out, has_item } = (value ?? {}) as Record<string, unknown>
  return {
    version: numberOf(version),
    session: numberOf(session),
    signed_out: numberOf(signed_out),
    has_item: has_item === true,
  }
}

/**
 * The record in IndexedDB. A cookie, which only Chromium shows to the next holder of a lock without
 * delay, is used where IndexedDB is not available.
 */
export const createSessionRecords = (clientId: string, cookies: Cookies): SessionRecords => {
  const key = `session.${clientId}`
  const cookie = `auth0.${clientId}.generation`
  let isFailed = false

  const choose = async <T>(
    useDatabase: (store: UseStore) => Promise<T>,
    useCookie: () => T,
  ): Promise<T> => {
    if (!isFailed) {
      try {
        return await withDatabase(useDatabase)
      } catch {
        isFailed = true
      }
    }
    return useCookie()
  }

  return {
    read: async () =>
      parse(
        await choose<unknown>(
          store => get(key, store),
          () => ownCookie(cookies, cookie, COOKIE_LIFETIME_MS),
        ),
      ),
    write: record =>
      choose<void>(
        store => set(key, record, store),
        () => {
          // After a sign-out no cookie is left.
          if (record.has_item) cookies.set(cookie, record, COOKIE_LIFETIME_MS)
          else cookies.remove(cookie)
        },
      ),
  }
}
