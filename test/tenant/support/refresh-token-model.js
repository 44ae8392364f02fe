/**
 * The rules of refresh tokens once more, written down independently of the tenant: small, slow, and
 * for one client, one user and one audience.
 *
 * @typedef {object} Rules
 * @property {boolean} rotation
 * @property {number} leewayMs
 * @property {number} lifetimeMs
 * @property {number} idleMs
 * @property {number} mostActive
 *
 * @typedef {object} Family
 * @property {boolean} isOver
 * @property {number} startedAt
 * @property {number} usedAt
 *
 * @typedef {object} Token
 * @property {Family} family
 * @property {number} generation
 * @property {boolean} rotating
 * @property {'active' | 'spent' | 'swapped' | 'dead'} state
 * @property {number} firstUsedAt
 *
 * @typedef {'refused' | 'same' | 'new'} Answer
 */

/**
 * @param {Rules} rules to be changed while the model is in use
 * @param {() => number} clock
 */
export const createRefreshTokenModel = (rules, clock) => {
  /** @type {Token[]} in the order in which they were issued */
  const tokens = []
  let reuses = 0

  /** @param {Family} family */
  const isOver = family => {
    const now = clock()
    const hasEnded =
      now >= family.startedAt + rules.lifetimeMs || now >= family.usedAt + rules.idleMs
    if (hasEnded) family.isOver = true
    return family.isOver
  }

  const active = () => tokens.filter(({ state, family }) => state === 'active' && !isOver(family))

  /** @param {Token} token */
  const kill = token => {
    token.state = 'dead'
    const { family } = token
    if (!active().some(other => other.family === family)) family.isOver = true
  }

  /**
   * @param {Family} family
   * @param {number} generation
   */
  const issue = (family, generation) => {
    tokens.push({ family, generation, rotating: rules.rotation, state: 'active', firstUsedAt: NaN })
    while (active().length > rules.mostActive) active().slice(0, 1).forEach(kill)
  }

  /** @param {Token} token */
  const swap = token => {
    const isFirstUse = token.state === 'active'
    for (const other of tokens) {
      const isOfFamily = other.family === token.family
      const isDeleted = rules.rotation && !other.rotating && other.state === 'active'
      if (other !== token && (isOfFamily || isDeleted)) other.state = 'dead'
    }
    token.state = 'swapped'
    if (isFirstUse) token.firstUsedAt = clock()
    for (const { family } of tokens) {
      const isAlive = active().some(other => other.family === family)
      if (family !== token.family && !isAlive) family.isOver = true
    }
  }

  /** @param {Token} token */
  const spend = token => {
    for (const sibling of active()) {
      if (sibling.family !== token.family) continue
      sibling.state = 'spent'
      sibling.firstUsedAt = clock()
    }
  }

  return {
    tokens,
    reuses: () => reuses,

    logIn: () => {
      const now = clock()
      issue({ isOver: false, startedAt: now, usedAt: now }, 0)
    },

    /**
     * @param {Token} token
     * @returns {Answer}
     */
    exchange: token => {
      const { family } = token
      if (isOver(family) || token.state === 'dead') return 'refused'
      const latest = tokens.filter(other => other.family === family).at(-1) ?? token
      const isInLeeway =
        token.generation === latest.generation - 1 &&
        clock() <= token.firstUsedAt + rules.leewayMs &&
        rules.leewayMs > 0
      if (token.state !== 'active' && !isInLeeway) {
        if (token.state === 'spent') {
          reuses += 1
          family.isOver = true
        }
        return 'refused'
      }
      family.usedAt = clock()
      if (token.state === 'active' && !token.rotating && !rules.rotation) return 'same'
      if (latest.rotating !== rules.rotation) swap(token)
      else if (token.state === 'active') spend(token)
      issue(family, token.generation + 1)
      return 'new'
    },

    /** @param {Token} token */
    revoke: token => {
      const isDead = isOver(token.family) || token.state === 'dead' || token.state === 'swapped'
      if (isDead) return
      if (token.rotating) token.family.isOver = true
      else kill(token)
    },
  }
}
