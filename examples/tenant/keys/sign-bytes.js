import { constants, createHmac, sign } from 'node:crypto'

/** @typedef {import('./signing-key.js').SigningKey} SigningKey */

/** @param {string} alg */
const hashOf = alg => `sha${alg.slice(-3)}`

/**
 * The signature of a JWS (RFC 7515 section 5.1) over whatever it is given: a tenant that
 * misbehaves signs headers and payloads that a library would refuse.
 *
 * @param {SigningKey} key
 * @param {Buffer} data
 * @returns {Buffer}
 */
export const signBytes = ({ alg, privateKey }, data) => {
  if (alg === 'EdDSA') return sign(null, data, privateKey)
  if (alg.startsWith('RS')) return sign(hashOf(alg), data, privateKey)
  if (alg.startsWith('ES')) {
    // RFC 7518 section 3.4: the two numbers side by side, not in ASN.1.
    return sign(hashOf(alg), data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  }
  return sign(hashOf(alg), data, {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}

/**
 * What an attacker can make who knows the public key only, and hopes that it is taken for a
 * shared secret (RFC 8725 section 2.1).
 *
 * @param {SigningKey} key
 * @param {string} alg
 * @param {Buffer} data
 */
export const signWithPublicKey = ({ publicKey }, alg, data) =>
  createHmac(hashOf(alg), publicKey.export({ type: 'spki', format: 'pem' }))
    .update(data)
    .digest()
