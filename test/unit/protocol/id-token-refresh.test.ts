import { describe, expect, it } from 'vitest'
import {
  judgeRefreshedIdToken,
  type LoginClaims,
  loginClaimsOf,
} from '../../../src/protocol/id-token-refresh.ts'
import { CLAIMS } from './id-tokens.ts'

const { nonce: _, ...BEFORE } = CLAIMS
const judge = (claims: object, logins: LoginClaims[] = [], before: object = {}) =>
  judgeRefreshedIdToken(
    { ...BEFORE, __raw: '', ...claims },
    { ...BEFORE, __raw: '', ...before },
    logins,
  )

describe('security 43: the ID token of a refresh', () => {
  it.each([
    ['iss', { iss: 'https://other.example.com/' }, {}],
    ['sub', { sub: 'auth0|grace' }, {}],
    ['azp', { azp: 'client-1' }, {}],
    ['azp', {}, { azp: 'client-1' }],
  ])('keeps %s: %j after %j is refused', (name, claims, before) => {
    expect(judge(claims, [], before)).toBe(
      `The ID token of the refresh differs from the one before in its ${name} claim`,
    )
  })

  it.each([{ nonce: 'n-2' }, { auth_time: 6 }])('keeps what it says of the login: %j', claims => {
    const login = { nonce: 'n-1', auth_time: 5 }
    expect(judge(claims, [login])).toMatch('differs from that of the login')
    expect(judge(login, [login])).toBeUndefined()
    expect(judge({}, [login])).toBeUndefined()
    expect(judge(claims, [])).toBeUndefined()
  })

  it('may come from any of the logins that the refresh token serves, but not from a mixture', () => {
    const logins = [
      { nonce: 'n-1', auth_time: 5 },
      { nonce: 'n-2', auth_time: 6 },
    ]
    expect(judge({ nonce: 'n-2', auth_time: 6 }, logins)).toBeUndefined()
    expect(judge({ nonce: 'n-2', auth_time: 5 }, logins)).toMatch('differs')
  })

  it('has nobody to differ from where nobody is known', () => {
    expect(judgeRefreshedIdToken({ ...CLAIMS, __raw: '' }, undefined, [])).toBeUndefined()
  })

  it('leaves nothing to keep where the login said nothing', () => {
    expect(loginClaimsOf({})).toBeUndefined()
    expect(loginClaimsOf({ ...CLAIMS, auth_time: 5 })).toEqual({ nonce: 'n-1', auth_time: 5 })
  })
})
