import { appendBounded } from '../http/bounded-list.js'

/**
 * @typedef {object} TenantEvent
 * An event of a token family, an applied fault or an error. Never contains a token.
 * @property {number} time milliseconds since 1970
 * @property {'refresh_token_issued' | 'refresh_token_rotated' | 'refresh_token_kept'
 *   | 'refresh_token_reused' | 'refresh_token_expired' | 'refresh_token_revoked'
 *   | 'fault_applied' | 'server_error'} type
 * @property {string} [family] a short random name of the family
 * @property {string} [client_id]
 * @property {string} [sub]
 * @property {number} [generation] of the token presented or issued; the login's is 0
 * @property {boolean} [withinLeeway] the previous token was used again within the leeway
 * @property {import('./snapshots.js').EndReason} [reason] why something ended
 * @property {string} [fault] its name
 * @property {string} [endpoint] where a fault applied
 * @property {string} [message] of an error
 */

/** @typedef {(event: Omit<TenantEvent, 'time'>) => void} RecordEvent */

/** @typedef {(onEvent: (event: TenantEvent) => void) => () => void} SubscribeToEvents */

/** @returns {{ events: TenantEvent[], record: RecordEvent, subscribe: SubscribeToEvents }} */
export const createEventLog = () => {
  /** @type {TenantEvent[]} */
  const events = []
  /** @type {Set<(event: TenantEvent) => void>} */
  const subscribers = new Set()
  return {
    events,
    record: event => {
      const entry = { time: Date.now(), ...event }
      appendBounded(events, entry)
      for (const notify of subscribers) notify(entry)
    },
    subscribe: onEvent => {
      subscribers.add(onEvent)
      return () => {
        subscribers.delete(onEvent)
      }
    },
  }
}
