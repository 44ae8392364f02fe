import type { RenewalRequest } from './renewer.ts'

/** So many failures in a row cost nothing; after them attempts are spaced. */
const FREE_FAILURES = 10
const SPACE_MS = 5_000

interface Failures {
  count: number
  last: unknown
  atMs: number
}

/**
 * Keeps renewals that fail for ever from becoming a flood: an application may ask in a loop, the
 * tenant is asked so often a minute and no more. Between attempts the last error is given again.
 */
export interface Pacing {
  attempt<T>(request: RenewalRequest, work: () => Promise<T>): Promise<T>
  /** Asks nothing for so long, because the server said so with this error. */
  holdOff(forMs: number, error: unknown): void
  /** Forgets all failures: something has changed for the better. */
  reset(): void
}

export const createPacing = (): Pacing => {
  const failures = new Map<string, Failures>()
  let held: { untilMs: number; error: unknown } | undefined

  const attempt: Pacing['attempt'] = async ({ slot, signal }, work) => {
    const now = performance.now()
    if (held && now < held.untilMs) throw held.error
    const key = `${slot.audience}|${slot.scope}`
    const known = failures.get(key)
    if (known && known.count >= FREE_FAILURES && now < known.atMs + SPACE_MS) throw known.last
    try {
      const result = await work()
      failures.delete(key)
      return result
    } catch (last) {
      // That the session has ended says nothing about the next.
      if (last !== signal.reason) {
        failures.set(key, { count: (known?.count ?? 0) + 1, last, atMs: performance.now() })
      }
      throw last
    }
  }

  return {
    attempt,
    holdOff: (forMs, error) => {
      held = { untilMs: performance.now() + forMs, error }
    },
    reset: () => {
      failures.clear()
      held = undefined
    },
  }
}
