import { FAR_FUTURE_SECONDS } from './grant-store.js'
import { copyOf } from './model-store.js'

/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */

/**
 * The engine's storage of refresh tokens. The ledger knows which tokens exist; the payload is the
 * same for a whole family and stored once. Spent tokens are always found, so that the ledger can
 * detect reuse. The ledger also decides about expiry, not the engine.
 *
 * @param {import('../tokens/ledger.js').Ledger} ledger
 * @param {() => boolean} ignoresBinding whether the engine is not to know the key of a token
 * @returns {Adapter}
 */
export const createRefreshTokenAdapter = (ledger, ignoresBinding) => ({
  async upsert(token, { jti: _, iat: __, exp: ___, rotations: ____, ...shared }) {
    // A family that was bound stays bound, also if the binding was ignored for this exchange.
    const jkt = shared.jkt ?? ledger.recall(token)?.payload.jkt
    ledger.attach(token, copyOf({ ...shared, ...(jkt !== undefined && { jkt }) }))
  },
  async find(token) {
    const found = ledger.recall(token)
    if (!found) return undefined
    const payload = /** @type {AdapterPayload} */ (copyOf(found.payload))
    if (ignoresBinding()) delete payload.jkt
    return { ...payload, jti: token, rotations: found.generation, exp: FAR_FUTURE_SECONDS }
  },
  async revokeByGrantId(grantId) {
    // Called when an authorization code is redeemed twice (RFC 6749 section 4.1.2).
    ledger.revokeGrant(grantId, 'reuse')
  },
  // The ledger has already handled the exchange or revocation of the token.
  async consume() {},
  async destroy() {},
  async findByUid() {
    return undefined
  },
  async findByUserCode() {
    return undefined
  },
})
