import { monotonicMs } from '../deadline.ts'
import { SessionChangedError } from '../session/session-changed-error.ts'
import type { RenewalRequest } from './renewer.ts'

/** After this many consecutive failures, attempts are rate-limited. */
const FREE_FAILURES = 10
const MIN_INTERVAL_MS = 5_000

const PAUSE =
  '[latchkey] Renewals pause (Retry-After, or ten failures): calls reject without a request for (ms):'

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
  /** @throws the last error if it is too early for another attempt */
  check(request: Pick<RenewalRequest, 'slot'>): void
  /** Runs an attempt and counts its failure. */
  attempt<T>(request: Pick<RenewalRequest, 'slot'>, work: () => Promise<T>): Promise<T>
  /** Throws this error for so long without a request, because the server asked for a pause. */
  pauseFor(ms: number, error: unknown): void
  /** Clears all failures, because the cause may be gone. */
  reset(): void
}

const keyOf = ({ slot }: Pick<RenewalRequest, 'slot'>): string => `${slot.audience}|${slot.scope}`

export const createBackoff = (): Backoff => {
  const failures = new Map<string, Failures>()
  let paused: { untilMs: number; error: unknown } | undefined
  let isSaid = false
  const warn = (ms: number, error: unknown): void => {
    if (!isSaid) console.warn(PAUSE, ms, error)
    isSaid = true
  }

  return {
    check: request => {
      const nowMs = monotonicMs()
      if (paused && nowMs < paused.untilMs) throw paused.error
      const known = failures.get(keyOf(request))
      const isLimited =
        known && known.count >= FREE_FAILURES && nowMs < known.atMs + MIN_INTERVAL_MS
      if (isLimited) throw known.last
    },
    attempt: async (request, work) => {
      const key = keyOf(request)
      try {
        const result = await work()
        failures.delete(key)
        return result
      } catch (last) {
        // The end of a session says nothing about the next one.
        if (!(last instanceof SessionChangedError)) {
          const count = (failures.get(key)?.count ?? 0) + 1
          failures.set(key, { count, last, atMs: monotonicMs() })
          if (count === FREE_FAILURES) warn(MIN_INTERVAL_MS, last)
        }
        throw last
      }
    },
    pauseFor: (ms, error) => {
      paused = { untilMs: monotonicMs() + ms, error }
      warn(ms, error)
    },
    reset: () => {
      failures.clear()
      paused = undefined
    },
  }
}
