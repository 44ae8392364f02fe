import { activeTokensOf, endToken } from './family.js'
import { whyExpired } from './family-expiry.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./family.js').TokenRecord} TokenRecord */
/** @typedef {import('./snapshots.js').EndReason} EndReason */

/**
 * @typedef {object} EndReasonsParts
 * @property {import('./family-registry.js').FamilyRegistry} registry
 * @property {import('./ledger.js').PolicyFor} policyFor
 * @property {import('./ledger.js').ReportEvent} reportEvent
 * @property {(family: FamilyRecord) => void} publish
 */

/**
 * Ends tokens and families, for every reason except rotation.
 *
 * @param {EndReasonsParts} parts
 */
export const createEndReasons = ({ registry, policyFor, reportEvent, publish }) => {
  /**
   * Ends a family and its active tokens.
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
    reportEvent('refresh_token_revoked', family, { reason })
    finish(family, 'revoked', reason)
  }

  return {
    revokeFamily,

    /**
     * The family stays active if it has another active token.
     *
     * @param {FamilyRecord} family
     * @param {TokenRecord} token an active one
     * @param {EndReason} reason
     */
    revokeOne: (family, token, reason) => {
      if (activeTokensOf(family).length === 1) return revokeFamily(family, reason)
      endToken(token, 'revoked', reason)
      reportEvent('refresh_token_revoked', family, { generation: token.generation, reason })
      return publish(family)
    },

    /**
     * There is no timer: expiry is detected when the family is used. It is final, even if a
     * lifetime is extended later.
     *
     * @param {FamilyRecord} family
     * @returns {boolean} whether it has ended, now or before
     */
    expireIfOver: family => {
      if (family.status !== 'active') return true
      const reason = whyExpired(family, policyFor(family), Date.now())
      if (!reason) return false
      reportEvent('refresh_token_expired', family, { reason })
      finish(family, 'expired', reason)
      return true
    },

    /**
     * @param {FamilyRecord} family
     * @param {TokenRecord} [presented] absent if its record was already dropped
     */
    detectReuse: (family, presented) => {
      if (presented) presented.reusedAtMs = Date.now()
      reportEvent('refresh_token_reused', family, presented && { generation: presented.generation })
      finish(family, 'revoked', 'reuse')
    },
  }
}

/** @typedef {ReturnType<typeof createEndReasons>} EndReasons */
