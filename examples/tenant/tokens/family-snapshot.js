import { expiryOf } from './family-expiry.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */

/**
 * @param {FamilyRecord} family
 * @param {RefreshTokenPolicy} policy
 * @returns {import('./snapshots.js').FamilySnapshot}
 */
export const takeSnapshot = (family, policy) => {
  const { name, client_id, sub, audience, scope, status, reason, startedAtMs, tokens } = family
  return {
    name,
    client_id,
    sub,
    ...(audience !== undefined && { audience }),
    scope,
    status,
    ...(reason && { reason }),
    startedAtMs,
    ...(status === 'active' && expiryOf(family, policy)),
    tokens: tokens.map(({ order: _, handle: __, ...token }) => token),
  }
}
