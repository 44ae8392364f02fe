import { describe, expect, it } from 'vitest'
import {
  type DecodedIdToken,
  validateIdToken,
  validateSessionExpiry,
} from '../../../src/protocol/id-token.ts'
import { CLAIMS, EXPECTED, mint, NOW } from './id-tokens.ts'

const decode = (token: string): DecodedIdToken => {
  const result = validateIdToken(token, EXPECTED)
  if ('reason' in result) throw new Error(result.reason)
  return result.decoded
}

const PROTOCOL_CLAIMS =
  'iss aud exp nbf iat jti azp nonce auth_time at_hash c_hash acr amr sub_jwk cnf sip_from_tag sip_date sip_callid sip_cseq_num sip_via_branch orig dest mky events toe txn rph sid vot vtm'.split(
    ' ',
  )

describe('the decoded form of an ID token', () => {
  it('contains the parts as they were received, the header, and all claims with the raw token', () => {
    const token = mint({ name: 'Ada' }, { alg: 'RS256', kid: 'k1' })
    const [header, payload, signature] = token.split('.')
    expect(decode(token)).toEqual({
      encoded: { header, payload, signature },
      header: { alg: 'RS256', kid: 'k1' },
      claims: { ...CLAIMS, name: 'Ada', __raw: token },
      user: { sub: 'auth0|ada', name: 'Ada' },
    })
  })

  it('is decoded as UTF-8', () => {
    expect(decode(mint({ name: 'Ádá 李' })).user.name).toBe('Ádá 李')
  })
})

describe('the user', () => {
  it.each(PROTOCOL_CLAIMS)('does not have the claim %s, which stays in the claims', name => {
    const value = { ...CLAIMS, azp: CLAIMS.aud }[name] ?? 1
    const decoded = decode(mint({ [name]: value }))
    expect(decoded.user).not.toHaveProperty(name)
    expect(decoded.claims[name]).toEqual(value)
  })

  it.each([
    'org_id',
    'org_name',
    'session_expiry',
    'act',
    'https://example.com/roles',
    'updated_at',
    'email',
  ])('has the claim %s', name => {
    expect(decode(mint({ [name]: 'kept' })).user).toEqual({
      sub: 'auth0|ada',
      [name]: 'kept',
    })
  })

  it('security 73: has no other prototype because of a claim named __proto__', () => {
    const payload = JSON.parse('{"__proto__":{"isAdmin":true}}')
    const { user } = decode(mint(payload))
    expect(user.isAdmin).toBeUndefined()
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  })
})

describe('session_expiry', () => {
  const MILLISECONDS = 'value appears to be in milliseconds; expected a Unix timestamp in seconds.'
  const TOO_EARLY = 'session ceiling is before or at the token issue time.'
  const validate = (session_expiry: unknown): string | undefined =>
    validateSessionExpiry({ __raw: '', iat: NOW, session_expiry: session_expiry as number })

  it.each([
    ['text', String(NOW + 60), 'value must be a number.'],
    ['null', null, 'value must be a number.'],
    ['milliseconds', (NOW + 60) * 1000, MILLISECONDS],
    ['the smallest number that counts as milliseconds', 10_000_000_000, MILLISECONDS],
    ['the time of issue', NOW, TOO_EARLY],
    ['a time before the issue', NOW - 1, TOO_EARLY],
  ])('must not be %s', (_, value, message) => {
    expect(validate(value)).toBe(`Invalid session_expiry: ${message}`)
  })

  it.each([undefined, NOW + 1, 9_999_999_999])('may be %j', value => {
    expect(validate(value)).toBeUndefined()
  })
})
