import { randomBytes } from 'node:crypto'

/** A new nonce is given out this often, and each is accepted for the lifetime below. */
const RENEWAL_MS = 60_000
const LIFETIME_MS = 300_000

const createNonce = () => ({
  value: randomBytes(24).toString('base64url'),
  createdAtMs: Date.now(),
})

/** The nonces that DPoP proofs must contain while the API requires them (RFC 9449 section 9). */
export const createDpopNonces = () => {
  let nonces = [createNonce()]

  return {
    /** @returns {string} the nonce for the next proof */
    current: () => {
      const now = Date.now()
      nonces = nonces.filter(({ createdAtMs }) => now - createdAtMs < LIFETIME_MS)
      const latest = nonces.at(-1)
      if (latest && now - latest.createdAtMs < RENEWAL_MS) return latest.value
      const created = createNonce()
      nonces.push(created)
      return created.value
    },

    /** @param {unknown} nonce */
    accepts: nonce =>
      nonces.some(
        ({ value, createdAtMs }) => value === nonce && Date.now() - createdAtMs < LIFETIME_MS,
      ),

    /** Makes every nonce given out so far invalid at once. */
    rotate: () => {
      nonces = [createNonce()]
    },
  }
}

/** @typedef {ReturnType<typeof createDpopNonces>} DpopNonces */
