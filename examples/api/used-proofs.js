import { createHash } from 'node:crypto'

/** How many proofs are remembered at most. Beyond that the oldest are forgotten. */
const MOST = 100_000

/**
 * Remembers which DPoP proofs were used, each for as long as it would be accepted (RFC 9449 section
 * 11.1). An API on several machines needs one store for all of them.
 *
 * @param {{ most?: number }} [options]
 */
export const createUsedProofs = ({ most = MOST } = {}) => {
  /** Hashes of keys and ids, the oldest first. @type {Map<string, number>} */
  const expiryOfUsed = new Map()

  const forgetExpired = () => {
    for (const [id, expiresAtMs] of expiryOfUsed) {
      if (expiresAtMs > Date.now() && expiryOfUsed.size < most) return
      expiryOfUsed.delete(id)
    }
  }

  return {
    /**
     * Synchronous, so that only the first of two concurrent requests gets `true`.
     *
     * @param {{ thumbprint: string, jti: string }} proof
     * @param {number} lifetimeSeconds how long the proof would be accepted
     * @returns {boolean} whether it was not used before
     */
    use: ({ thumbprint, jti }, lifetimeSeconds) => {
      forgetExpired()
      const id = createHash('sha256').update(`${thumbprint}.${jti}`).digest('base64url')
      if (expiryOfUsed.has(id)) return false
      expiryOfUsed.set(id, Date.now() + lifetimeSeconds * 1000)
      return true
    },
  }
}

/** @typedef {ReturnType<typeof createUsedProofs>} UsedProofs */
