/** @typedef {import('./snapshots.js').TokenSnapshot} TokenSnapshot */
/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */

/**
 * - `keep`: the token stays valid
 * - `succeed`: a new token is issued, possibly another one within the leeway
 * - `reused`: the token was spent before, so two parties have it
 * - `ended`: the token is unusable; its family is not affected
 *
 * @typedef {'keep' | 'succeed' | 'reused' | 'ended'} Decision
 */

/**
 * @typedef {object} Facts
 * @property {Pick<TokenSnapshot, 'status' | 'reason' | 'rotating' | 'generation' | 'endedAtMs'>} token
 *   the presented token
 * @property {number} newestGeneration of its family
 * @property {Pick<RefreshTokenPolicy, 'rotating' | 'leewaySeconds'>} policy
 * @property {number} nowMs
 */

/**
 * The leeway counts from the first exchange; using the token again does not extend it. It applies
 * to the previous generation only.
 *
 * @param {Facts} facts
 */
const isWithinLeeway = ({ token, newestGeneration, policy, nowMs }) =>
  policy.leewaySeconds > 0 &&
  token.generation === newestGeneration - 1 &&
  nowMs <= (token.endedAtMs ?? 0) + policy.leewaySeconds * 1000

/**
 * Applies the rules of Auth0's refresh token rotation (RFC 9700 section 4.14.2) to one exchange.
 *
 * A token that was replaced by a migration counts as deleted, not as spent: presenting it later is
 * rejected and does not revoke its successor.
 *
 * @param {Facts} facts
 * @returns {Decision}
 */
export const decideExchange = facts => {
  const { token, policy } = facts
  if (token.status === 'active') return token.rotating || policy.rotating ? 'succeed' : 'keep'
  if (token.status !== 'spent') return 'ended'
  if (isWithinLeeway(facts)) return 'succeed'
  return token.reason === 'migration' ? 'ended' : 'reused'
}
