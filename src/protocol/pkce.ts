import { base64Url, bytesOf } from './base64.ts'

/** The unreserved characters of RFC 7636 section 4.1. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_~.'
const LENGTH = 43

/**
 * A random string of 43 characters (259 bits). Bytes that would make some characters
 * more likely than others are skipped.
 */
export const randomString = (): string => {
  const fair = 256 - (256 % ALPHABET.length)
  let text = ''
  while (text.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH + 21))) {
      if (byte < fair && text.length < LENGTH) text += ALPHABET[byte % ALPHABET.length]
    }
  }
  return text
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export const codeChallenge = async (verifier: string): Promise<string> =>
  base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(verifier))))
