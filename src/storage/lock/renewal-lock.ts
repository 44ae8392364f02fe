import type { TabLock } from '../../browser/mutex.ts'

/**
 * Mutual exclusion of renewals over all tabs. A wait that takes too long rejects with a
 * `TimeoutError`.
 */
export interface RenewalLock {
  /** Runs the renewals of an audience one after the other. */
  run<T>(audience: string, task: () => Promise<T>, waitMs: number): Promise<T>
  /** Runs the task only if no renewal of the audience is running. */
  tryRun(audience: string, task: () => Promise<void>): Promise<void>
  /** Runs what spends a refresh token, which entries of several audiences may contain. */
  runWith<T>(refreshToken: string, task: () => Promise<T>, waitMs: number): Promise<T>
}

interface RenewalLockParts {
  options: {
    clientId: string
    /** One refresh token is used for all audiences, so their renewals exclude each other. */
    useMrrt: boolean
  }
  tabLock: TabLock
}

/** A short stable hash (FNV-1a), so that the name of a lock does not contain a token. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const char of text) {
    value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193)
  }
  return (value >>> 0).toString(36)
}

/** The outer locks are those of auth0-spa-js, so that tabs with old and new code take turns. */
export const createRenewalLock = ({ options, tabLock }: RenewalLockParts): RenewalLock => {
  const { clientId, useMrrt } = options
  const lockOf = (audience: string): string => `auth0.lock.getTokenSilently.${clientId}.${audience}`
  const sharedLock = `auth0.lock.refreshToken.${clientId}`

  return {
    run: (audience, task, waitMs) =>
      tabLock.run(
        lockOf(audience),
        useMrrt ? () => tabLock.run(sharedLock, task, waitMs) : task,
        waitMs,
      ),
    tryRun: (audience, task) => tabLock.tryRun(useMrrt ? sharedLock : lockOf(audience), task),
    runWith: (refreshToken, task, waitMs) =>
      tabLock.run(`${sharedLock}.${hash(refreshToken)}`, task, waitMs),
  }
}
