import { createPrivateKey, createPublicKey } from 'node:crypto'
import { toPublicJwk } from './signing-key.js'

/** @typedef {import('./signing-key.js').SigningKey} SigningKey */
/** @typedef {{ kid: string, alg: string, privateJwk: import('node:crypto').JsonWebKey }} StoredKey */

/**
 * @param {SigningKey} key
 * @returns {StoredKey} plain JSON, and secret
 */
export const toStoredKey = ({ kid, alg, privateKey }) => ({
  kid,
  alg,
  privateJwk: privateKey.export({ format: 'jwk' }),
})

/**
 * @param {StoredKey} stored
 * @returns {SigningKey}
 */
export const fromStoredKey = ({ kid, alg, privateJwk }) => {
  const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' })
  const publicKey = createPublicKey(privateKey)
  return { kid, alg, privateKey, publicKey, publicJwk: toPublicJwk(publicKey, { alg, kid }) }
}
