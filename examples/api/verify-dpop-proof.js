import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import { invalidProof, invalidToken, nonceRequired, PROOF_ALGORITHMS } from './api-error.js'
import { normalizeHtu } from './normalize-htu.js'

/** How far the time of a proof may be off, because the clocks of devices differ. */
const WINDOW_SECONDS = 300

/** A proof from the future is acceptable until its time plus the window. */
const REMEMBERED_SECONDS = 2 * WINDOW_SECONDS

const LONGEST_JTI = 512

const JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** The private members of a JWK (RFC 7518 section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** @param {string} proof */
const verifySignature = async proof => {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: PROOF_ALGORITHMS,
    })
    return { claims: payload, jwk: protectedHeader.jwk ?? {} }
  } catch (error) {
    throw invalidProof('The DPoP proof is not valid', error)
  }
}

/**
 * @typedef {object} ProvenRequest
 * @property {string | undefined} proof the `DPoP` header
 * @property {string} method
 * @property {string} url as the client sees it; query and fragment are ignored
 * @property {string} accessToken
 * @property {string} thumbprint of the key that the access token is bound to: `cnf.jkt`
 */

/**
 * Verifies DPoP proofs by RFC 9449 section 4.3. A proof must contain a nonce only while `settings`
 * says so; its time is then that of the nonce.
 *
 * @param {{
 *   settings: { requireDpopNonce: boolean },
 *   nonces: import('./dpop-nonces.js').DpopNonces,
 *   usedProofs: import('./used-proofs.js').UsedProofs,
 * }} parts
 */
export const createVerifyDpopProof =
  ({ settings, nonces, usedProofs }) =>
  /**
   * @param {ProvenRequest} request
   * @returns {Promise<void>}
   * @throws {import('./api-error.js').ApiError}
   */
  async ({ proof, method, url, accessToken, thumbprint }) => {
    if (!proof) throw invalidProof('A DPoP proof is required')
    // Node joins two headers with a comma.
    if (!JWS.test(proof)) throw invalidProof('There must be one DPoP proof')
    const { claims, jwk } = await verifySignature(proof)
    const { jti, iat, htm, htu, ath, nonce } = claims

    if (PRIVATE_MEMBERS.some(name => name in jwk)) {
      throw invalidProof('The key of the DPoP proof is a private one')
    }
    if (htm !== method) throw invalidProof('The DPoP proof is for another method')
    const proven = normalizeHtu(htu)
    if (proven === undefined || proven !== normalizeHtu(url)) {
      throw invalidProof('The DPoP proof is for another URL')
    }
    if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) {
      throw invalidProof('The DPoP proof has no usable jti')
    }
    if (ath !== createHash('sha256').update(accessToken).digest('base64url')) {
      throw invalidProof('The DPoP proof is for another access token')
    }
    if ((await calculateJwkThumbprint(jwk)) !== thumbprint) {
      throw invalidToken('The access token is bound to another key', 'DPoP')
    }
    if (typeof iat !== 'number') throw invalidProof('The DPoP proof has no iat')
    if (settings.requireDpopNonce) {
      if (!nonces.accepts(nonce)) throw nonceRequired()
    } else if (Math.abs(Date.now() / 1000 - iat) > WINDOW_SECONDS) {
      throw invalidProof('The time of the DPoP proof is too far off')
    }
    if (!usedProofs.use({ thumbprint, jti }, REMEMBERED_SECONDS)) {
      throw invalidProof('The DPoP proof was used before')
    }
  }

/** @typedef {ReturnType<typeof createVerifyDpopProof>} VerifyDpopProof */
