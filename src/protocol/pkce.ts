import { throwCryptoUnavailable } from '../errors/crypto-unavailable.ts'
import { base64Url, bytesOf } from './base64.ts'

/** A random string of 43 characters (256 bits), as RFC 7636 section 4.1 recommends for verifiers. */
export const randomString = (): string => {
  try {
    return base64Url(crypto.getRandomValues(new Uint8Array(32)))
  } catch (cause) {
    return throwCryptoUnavailable(cause)
  }
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export const codeChallenge = async (verifier: string): Promise<string> => {
  try {
    return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(verifier))))
  } catch (cause) {
    return throwCryptoUnavailable(cause)
  }
}
