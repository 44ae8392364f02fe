import { compactVerify } from 'jose/jws/compact/verify'
import type { importJWK } from 'jose/key/import'
import { pick } from './parameters.ts'

/** A key as JSON (RFC 7517 section 4). */
type JWK = Parameters<typeof importJWK>[0]

/** The public keys of a tenant (RFC 7517 section 5). */
export interface PublicKeys {
  keys: JWK[]
}

/** What verifying takes of a key; certificates and private parts are not among it. */
const MEMBERS = ['kty', 'kid', 'use', 'key_ops', 'alg', 'crv', 'n', 'e', 'x', 'y']

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const publicPart = (key: Record<string, unknown>): JWK =>
  pick(key, name => MEMBERS.includes(name)) as JWK

/** A key set as it was published, or kept since; `undefined` when it is none. */
export const readPublicKeys = (json: unknown): PublicKeys | undefined =>
  isObject(json) && Array.isArray(json.keys)
    ? { keys: json.keys.filter(isObject).map(publicPart) }
    : undefined

/** Why a signature does not count. */
export interface SignatureRefusal {
  refusal: string
  /** The key that signed may be one that has been published since. */
  mayBeNewKey: boolean
}

/** What kind of key an algorithm takes (RFC 7518 section 6, RFC 8037). */
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
 * Verifies the signature of an ID token (RFC 7515 section 5.2) with a key whose type, use and
 * algorithm fit: the one that the token names or, if it names none, the only one there is.
 */
export const judgeSignature = async (
  token: string,
  { keys }: PublicKeys,
  algorithms: readonly string[],
): Promise<SignatureRefusal | undefined> => {
  let refusal = 'ID token signature is invalid'
  let mayBeNewKey = false
  try {
    await compactVerify(
      token,
      header => {
        const [key, ...others] = keys.filter(fits(header))
        if (!key) {
          refusal = 'ID token is signed with a key that is not published'
          mayBeNewKey = true
        } else if (others.length > 0) {
          refusal = 'ID token does not say which of several keys signed it'
        } else {
          // Of keys without names one may have taken the place of another.
          mayBeNewKey = header.kid === undefined
          return key
        }
        throw new Error(refusal)
      },
      { algorithms: [...algorithms] },
    )
    return
  } catch {
    return { refusal, mayBeNewKey }
  }
}
