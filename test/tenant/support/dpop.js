import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'

/**
 * A client's key, and the proofs made with it (RFC 9449 section 4.2).
 */
export const createDpopKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)

  return {
    thumbprint: await calculateJwkThumbprint(jwk),

    /**
     * @param {string} htu
     * @param {{ htm?: string, nonce?: string, accessToken?: string, claims?: Record<string, unknown> }} [details]
     */
    prove: (htu, { htm = 'POST', nonce, accessToken, claims } = {}) =>
      new SignJWT({
        htu,
        htm,
        jti: randomUUID(),
        ...(nonce && { nonce }),
        ...(accessToken && {
          ath: createHash('sha256').update(accessToken).digest('base64url'),
        }),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt(/** @type {number | undefined} */ (claims?.iat))
        .sign(privateKey),
  }
}

/** @typedef {Awaited<ReturnType<typeof createDpopKey>>} DpopKey */
