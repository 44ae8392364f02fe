import { FAR_FUTURE_SECONDS } from './grant-store.js'
import { copyOf } from './model-store.js'

/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */

/**
 * Refresh tokens as the engine finds them. The ledger knows which of them there are; all of one
 * family are alike, so they are stored once. A spent token is still found, however old, for the
 * ledger to recognise its reuse. The engine never sees one expire: that, too, the ledger judges.
 *
 * @param {import('../tokens/ledger.js').Ledger} ledger
 * @returns {Adapter}
 */
export const createRefreshTokenAdapter = ledger => ({
  async upsert(token, { jti: _, iat: __, exp: ___, rotations: ____, ...shared }) {
    ledger.attach(token, copyOf(shared))
  },
  async find(token) {
    const found = ledger.recall(token)
    if (!found) return undefined
    const payload = /** @type {AdapterPayload} */ (copyOf(found.payload))
    return { ...payload, jti: token, rotations: found.generation, exp: FAR_FUTURE_SECONDS }
  },
  async revokeByGrantId(grantId) {
    // The engine wants this when an authorization code is redeemed twice (RFC 6749 section 4.1.2).
    ledger.revokeGrant(grantId, 'reuse')
  },
  // What becomes of a token when it is exchanged or revoked, the ledger has decided before.
  async consume() {},
  async destroy() {},
  async findByUid() {
    return undefined
  },
  async findByUserCode() {
    return undefined
  },
})
