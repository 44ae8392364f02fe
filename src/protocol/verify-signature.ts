import { compactVerify } from 'jose'
import type { Jwks } from './jwks.ts'

type JWK = Jwks['keys'][number]

/** Why a signature is not valid. */
export interface SignatureFailure {
  reason: string
  /** Whether a newer key set may contain the key. */
  isKeyMissing: boolean
}

/** The key type of an algorithm (RFC 7518 section 6, RFC 8037). */
const KEY_TYPES: Record<string, string> = { R: 'RSA', P: 'RSA', E: 'EC' }

const fits =
  ({ alg = '', kid }: { alg?: string; kid?: string }) =>
  (key: JWK): boolean =>
    key.kty === (alg === 'EdDSA' ? 'OKP' : KEY_TYPES[alg.charAt(0)]) &&
    (kid === undefined || key.kid === kid) &&
    (key.alg ?? alg) === alg

/**
 * Verifies the signature of an ID token (RFC 7515 section 5.2) with the key whose type, use and
 * algorithm fit, and whose `kid` is that of the token. A token without a `kid` needs exactly one
 * such key.
 *
 * @returns what is wrong, or `undefined`
 */
export const verifySignature = async (
  token: string,
  { keys }: Jwks,
  algorithms: readonly string[],
): Promise<SignatureFailure | undefined> => {
  let reason = 'ID token signature is invalid'
  let isKeyMissing = false
  try {
    await compactVerify(
      token,
      header => {
        const [key, ...others] = keys.filter(fits(header))
        if (!key) {
          reason = `No key in the JWKS matches kid "${header.kid}"`
          isKeyMissing = true
        } else if (others.length > 0) {
          reason = 'The ID token has no `kid` and several keys match'
        } else {
          // A key without a `kid` may have been replaced by another one.
          isKeyMissing = header.kid === undefined
          return key
        }
        throw new Error(reason)
      },
      { algorithms: [...algorithms] },
    )
    return
  } catch {
    return { reason, isKeyMissing }
  }
}
