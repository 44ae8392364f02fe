import { createExpiringStore } from '../engine/expiring-store.js'

/** How long a device has to wait between two questions (RFC 8628 section 3.5). */
export const INTERVAL_SECONDS = 5

// A timer set for the interval fires a little early on some machines.
const EARLY_MS = 250

/**
 * Rejects a device that polls too often with `slow_down`.
 *
 * @param {import('../engine/refusal.js').Refusal} refusal
 */
export const createPollingLimit = refusal => {
  /** @type {import('../engine/expiring-store.js').ExpiringStore<true>} */
  const askedLately = createExpiringStore()

  /** @param {string} deviceCode */
  return deviceCode => {
    const isTooEarly = askedLately.get(deviceCode)
    askedLately.set(deviceCode, true, Date.now() + INTERVAL_SECONDS * 1000 - EARLY_MS)
    if (!isTooEarly) return
    throw refusal(
      429,
      'slow_down',
      `You are polling faster than the specified interval of ${INTERVAL_SECONDS} seconds.`,
    )
  }
}
