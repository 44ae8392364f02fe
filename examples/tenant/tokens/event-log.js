import { appendBounded } from '../http/bounded-list.js'

/**
 * @typedef {object} TenantEvent
 * What happened to a token family, or went wrong. Never holds a token.
 * @property {number} time milliseconds since 1970
 * @property {'refresh_token_issued' | 'refresh_token_rotated' | 'refresh_token_kept'
 *   | 'refresh_token_reused' | 'refresh_token_expired' | 'refresh_token_revoked'
 *   | 'server_error'} type
 * @property {string} [family] a short name for the family, of no use to anyone else
 * @property {string} [client_id]
 * @property {string} [sub]
 * @property {number} [generation] of the token presented or issued; the login's is 0
 * @property {boolean} [withinLeeway] the previous token was used again, and forgiven
 * @property {string} [message] of an error
 */

/** @typedef {(event: Omit<TenantEvent, 'time'>) => void} RecordEvent */

/** @returns {{ events: TenantEvent[], record: RecordEvent }} */
export const createEventLog = () => {
  /** @type {TenantEvent[]} */
  const events = []
  return {
    events,
    record: event => appendBounded(events, { time: Date.now(), ...event }),
  }
}
