import { base64Url, bytesOf } from './base64.ts'

/** The hash of a signature algorithm; for `EdDSA` (Ed25519) it is not part of the name. */
const hashFor = (alg: string | undefined): string => (alg === 'EdDSA' ? 'SHA-512' : 'SHA-256')

/** A character that no access token has (RFC 6749 appendix A.12). */
const FOREIGN = /[^ -~]/

/**
 * Checks the `at_hash` claim, if there is one: the left half of the hash of the access token
 * (OpenID Connect Core section 3.1.3.8).
 *
 * @returns what is wrong, or `undefined`
 */
export const validateAtHash = async (
  at_hash: unknown,
  alg: string | undefined,
  accessToken: string,
): Promise<string | undefined> => {
  if (at_hash === undefined) return
  const hash = new Uint8Array(await crypto.subtle.digest(hashFor(alg), bytesOf(accessToken)))
  const expected = base64Url(hash.subarray(0, hash.length / 2))
  if (at_hash === expected && !FOREIGN.test(accessToken)) return
  return 'Access Token hash (at_hash) claim mismatch in the ID token. Both tokens must be from one response of the tenant.'
}
