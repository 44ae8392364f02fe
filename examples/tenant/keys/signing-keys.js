import { createLocalJWKSet } from 'jose'
import { signBytes } from './sign-bytes.js'
import { createSigningKey } from './signing-key.js'
import { toStoredKey } from './stored-key.js'

/** @typedef {import('./signing-key.js').SigningKey} SigningKey */

/** @param {unknown} value */
const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * The signing key of a tenant and its published keys. Former signing keys, and keys for other
 * algorithms that a fault uses, may be published as well.
 *
 * @param {string} alg of the key that signs
 * @param {readonly SigningKey[]} [restored] the previously published keys, the signing key first
 * @param {import('node:crypto').KeyObject} [privateKey] of the first key, if none is restored
 */
export const createSigningKeys = async (alg, restored = [], privateKey = undefined) => {
  let current = restored.find(key => key.alg === alg) ?? (await createSigningKey(alg, privateKey))
  /** @type {SigningKey[]} */
  let published = [current, ...restored.filter(key => key !== current)]

  return {
    alg,
    /** The key that signs now. */
    current: () => current,
    /** What `/.well-known/jwks.json` answers now. */
    publicJwks: () => ({ keys: published.map(({ publicJwk }) => publicJwk) }),
    /** Secret: the private keys of all that are published, first the one that signs. */
    dump: () => published.map(toStoredKey),
    /** For the tenant's own verification: the keys published at the moment of asking. */
    localKeySet: () => createLocalJWKSet({ keys: published.map(({ publicJwk }) => publicJwk) }),

    /**
     * Starts to sign with a new key. The old keys stay published, so that existing signatures can
     * be verified, or are removed.
     *
     * @param {{ keepOld?: boolean }} [options]
     * @returns {Promise<{ kid: string }>}
     */
    rotate: async ({ keepOld = true } = {}) => {
      current = await createSigningKey(alg)
      published = keepOld ? [current, ...published] : [current]
      return { kid: current.kid }
    },

    /**
     * Returns a published key for this algorithm: the signing key if it matches, else a key that is
     * created and published on first use.
     *
     * @param {string} wanted
     */
    keyFor: async wanted => {
      const known = [current, ...published].find(key => key.alg === wanted)
      if (known) return known
      const made = await createSigningKey(wanted)
      published = [...published, made]
      return made
    },

    /**
     * @param {Record<string, unknown>} header
     * @param {Record<string, unknown>} payload
     */
    sign: (header, payload) => {
      const input = `${encode({ ...header, alg, kid: current.kid })}.${encode(payload)}`
      return `${input}.${signBytes(current, Buffer.from(input)).toString('base64url')}`
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof createSigningKeys>>} SigningKeys */
