import { createPublicKey, generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

/** @typedef {import('node:crypto').KeyObject} KeyObject */

/**
 * @typedef {object} SigningKey
 * @property {string} kid
 * @property {string} alg
 * @property {KeyObject} privateKey
 * @property {KeyObject} publicKey
 * @property {import('jose').JWK} publicJwk as it is published
 */

const generate = promisify(generateKeyPair)

/** @type {Record<string, string>} */
const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/**
 * @param {string} alg
 * @returns {Promise<{ privateKey: KeyObject, publicKey: KeyObject }>}
 */
const generateFor = alg => {
  if (/^[RP]S(256|384|512)$/.test(alg)) return generate('rsa', { modulusLength: 2048 })
  const namedCurve = CURVES[alg]
  if (namedCurve) return generate('ec', { namedCurve })
  if (alg === 'EdDSA') return generate('ed25519')
  throw new TypeError(`There are no keys for the algorithm "${alg}".`)
}

/**
 * @param {KeyObject} publicKey
 * @param {{ alg: string, kid: string }} names
 * @returns {import('jose').JWK}
 */
export const toPublicJwk = (publicKey, { alg, kid }) => {
  const jwk = /** @type {import('jose').JWK} */ (publicKey.export({ format: 'jwk' }))
  return { ...jwk, alg, use: 'sig', kid }
}

/**
 * @param {string} alg RFC 7518 section 3.1, RFC 8037 section 3.1
 * @param {KeyObject} [given] its private key; a new one unless given
 * @returns {Promise<SigningKey>}
 */
export const createSigningKey = async (alg, given) => {
  const kid = randomBytes(8).toString('hex')
  const { privateKey, publicKey } = given
    ? { privateKey: given, publicKey: createPublicKey(given) }
    : await generateFor(alg)
  return { kid, alg, privateKey, publicKey, publicJwk: toPublicJwk(publicKey, { alg, kid }) }
}
