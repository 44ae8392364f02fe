import { isOnlineAccess } from '../settings/online-access.js'
import {
  activeTokensOf,
  addToken,
  changeKind,
  endToken,
  forgetOldTokens,
  noteUse,
} from './family.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./family.js').TokenRecord} TokenRecord */

/**
 * @typedef {object} IssuanceParts
 * @property {import('./family-registry.js').FamilyRegistry} registry
 * @property {import('./end-reasons.js').EndReasons} endReasons
 * @property {() => number} maxActive how many active tokens one user and application may have
 * @property {() => number} nextOrder
 * @property {import('./ledger.js').ReportEvent} reportEvent
 * @property {(family: FamilyRecord) => void} publish
 */

/**
 * Issues tokens and ends the tokens that they replace.
 *
 * @param {IssuanceParts} parts
 */
export const createIssuance = ({
  registry,
  endReasons,
  maxActive,
  nextOrder,
  reportEvent,
  publish,
}) => {
  /** @param {FamilyRecord} owner whose user and application may have too many tokens */
  const enforceCap = owner => {
    const active = registry
      .activeTokensOf(owner)
      .filter(({ family }) => !endReasons.expireIfOver(family))
      .sort((one, other) => one.token.order - other.token.order)
    const tooMany = Math.max(0, active.length - maxActive())
    for (const { family, token } of active.slice(0, tooMany)) {
      endReasons.revokeOne(family, token, 'cap')
    }
  }

  /**
   * @param {FamilyRecord} family
   * @param {Pick<TokenRecord, 'parent' | 'generation' | 'withinLeeway'>} details
   */
  const issue = (family, details) => {
    const token = addToken(family, { ...details, order: nextOrder() })
    forgetOldTokens(family)
    enforceCap(family)
    return token
  }

  /**
   * Handles the exchange after rotation was switched. If it was turned on, all non-rotating tokens
   * of the same client, audience and user are revoked; if turned off, the rotating tokens of the
   * family.
   *
   * @param {FamilyRecord} family
   * @param {TokenRecord} presented
   */
  const migrate = (family, presented) => {
    const former = family.handles
    changeKind(family, presented)
    registry.reindex(family, former)
    if (!family.rotating) return
    for (const { family: other, token } of registry.activeTokensOf(family)) {
      const isReplaced = !token.rotating && other.audience === family.audience
      if (isReplaced && !isOnlineAccess(other.scope))
        endReasons.revokeOne(other, token, 'migration')
    }
  }

  /**
   * @param {FamilyRecord} family
   * @param {TokenRecord} presented
   * @param {boolean} isMigration
   */
  const spend = (family, presented, isMigration) => {
    noteUse(family, presented)
    if (isMigration) return migrate(family, presented)
    if (presented.status === 'spent') return undefined
    // All active tokens of the family are spent with it and become the previous generation.
    for (const token of activeTokensOf(family)) endToken(token, 'spent', 'rotated')
    return undefined
  }

  return {
    /**
     * @param {FamilyRecord} family
     * @returns {string} the token of a login
     */
    begin: family => {
      registry.add(family)
      const token = issue(family, { generation: 0 })
      reportEvent('refresh_token_issued', family, { generation: 0 })
      publish(family)
      return token
    },

    /**
     * @param {FamilyRecord} family
     * @param {TokenRecord} presented
     * @param {{ rotating: boolean }} policy
     * @returns {string} the token that comes after the presented one
     */
    succeed: (family, presented, { rotating }) => {
      const isMigration = family.rotating !== rotating
      const leeway = presented.status === 'spent' ? { withinLeeway: true } : {}
      const generation = presented.generation + 1
      spend(family, presented, isMigration)
      const token = issue(family, { parent: presented.id, generation, ...leeway })
      reportEvent('refresh_token_rotated', family, {
        generation,
        ...leeway,
        ...(isMigration && { reason: 'migration' }),
      })
      publish(family)
      return token
    },
  }
}
