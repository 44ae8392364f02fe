import { activeTokensOf, endToken } from './family.js'
import { whyExpired } from './family-expiry.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./family.js').TokenRecord} TokenRecord */
/** @typedef {import('./snapshots.js').EndReason} EndReason */

/**
 * @typedef {object} EndReasonsParts
 * @property {import('./family-registry.js').FamilyRegistry} registry
 * @property {import('./ledger.js').PolicyFor} policyFor
 * @property {import('./ledger.js').Tell} tell
 * @property {(family: FamilyRecord) => void} publish
 */

/**
 * Ends tokens and families, for every reason except rotation.
 *
 * @param {EndReasonsParts} parts
 */
export const createEndReasons = ({ registry, policyFor, tell, publish }) => {
  /**
   * Ends what is active in a family, and the family with it.
   *
   * @param {FamilyRecord} family
   * @param {'revoked' | 'expired'} status
   * @param {EndReason} reason
   */
  const finish = (family, status, reason) => {
    for (const token of activeTokensOf(family)) endToken(token, status, reason)
    Object.assign(family, { status, reason })
    registry.finish(family)
    publish(family)
  }

  /**
   * @param {FamilyRecord} family
   * @param {EndReason} reason
   */
  const revokeFamily = (family, reason) => {
    tell('refresh_token_revoked', family, { reason })
    finish(family, 'revoked', reason)
  }

  return {
    revokeFamily,

    /**
     * The family goes on if it has another active token.
     *
     * @param {FamilyRecord} family
     * @param {TokenRecord} token one that is active
     * @param {EndReason} reason
     */
    revokeOne: (family, token, reason) => {
      if (activeTokensOf(family).length === 1) return revokeFamily(family, reason)
      endToken(token, 'revoked', reason)
      tell('refresh_token_revoked', family, { generation: token.generation, reason })
      return publish(family)
    },

    /**
     * Nothing runs in the background: that a family is over is found when somebody asks for it.
     * From then on it is, even if a lifetime is prolonged.
     *
     * @param {FamilyRecord} family
     * @returns {boolean} whether it has ended, now or before
     */
    expireIfOver: family => {
      if (family.status !== 'active') return true
      const reason = whyExpired(family, policyFor(family), Date.now())
      if (!reason) return false
      tell('refresh_token_expired', family, { reason })
      finish(family, 'expired', reason)
      return true
    },

    /**
     * @param {FamilyRecord} family
     * @param {TokenRecord} [presented] none if it is too old to be remembered
     */
    detectReuse: (family, presented) => {
      if (presented) presented.reusedAtMs = Date.now()
      tell('refresh_token_reused', family, presented && { generation: presented.generation })
      finish(family, 'revoked', 'reuse')
    },
  }
}

/** @typedef {ReturnType<typeof createEndReasons>} EndReasons */
