import type { JWK } from 'jose'
import { ownMembers } from '../own-members.ts'
import { pick } from './parameters.ts'

/** A JSON Web Key Set (RFC 7517 section 5): the keys of a tenant that can have signed an ID token. */
export interface Jwks {
  keys: JWK[]
}

/** What to do where a tenant publishes no keys, such as a mock. */
export const ADVICE_ON_KEYS =
  "A mocked tenant without keys needs the option `idTokenSignature: 'trust-tls'`."

/** Key types and algorithms that a client can allow (RFC 7518 section 6, RFC 8037). */
const ALLOWED = [
  ['RSA', 'RS256'],
  ['RSA', 'PS256'],
  ['EC', 'ES256'],
  ['OKP', 'EdDSA'],
]

/** The members of a JWK that are used; certificates and private parts are dropped. */
const MEMBERS = ['kty', 'kid', 'use', 'key_ops', 'alg', 'crv', 'n', 'e', 'x', 'y']

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const publicPart = (key: Record<string, unknown>): JWK =>
  pick(key, name => MEMBERS.includes(name)) as JWK

const canVerify = ({ kty, use, alg, key_ops }: JWK): boolean =>
  ALLOWED.some(([type, algorithm]) => kty === type && (alg ?? algorithm) === algorithm) &&
  (use ?? 'sig') === 'sig' &&
  [key_ops ?? 'verify'].flat().includes('verify')

/**
 * Reads a key set, as it was published or stored; `undefined` if it is invalid. Other keys are
 * dropped.
 */
export const parseJwks = (json: unknown): Jwks | undefined => {
  const { keys } = ownMembers(json as { keys?: unknown } | undefined)
  return Array.isArray(keys)
    ? { keys: keys.filter(isObject).map(publicPart).filter(canVerify) }
    : undefined
}
