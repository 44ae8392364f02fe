/**
 * The public data of the ledger, for the dashboard, the management API and the events. Plain JSON
 * without tokens.
 *
 * @typedef {'active' | 'spent' | 'revoked' | 'expired'} TokenStatus
 *
 * @typedef {'rotated' | 'reuse' | 'revocation_endpoint' | 'device_credentials' | 'migration' | 'cap'
 *   | 'absolute_lifetime' | 'idle_lifetime' | 'session_ended' | 'dashboard'} EndReason
 *   why a token is no longer active
 *
 * @typedef {object} TokenSnapshot
 * @property {string} id a short random name, which cannot be used to sign in
 * @property {string} [parent] the token it was exchanged for; absent for the token of a login
 * @property {number} generation the login's token is 0
 * @property {boolean} rotating whether an exchange spends it
 * @property {TokenStatus} status
 * @property {EndReason} [reason]
 * @property {boolean} [withinLeeway] issued because its parent was used again within the leeway
 * @property {number} uses how often it was exchanged
 * @property {number} issuedAtMs
 * @property {number} [lastUsedAtMs]
 * @property {number} [endedAtMs]
 * @property {number} [reusedAtMs] when it was used again after it was spent, which ends the family
 *
 * @typedef {object} FamilySnapshot
 * All refresh tokens that descend from one login.
 * @property {string} name a short random name
 * @property {string} client_id
 * @property {string} sub
 * @property {string} [audience]
 * @property {string} scope
 * @property {'active' | 'revoked' | 'expired'} status
 * @property {EndReason} [reason]
 * @property {number} startedAtMs
 * @property {number} [expiresAtMs] absolute expiry: rotation does not prolong it
 * @property {number} [idleExpiresAtMs] idle expiry: extended by every exchange
 * @property {TokenSnapshot[]} tokens in the order of issue; only the latest of a long family
 */

export {}
