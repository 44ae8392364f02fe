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

/** How jose reports a signature that was not made with a key; a damaged key fails otherwise. */
const WRONG_SIGNATURE = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'

/**
 * Verifies the signature of an ID token (RFC 7515 section 5.2) with the key whose type, use and
 * algorithm fit, and whose `kid` is that of the token. A token without a `kid` needs exactly one
 * such key; damaged keys do not count.
 *
 * @returns what is wrong, or `undefined`
 */
export const verifySignature = async (
  token: string,
  { keys }: Jwks,
  algorithms: readonly string[],
): Promise<SignatureFailure | undefined> => {
  let candidates: JWK[] | undefined
  let kid: string | undefined

  /** The code of the error, or `undefined` if the signature was made with this candidate. */
  const tryKey = (index: number): Promise<string | undefined> =>
    compactVerify(
      token,
      header => {
        kid = header.kid
        candidates = keys.filter(fits(header))
        const key = candidates[index]
        if (key) return key
        throw new Error()
      },
      { algorithms: [...algorithms] },
    ).then(
      () => undefined,
      ({ code }) => `${code}`,
    )

  const results = [await tryKey(0)]
  for (let index = 1; index < (candidates?.length ?? 0); index += 1) {
    results.push(await tryKey(index))
  }
  const usable = results.filter(code => code === undefined || code === WRONG_SIGNATURE)
  const name = kid === undefined ? 'the ID token, which has no kid' : `kid "${kid}"`
  if (candidates?.length === 0) {
    return { reason: `No key in the JWKS matches ${name}`, isKeyMissing: true }
  }
  if (usable.length > 1) {
    return { reason: `Several keys in the JWKS match ${name}`, isKeyMissing: false }
  }
  if (usable.length === 1 && usable[0] === undefined) return
  // A key without a `kid` may have been replaced by another one.
  const isKeyMissing = candidates !== undefined && kid === undefined
  return { reason: 'ID token signature is invalid', isKeyMissing }
}
