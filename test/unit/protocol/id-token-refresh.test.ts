import { describe, expect, it } from 'vitest'
import {
  type LoginClaims,
  loginClaimsOf,
  validateRefreshedIdToken,
} from '../../../src/protocol/id-token-refresh.ts'
import { CLAIMS } from './id-tokens.ts'

const { nonce: _, ...BEFORE } = CLAIMS
const validate = (claims: object, logins: LoginClaims[] = [], before: object = {}) =>
  validateRefreshedIdToken(
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
  ])('must have the same %s: %j after %j is invalid', (name, claims, before) => {
    expect(validate(claims, [], before)).toBe(
      `The ID token of the refresh differs from the one before in its ${name} claim: sign in again`,
    )
  })

  it.each([{ nonce: 'n-2' }, { auth_time: 6 }])(
    'must have the nonce and auth_time of the login, if any: %j',
    claims => {
      const login = { nonce: 'n-1', auth_time: 5 }
      expect(validate(claims, [login])).toMatch('differs from that of the login')
      expect(validate(login, [login])).toBeUndefined()
      expect(validate({}, [login])).toBeUndefined()
      expect(validate(claims, [])).toBeUndefined()
    },
  )

  it('may belong to any login of the refresh token, but not to a mixture of them', () => {
    const logins = [
      { nonce: 'n-1', auth_time: 5 },
      { nonce: 'n-2', auth_time: 6 },
    ]
    expect(validate({ nonce: 'n-2', auth_time: 6 }, logins)).toBeUndefined()
    expect(validate({ nonce: 'n-2', auth_time: 5 }, logins)).toMatch('differs')
  })

  it('may be the first one', () => {
    expect(validateRefreshedIdToken({ ...CLAIMS, __raw: '' }, undefined, [])).toBeUndefined()
  })

  it('is compared with the user of the login where no ID token is left to compare with', () => {
    const logins = [{ sub: CLAIMS.sub }]
    const claims = { ...CLAIMS, __raw: '' }
    expect(validateRefreshedIdToken(claims, undefined, logins)).toBeUndefined()
    expect(validateRefreshedIdToken({ ...claims, sub: 'auth0|grace' }, undefined, logins)).toMatch(
      'differs from that of the login in its sub',
    )
  })

  it('has the user, the nonce and the auth_time as login claims, as far as it has them', () => {
    expect(loginClaimsOf({})).toBeUndefined()
    expect(loginClaimsOf({ ...CLAIMS, auth_time: 5 })).toEqual({
      sub: 'auth0|ada',
      nonce: 'n-1',
      auth_time: 5,
    })
  })
})
