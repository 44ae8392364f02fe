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
 * @property {() => number} mostActive how many active tokens one user and application may have
 * @property {() => number} nextOrder
 * @property {import('./ledger.js').Tell} tell
 * @property {(family: FamilyRecord) => void} publish
 */

/**
 * How new tokens come into being, and what each of them puts an end to.
 *
 * @param {IssuanceParts} parts
 */
export const createIssuance = ({ registry, endReasons, mostActive, nextOrder, tell, publish }) => {
  /** @param {FamilyRecord} owner whose user and application may have become too many tokens */
  const keepToCap = owner => {
    const active = registry
      .activeTokensOf(owner)
      .filter(({ family }) => !endReasons.expireIfOver(family))
      .sort((one, other) => one.token.order - other.token.order)
    const tooMany = Math.max(0, active.length - mostActive())
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
    keepToCap(family)
    return token
  }

  /**
   * A token of one kind is exchanged for one of the other. Where rotation begins, all that do not
   * rotate go, of the same client, audience and user; where it ends, the family's rotating ones do.
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
      const goesToo = !token.rotating && other.audience === family.audience
      if (goesToo) endReasons.revokeOne(other, token, 'migration')
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
    // Its siblings are spent with it: from now on they count as the previous generation.
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
      tell('refresh_token_issued', family, { generation: 0 })
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
      tell('refresh_token_rotated', family, {
        generation,
        ...leeway,
        ...(isMigration && { reason: 'migration' }),
      })
      publish(family)
      return token
    },
  }
}
