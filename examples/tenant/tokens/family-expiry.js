/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */
/** @typedef {{ startedAtMs: number, lastUsedAtMs: number }} FamilyTimes */

/**
 * When a family expires. The current lifetimes apply, not those at login: shorter lifetimes also
 * affect older tokens, longer ones extend active families.
 *
 * @param {FamilyTimes} family
 * @param {RefreshTokenPolicy} policy
 */
export const expiryOf = ({ startedAtMs, lastUsedAtMs }, policy) => ({
  ...(policy.lifetimeSeconds !== undefined && {
    expiresAtMs: startedAtMs + policy.lifetimeSeconds * 1000,
  }),
  ...(policy.idleLifetimeSeconds !== undefined && {
    idleExpiresAtMs: lastUsedAtMs + policy.idleLifetimeSeconds * 1000,
  }),
})

/**
 * @param {FamilyTimes} family
 * @param {RefreshTokenPolicy} policy
 * @param {number} nowMs
 * @returns {'absolute_lifetime' | 'idle_lifetime' | undefined} `undefined` while the family is
 *   active
 */
export const whyExpired = (family, policy, nowMs) => {
  const { expiresAtMs = Infinity, idleExpiresAtMs = Infinity } = expiryOf(family, policy)
  if (nowMs >= expiresAtMs) return 'absolute_lifetime'
  return nowMs >= idleExpiresAtMs ? 'idle_lifetime' : undefined
}
