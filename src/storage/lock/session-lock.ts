import { type Cookies, createCookies } from '../../browser/cookies.ts'
import type { TabLock } from '../../browser/mutex.ts'
import { storageChange } from '../../browser/page-events.ts'
import { createTabLock } from '../../browser/tab-lock.ts'
import { readItem, removeItem, writeItem } from '../../browser/web-storage.ts'
import { monotonicMs } from '../../deadline.ts'
import { CACHE_KEY_PREFIX, VERSION_PART } from '../cache-key.ts'
import { createSessionRecords, type SessionRecord } from './session-record.ts'

/** Which caches the tabs share. */
export type Sharing = 'localstorage' | 'custom' | 'memory'

/** One turn with the entries of a client: no other tab reads or writes them under the lock. */
export interface SessionTurn {
  /** The number of the session that is there now. Clients in memory share sign-outs only. */
  readonly session: number
  /** The number of the last sign-out. */
  readonly signedOut: number
  /** Whether nothing has been stored since the last sign-out, in a cache that tabs share. */
  readonly isSignedOut: boolean
  /** Runs writes that belong to the session. */
  write<T>(work: () => Promise<T>): Promise<T>
  /** Runs the writes of an accepted sign-in, or of a change of user or organization. */
  startSession<T>(work: () => Promise<T>): Promise<T>
  /** Runs the removals of a session that is lost, which no other cache needs to know. */
  clearSession<T>(work: () => Promise<T>): Promise<T>
  /** Runs the removals of a sign-out, which concerns all caches. */
  endSession<T>(work: () => Promise<T>): Promise<T>
}

/** A short mutual exclusion over all tabs, and the session number. Never held during a request. */
export interface SessionLock {
  run<T>(work: (turn: SessionTurn) => Promise<T>): Promise<T>
}

/** A holder works for some milliseconds; one that takes longer stands still, such as a frozen tab. */
const MAX_HOLD_MS = 2_000
/** The wait for a holder that has already been found to stand still. */
const SHORT_WAIT_MS = 50

/** How long a tab waits until localStorage shows what another one has written. */
const MAX_SIGHT_MS = 2_000
/** The same if no version is there at all: the application may have cleared localStorage. */
const MAX_MISSING_MS = 200
const POLL_MS = 20

interface SessionLockParts {
  clientId: string
  sharing: Sharing
  tabLock?: Pick<TabLock, 'run'> | undefined
  cookies?: Cookies | undefined
}

/** Cookies of this host alone, whose lifetime does not depend on the clock of this machine. */
const hostCookies = (): Cookies =>
  createCookies({ domain: undefined, withLegacyCopy: false, byDuration: true })

/**
 * Tabs do not see each other's writes to localStorage at once, even if a lock has passed from one to
 * the other: they may arrive some milliseconds later. A tab that reads the older entry would send a
 * refresh token that was used already. So each write has a version, stored in two places:
 *
 *     holder   version 7 to the record ─ write the entries ─ 7 to localStorage ─ unlock
 *     next     lock ─ the record says 7 ─ wait until localStorage says 7 ─ read the entries
 *
 * localStorage delivers the writes of a tab in order, so a tab that sees the version sees the entries
 * as well. If the holder is closed between the two writes, the numbers stay different; the wait is
 * bounded. After a sign-out localStorage has no version.
 */
export const createSessionLock = (parts: SessionLockParts): SessionLock => {
  const { clientId, sharing, tabLock = createTabLock(), cookies = hostCookies() } = parts
  const records = createSessionRecords(clientId, cookies)
  const name = `auth0.lock.session.${clientId}`
  const isVersioned = sharing === 'localstorage'
  const item = `${CACHE_KEY_PREFIX}::${clientId}::${VERSION_PART}`

  /** @returns whether localStorage has the version of the record, or none if the record says so */
  const writeVersion = ({ version, has_item }: SessionRecord): boolean => {
    if (has_item) return writeItem('localStorage', item, String(version))
    removeItem('localStorage', item)
    return true
  }

  const waitUntilSeen = async (record: SessionRecord): Promise<void> => {
    const { version, has_item } = record
    const expected = has_item ? String(version) : undefined
    const startMs = monotonicMs()
    // There is no record before the first write, and if its cookie has expired.
    while (version > 0) {
      const text = readItem('localStorage', item)
      const seen = Number(text)
      if (text === expected || seen > version) return
      const limitMs = seen < version ? MAX_SIGHT_MS : MAX_MISSING_MS
      // The last holder was closed between its writes: the next ones need not wait for it.
      if (monotonicMs() - startMs > limitMs) return void writeVersion(record)
      await storageChange(POLL_MS)
    }
  }

  const openTurn = async (): Promise<SessionTurn> => {
    let record = await records.read()
    if (isVersioned) await waitUntilSeen(record)

    const change = async <T>(
      changed: (next: number) => Partial<SessionRecord>,
      work: () => Promise<T>,
    ): Promise<T> => {
      const version = Math.max(Date.now(), record.version + 1)
      record = { ...record, version, ...changed(version) }
      await records.write(record)
      try {
        return await work()
      } finally {
        // If storage is full or denied, the entries stay in memory, where no other tab sees them.
        if ((isVersioned || !record.has_item) && !writeVersion(record)) {
          record = { ...record, has_item: false }
          writeVersion(record)
          await records.write(record)
        }
      }
    }

    const { signed_out } = record
    const isSignedOut = sharing !== 'memory' && signed_out > 0 && record.version === signed_out
    return {
      session: sharing === 'memory' ? signed_out : record.session,
      signedOut: signed_out,
      isSignedOut,
      // Any cache that tabs share has to tell that a session was restored after the sign-out.
      write: work =>
        isVersioned || isSignedOut ? change(() => ({ has_item: true }), work) : work(),
      startSession: work =>
        sharing === 'memory' ? work() : change(session => ({ session, has_item: true }), work),
      clearSession: work =>
        sharing === 'memory' ? work() : change(session => ({ session, has_item: false }), work),
      endSession: work =>
        change(next => ({ session: next, signed_out: next, has_item: false }), work),
    }
  }

  let waitMs = MAX_HOLD_MS
  return {
    run: async work => {
      const takeTurn = async () => work(await openTurn())
      let isGranted = false
      try {
        return await tabLock.run(
          name,
          () => {
            isGranted = true
            waitMs = MAX_HOLD_MS
            return takeTurn()
          },
          waitMs,
        )
      } catch (error) {
        // Whatever keeps the lock from this page, a sign-out must not fail because of it.
        if (isGranted) throw error
        waitMs = SHORT_WAIT_MS
        return takeTurn()
      }
    },
  }
}
