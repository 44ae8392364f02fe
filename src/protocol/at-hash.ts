import { base64Url, utf8 } from './base64.ts'

/** The hash that goes with a signature algorithm; Ed25519 is the one that does not name its own. */
const hashFor = (alg: string | undefined): string => (alg === 'EdDSA' ? 'SHA-512' : 'SHA-256')

/**
 * What is wrong with the claim that ties the access token to the ID token, if it is there: the left
 * half of the access token's hash (OpenID Connect Core section 3.1.3.8).
 */
export const judgeAccessTokenHash = async (
  at_hash: unknown,
  alg: string | undefined,
  accessToken: string,
): Promise<string | undefined> => {
  if (at_hash === undefined) return
  const hash = new Uint8Array(await crypto.subtle.digest(hashFor(alg), utf8(accessToken)))
  if (at_hash === base64Url(hash.subarray(0, hash.length / 2))) return
  return 'Access Token hash (at_hash) claim mismatch in the ID token'
}
