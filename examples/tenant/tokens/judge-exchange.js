/** @typedef {import('./snapshots.js').TokenSnapshot} TokenSnapshot */
/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */

/**
 * - `keep`: the token stays as it is, and goes on working
 * - `succeed`: a new token takes its place, or joins the one that already has
 * - `reused`: it was spent before, so two parties hold it
 * - `ended`: it is of no use, which says nothing about the rest of its family
 *
 * @typedef {'keep' | 'succeed' | 'reused' | 'ended'} Verdict
 */

/**
 * @typedef {object} Facts
 * @property {Pick<TokenSnapshot, 'status' | 'reason' | 'rotating' | 'generation' | 'endedAtMs'>} token
 *   the one that is presented
 * @property {number} newestGeneration of its family
 * @property {Pick<RefreshTokenPolicy, 'rotating' | 'leewaySeconds'>} policy
 * @property {number} nowMs
 */

/**
 * Leeway counts from the first exchange, which is when a token was spent: using it again does not
 * prolong it. Of all spent tokens only those right before the newest may have it.
 *
 * @param {Facts} facts
 */
const isWithinLeeway = ({ token, newestGeneration, policy, nowMs }) =>
  policy.leewaySeconds > 0 &&
  token.generation === newestGeneration - 1 &&
  nowMs <= (token.endedAtMs ?? 0) + policy.leewaySeconds * 1000

/**
 * The rules of Auth0's refresh token rotation (RFC 9700 section 4.14.2) about one exchange.
 *
 * A token that was swapped for one of the other kind counts as deleted, not as spent: whoever
 * presents it late gets nothing, and does no harm to the successor.
 *
 * @param {Facts} facts
 * @returns {Verdict}
 */
export const judgeExchange = facts => {
  const { token, policy } = facts
  if (token.status === 'active') return token.rotating || policy.rotating ? 'succeed' : 'keep'
  if (token.status !== 'spent') return 'ended'
  if (isWithinLeeway(facts)) return 'succeed'
  return token.reason === 'migration' ? 'ended' : 'reused'
}
