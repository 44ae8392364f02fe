import type { JWK } from 'jose'
import { ownMembers } from '../own-members.ts'
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
export const parseJwks = (json: unknown): Jwks | undefined => {
  const { keys } = ownMembers(json as { keys?: unknown } | undefined)
  return Array.isArray(keys) ? { keys: keys.filter(isObject).map(publicPart) } : undefined
}
