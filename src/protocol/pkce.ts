import { GenericError } from '../errors/core.ts'
import { base64Url, utf8 } from './base64.ts'

/** The unreserved characters of RFC 7636 section 4.1. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_~.'
const LENGTH = 43

/** A browser can have Web Crypto and refuse to use it. */
const refuse = (cause: unknown): never => {
  throw new GenericError('crypto_unavailable', `Web Crypto failed: ${cause}`, { cause })
}

/**
 * A random string of 43 characters (259 bits). Bytes that would make some characters
 * more likely than others are skipped.
 */
export const randomString = (): string => {
  const fair = 256 - (256 % ALPHABET.length)
  let text = ''
  try {
    while (text.length < LENGTH) {
      for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH + 21))) {
        if (byte < fair && text.length < LENGTH) text += ALPHABET[byte % ALPHABET.length]
      }
    }
  } catch (cause) {
    refuse(cause)
  }
  return text
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export const codeChallenge = async (verifier: string): Promise<string> => {
  try {
    return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(verifier))))
  } catch (cause) {
    return refuse(cause)
  }
}
