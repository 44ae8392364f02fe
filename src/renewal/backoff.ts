import type { RenewalRequest } from './renewer.ts'

/** After this many consecutive failures, attempts are rate-limited. */
const FREE_FAILURES = 10
const MIN_INTERVAL_MS = 5_000

interface Failures {
  count: number
  last: unknown
  atMs: number
}

/**
 * Limits the rate of renewals that keep failing, even if the application calls in a loop. Between
 * attempts the last error is thrown again.
 */
export interface Backoff {
  attempt<T>(request: Pick<RenewalRequest, 'slot' | 'signal'>, work: () => Promise<T>): Promise<T>
  /** Throws this error for so long without a request, because the server asked for a pause. */
  pauseFor(ms: number, error: unknown): void
  /** Clears all failures, because the cause may be gone. */
  reset(): void
}

export const createBackoff = (): Backoff => {
  const failures = new Map<string, Failures>()
  let paused: { untilMs: number; error: unknown } | undefined

  const attempt: Backoff['attempt'] = async ({ slot, signal }, work) => {
    const now = performance.now()
    if (paused && now < paused.untilMs) throw paused.error
    const key = `${slot.audience}|${slot.scope}`
    const known = failures.get(key)
    const isLimited = known && known.count >= FREE_FAILURES && now < known.atMs + MIN_INTERVAL_MS
    if (isLimited) throw known.last
    try {
      const result = await work()
      failures.delete(key)
      return result
    } catch (last) {
      // The end of a session says nothing about the next one.
      if (last !== signal.reason) {
        failures.set(key, { count: (known?.count ?? 0) + 1, last, atMs: performance.now() })
      }
      throw last
    }
  }

  return {
    attempt,
    pauseFor: (ms, error) => {
      paused = { untilMs: performance.now() + ms, error }
    },
    reset: () => {
      failures.clear()
      paused = undefined
    },
  }
}
