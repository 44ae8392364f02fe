import { compactVerify, type JWK } from 'jose'
import { pick } from './parameters.ts'

/** A JSON Web Key Set (RFC 7517 section 5): the public keys of a tenant. */
export interface Jwks {
  keys: JWK[]
}

/** The members of a JWK that are used; certificates and private parts are dropped. */
const MEMBERS = ['kty', 'kid', 'use', 'key_ops', 'alg', 'crv', 'n', 'e', 'x', 'y']

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const publicPart = (key: Record<string, unknown>): JWK =>
  pick(key, name => MEMBERS.includes(name)) as JWK

/** Reads a key set, as it was published or stored; `undefined` if it is invalid. */
export const parseJwks = (json: unknown): Jwks | undefined =>
  isObject(json) && Array.isArray(json.keys)
    ? { keys: json.keys.filter(isObject).map(publicPart) }
    : undefined

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
    (key.use ?? 'sig') === 'sig' &&
    (key.alg ?? alg) === alg &&
    (key.key_ops?.includes('verify') ?? true)

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
