import type { JWK } from 'jose'
import { pick } from './parameters.ts'

/** A JSON Web Key Set (RFC 7517 section 5): the public keys of a tenant. */
export interface Jwks {
  keys: JWK[]
}

/** The key type of each algorithm that a client can allow (RFC 7518 section 6, RFC 8037). */
const KEY_TYPES: Record<string, string> = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' }

/** The members of a JWK that are used; certificates and private parts are dropped. */
const MEMBERS = ['kty', 'kid', 'use', 'key_ops', 'alg', 'crv', 'n', 'e', 'x', 'y']

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const publicPart = (key: Record<string, unknown>): JWK =>
  pick(key, name => MEMBERS.includes(name)) as JWK

/** Whether a key is meant for verifying signatures of an algorithm. */
export const canVerify = ({ kty, use, alg, key_ops }: JWK, algorithm: string): boolean =>
  Object.hasOwn(KEY_TYPES, algorithm) &&
  kty === KEY_TYPES[algorithm] &&
  (use ?? 'sig') === 'sig' &&
  (alg ?? algorithm) === algorithm &&
  [key_ops ?? 'verify'].flat().includes('verify')

const isUsable = (key: JWK): boolean => Object.keys(KEY_TYPES).some(alg => canVerify(key, alg))

/**
 * Reads a key set, as it was published or stored; `undefined` if it is invalid. Keys that cannot have
 * signed an ID token are dropped.
 */
export const parseJwks = (json: unknown): Jwks | undefined =>
  isObject(json) && Array.isArray(json.keys)
    ? { keys: json.keys.filter(isObject).map(publicPart).filter(isUsable) }
    : undefined
