/**
 * What the ledger of refresh tokens tells others: the dashboard, the management API, the events.
 * Plain JSON, and never a token.
 *
 * @typedef {'active' | 'spent' | 'revoked' | 'expired'} TokenStatus
 *
 * @typedef {'rotated' | 'reuse' | 'revocation_endpoint' | 'device_credentials' | 'migration' | 'cap'
 *   | 'absolute_lifetime' | 'idle_lifetime' | 'dashboard'} EndReason
 *   why a token is no longer active
 *
 * @typedef {object} TokenSnapshot
 * @property {string} id a short random name, of no use to anyone who wants to sign in
 * @property {string} [parent] the token it was issued for; none for the token of a login
 * @property {number} generation the login's token is 0
 * @property {boolean} rotating whether an exchange spends it
 * @property {TokenStatus} status
 * @property {EndReason} [reason]
 * @property {boolean} [withinLeeway] issued because its parent was used again, and forgiven
 * @property {number} uses how often it was exchanged
 * @property {number} issuedAtMs
 * @property {number} [lastUsedAtMs]
 * @property {number} [endedAtMs]
 * @property {number} [reusedAtMs] when it was presented though it was spent, which ends the family
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
 * @property {number} [idleExpiresAtMs] an exchange does prolong this one
 * @property {TokenSnapshot[]} tokens in the order they were issued; of a long family the latest
 */

export {}
