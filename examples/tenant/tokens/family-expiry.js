/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */
/** @typedef {{ startedAtMs: number, lastUsedAtMs: number }} FamilyTimes */

/**
 * When a family ends by itself. Both lifetimes are those of now, not of the login: a shorter one
 * ends older tokens too, and a longer one prolongs what is still alive.
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
 * @returns {'absolute_lifetime' | 'idle_lifetime' | undefined} nothing while the family is alive
 */
export const whyExpired = (family, policy, nowMs) => {
  const { expiresAtMs = Infinity, idleExpiresAtMs = Infinity } = expiryOf(family, policy)
  if (nowMs >= expiresAtMs) return 'absolute_lifetime'
  return nowMs >= idleExpiresAtMs ? 'idle_lifetime' : undefined
}
