import { describe, expect, it } from 'vitest'
import {
  type DecodedIdToken,
  judgeIdToken,
  judgeSessionExpiry,
} from '../../../src/protocol/id-token.ts'
import { CLAIMS, EXPECTED, mint, NOW } from './id-tokens.ts'

const decode = (token: string): DecodedIdToken => {
  const verdict = judgeIdToken(token, EXPECTED)
  if ('refusal' in verdict) throw new Error(verdict.refusal)
  return verdict.decoded
}

const PROTOCOL_CLAIMS =
  'iss aud exp nbf iat jti azp nonce auth_time at_hash c_hash acr amr sub_jwk cnf sip_from_tag sip_date sip_callid sip_cseq_num sip_via_branch orig dest mky events toe txn rph sid vot vtm'.split(
    ' ',
  )

describe('the decoded form of an ID token', () => {
  it('holds the parts as they were received, the header, and all claims with the raw token', () => {
    const token = mint({ name: 'Ada' }, { alg: 'RS256', kid: 'k1' })
    const [header, payload, signature] = token.split('.')
    expect(decode(token)).toEqual({
      encoded: { header, payload, signature },
      header: { alg: 'RS256', kid: 'k1' },
      claims: { ...CLAIMS, name: 'Ada', __raw: token },
      user: { sub: 'auth0|ada', name: 'Ada' },
    })
  })

  it('reads names in UTF-8', () => {
    expect(decode(mint({ name: 'Ádá 李' })).user.name).toBe('Ádá 李')
  })
})

describe('claims that the user does not have', () => {
  it.each(PROTOCOL_CLAIMS)('leaves out %s, and keeps it among the claims', name => {
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
  ])('keeps %s', name => {
    expect(decode(mint({ [name]: 'kept' })).user).toEqual({
      sub: 'auth0|ada',
      [name]: 'kept',
    })
  })

  it('security 73: takes a claim named __proto__ for a claim and nothing else', () => {
    const payload = JSON.parse('{"__proto__":{"isAdmin":true}}')
    const { user } = decode(mint(payload))
    expect(user.isAdmin).toBeUndefined()
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  })
})

describe('session_expiry', () => {
  const judge = (session_expiry: unknown): string | undefined =>
    judgeSessionExpiry({ __raw: '', iat: NOW, session_expiry: session_expiry as number })

  it.each([
    ['text', String(NOW + 60)],
    ['null', null],
    ['milliseconds', (NOW + 60) * 1000],
    ['the first number that is taken for milliseconds', 10_000_000_000],
    ['the time of issue', NOW],
    ['a time before the issue', NOW - 1],
  ])('refuses %s', (_, value) => {
    expect(judge(value)).toMatch(/^Invalid session_expiry: ./)
  })

  it.each([undefined, NOW + 1, 9_999_999_999])('accepts %j', value => {
    expect(judge(value)).toBeUndefined()
  })
})
