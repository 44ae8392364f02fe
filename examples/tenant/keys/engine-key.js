import { signBytes } from './sign-bytes.js'

/** @typedef {import('./signing-keys.js').SigningKeys} SigningKeys */

/**
 * The engine takes its keys once, at the start. This one stands for whichever key signs at the
 * moment: it can be changed while the engine runs.
 *
 * @param {typeof import('oidc-provider').ExternalSigningKey} ExternalSigningKey
 * @param {SigningKeys} keys
 */
export const createEngineKey = (ExternalSigningKey, keys) => {
  class CurrentKey extends ExternalSigningKey {
    /** @override */
    get kid() {
      return keys.current().kid
    }

    /** @override */
    get alg() {
      return keys.alg
    }

    /** @override */
    keyObject() {
      return keys.current().publicKey
    }

    /**
     * @override
     * @param {Uint8Array} data
     */
    sign(data) {
      return signBytes(keys.current(), Buffer.from(data))
    }
  }
  return new CurrentKey()
}
