import { throwCryptoUnavailable } from '../../errors/crypto-unavailable.ts'
import { ownMembers } from '../../own-members.ts'
import { base64Url, base64UrlOf } from '../../protocol/base64.ts'
import type { ProofRequest } from './dpop.ts'

/** A key pair, with what every proof of it has in common. */
export interface Signer {
  pair: CryptoKeyPair
  /** The encoded header of its proofs. */
  header: string
  /** RFC 7638. */
  thumbprint: string
}

const KEY = { name: 'ECDSA', namedCurve: 'P-256' }

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const sha256 = async (text: string): Promise<string> =>
  base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))))

/** JSON in ASCII, so that it is encoded without a detour through bytes. */
const encode = (value: object): string =>
  base64UrlOf(
    JSON.stringify(value).replace(
      /[^\0-\x7f]/g,
      char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )

/** Creates a key pair for ES256 whose private key cannot be exported. */
export const createKeyPair = async (): Promise<CryptoKeyPair> => {
  try {
    return await crypto.subtle.generateKey(KEY, false, ['sign', 'verify'])
  } catch (cause) {
    return throwCryptoUnavailable(cause)
  }
}

/** Whether a stored value is a key pair for ES256. */
export const isKeyPair = (value: unknown): value is CryptoKeyPair => {
  const { privateKey, publicKey } = (value ?? {}) as Partial<CryptoKeyPair>
  return [privateKey, publicKey].every(
    key => (key?.algorithm as EcKeyAlgorithm | undefined)?.namedCurve === KEY.namedCurve,
  )
}

/** Prepares a key pair for signing. */
export const createSigner = async (pair: CryptoKeyPair): Promise<Signer> => {
  try {
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
    return {
      pair,
      header: encode({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } }),
      // RFC 7638 section 3.2: these members in this order.
      thumbprint: await sha256(JSON.stringify({ crv, kty, x, y })),
    }
  } catch (cause) {
    return throwCryptoUnavailable(cause)
  }
}

/** Hashes of access tokens; the same token is used for many requests. */
const createTokenHash = () => {
  let last: { token: string; hash: string } | undefined
  return async (token: string): Promise<string> => {
    if (last?.token !== token) last = { token, hash: await sha256(token) }
    return last.hash
  }
}

/** Signs proofs (RFC 9449 section 4.2). Only the signature itself leaves this thread. */
export const createProofs = () => {
  const tokenHash = createTokenHash()
  return async ({ pair, header }: Signer, request: ProofRequest): Promise<string> => {
    const { url, method, nonce, accessToken } = ownMembers(request)
    try {
      const input = `${header}.${encode({
        iat: Math.floor(Date.now() / 1000),
        jti: crypto.randomUUID(),
        htm: method,
        htu: url.replace(/[?#].*/s, ''),
        nonce,
        ath: accessToken ? await tokenHash(accessToken) : undefined,
      })}`
      const algorithm = { name: KEY.name, hash: 'SHA-256' }
      const signature = await crypto.subtle.sign(algorithm, pair.privateKey, utf8(input))
      return `${input}.${base64Url(new Uint8Array(signature))}`
    } catch (cause) {
      return throwCryptoUnavailable(cause)
    }
  }
}
