import { randomBytes } from 'node:crypto'
import { createExpiringStore } from '../engine/expiring-store.js'

/**
 * @typedef {object} Family
 * All refresh tokens that descend from one login.
 * @property {string} name
 * @property {string} client_id
 * @property {string} sub
 * @property {number} startedAtMs
 * @property {number} head the newest generation issued; the login's token is generation 0
 * @property {number} advancedAtMs when the newest generation was first issued
 */

/**
 * @typedef {object} PresentedToken
 * What the policy needs to know of a refresh token; the engine's model fits.
 * @property {string | undefined} [grantId] one per login, so it identifies the family
 * @property {number | undefined} [rotations] its generation
 */

/** @typedef {'rotate' | 'keep' | 'reused' | 'expired' | 'unknown'} Verdict */

/**
 * Refresh token rotation as Auth0 does it (RFC 9700 section 4.14.2), as a policy on generations:
 * a token of the newest generation may be exchanged, and the exchange makes the next generation.
 * A token of the generation before may be used again while the leeway lasts, and gets a sibling in
 * the newest generation; that does not prolong the leeway. Anything older, or later, is reuse, and
 * ends the family.
 *
 * `judge` looks and spends in one synchronous step, so of two requests with the same token only one
 * is the first.
 *
 * @param {{
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 *   record: import('./event-log.js').RecordEvent,
 * }} parts
 */
export const createRotation = ({ settings, record }) => {
  /** @type {import('../engine/expiring-store.js').ExpiringStore<Family>} */
  const families = createExpiringStore()

  /**
   * @param {import('./event-log.js').TenantEvent['type']} type
   * @param {Family} family
   * @param {{ generation?: number, withinLeeway?: boolean }} [details]
   */
  const tell = (type, { name, client_id, sub }, details) =>
    record({ type, family: name, client_id, sub, ...details })

  /** @param {Family} family */
  const isOver = ({ startedAtMs }) =>
    Date.now() >= startedAtMs + settings.refreshTokenLifetimeSeconds * 1000

  /** @param {Family} family */
  const isWithinLeeway = ({ advancedAtMs }) =>
    settings.leewaySeconds > 0 && Date.now() <= advancedAtMs + settings.leewaySeconds * 1000

  /**
   * @param {Family} family
   * @param {number} generation
   * @returns {Verdict}
   */
  const judgeGeneration = (family, generation) => {
    if (isOver(family)) return 'expired'
    if (generation < family.head) {
      const isPrevious = generation === family.head - 1
      if (!isPrevious || !isWithinLeeway(family)) return 'reused'
      tell('refresh_token_rotated', family, { generation: family.head, withinLeeway: true })
      return 'rotate'
    }
    if (!settings.rotation) {
      tell('refresh_token_kept', family, { generation })
      return 'keep'
    }
    family.head = generation + 1
    family.advancedAtMs = Date.now()
    tell('refresh_token_rotated', family, { generation: family.head })
    return 'rotate'
  }

  return {
    /**
     * A login has been given its first refresh token.
     *
     * @param {{ grantId: string, client_id: string, sub: string, expiresAtMs: number }} login
     */
    start: ({ grantId, client_id, sub, expiresAtMs }) => {
      const name = randomBytes(4).toString('hex')
      const now = Date.now()
      const family = { name, client_id, sub, startedAtMs: now, head: 0, advancedAtMs: now }
      families.set(grantId, family, expiresAtMs)
      tell('refresh_token_issued', family, { generation: 0 })
    },

    /**
     * Decides about an exchange, and makes it final.
     *
     * @param {PresentedToken} token
     * @returns {Verdict}
     */
    judge: ({ grantId = '', rotations: generation = 0 }) => {
      const family = families.get(grantId)
      if (!family) return 'unknown'
      const verdict = judgeGeneration(family, generation)
      if (verdict === 'reused' || verdict === 'expired') {
        families.delete(grantId)
        tell(`refresh_token_${verdict}`, family, { generation })
      }
      return verdict
    },

    /**
     * Ends a family on request, for instance of the revocation endpoint.
     *
     * @param {string} grantId
     */
    revoke: grantId => {
      const family = families.get(grantId)
      if (!family) return
      families.delete(grantId)
      tell('refresh_token_revoked', family)
    },
  }
}

/** @typedef {ReturnType<typeof createRotation>} Rotation */
