import { encode } from 'jose/base64url'
import { describe, expect, it } from 'vitest'
import {
  type IdTokenExpectations,
  type Result,
  validateIdToken,
} from '../../../src/protocol/id-token.ts'
import { CLAIMS, EXPECTED, mint, NOW } from './id-tokens.ts'

const validate = (token: unknown, expected: Partial<IdTokenExpectations> = {}): Result =>
  validateIdToken(token, { ...EXPECTED, ...expected })

const invalid = (reason: string): Result => ({ reason })

const none = undefined
const time = (seconds: number): string => String(new Date(seconds * 1000))

/** What the messages say to do, beside the sentences of auth0-spa-js. */
const ADVICE = {
  iss: '. Check the options `domain`, `issuer` and `formerIssuers`.',
  alg: '. Use RS256 at the tenant, or check the option `idTokenSigningAlgs`.',
  aud: '. Check the option `clientId`.',
  nonce: '. It must be that of this login.',
  auth_time: '. Sign in again, or check the parameter `max_age`.',
  clock: '. Check the clock, and the options `leeway` and `nowProvider`.',
  organization: '. Check the parameter `organization`.',
}
const otherAudience = 'Audience (aud) claim mismatch in the ID token; expected "client-1" but'
const organizationId = 'Organization ID (org_id) claim'
const organizationName = 'Organization Name (org_name) claim'
const authTime = 'Authentication Time (auth_time) claim'

describe('text that is not an ID token', () => {
  it.each([undefined, ''])('row 1: a missing one is invalid (%j)', token => {
    expect(validate(token)).toEqual(
      invalid('ID token is required but missing. Check the parameter `scope`.'),
    )
  })

  const [header, payload, signature] = mint().split('.')
  it.each([
    ['one part', 'abc'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.x`],
    ['five parts, as an encrypted token', `${header}.${payload}.${signature}.x.y`],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['a payload that is not JSON', `${header}.${encode('hello')}.${signature}`],
    ['a payload that is not an object', `${header}.${encode('[1]')}.${signature}`],
    ['a payload that is not base64url', `${header}.%%%.${signature}`],
    ['a payload in base64 with padding', `${header}.${payload}=.${signature}`],
    ['a signature with a plus', `${header}.${payload}.ab+d`],
    ['a signature of an impossible length', `${header}.${payload}.abcde`],
    ['a line break at the end', `${header}.${payload}.${signature}\n`],
    ['space in the middle', `${header}.${payload} .${signature}`],
    ['a payload that is not UTF-8', `${header}.${encode(new Uint8Array([123, 255]))}.${signature}`],
    ['a number', 5],
    ['an object', { split: 'x' }],
    ['a header that is not JSON', `${encode('hello')}.${payload}.${signature}`],
  ])('row 2, security 29: invalid: %s', (_, token) => {
    expect(validate(token)).toEqual(
      invalid(
        'ID token could not be decoded. It must be three parts in base64url without padding, and not encrypted.',
      ),
    )
  })
})

describe('the claims of an ID token', () => {
  it('are valid if all rules apply', () => {
    expect(validate(mint())).toMatchObject({ decoded: { claims: { sub: 'auth0|ada' } } })
  })

  it.each([
    [3, { iss: none }, `Issuer (iss) claim must be a string present in the ID token${ADVICE.iss}`],
    [3, { iss: 5 }, `Issuer (iss) claim must be a string present in the ID token${ADVICE.iss}`],
    [
      3,
      { iss: 'https://tenant.example.com' },
      `Issuer (iss) claim mismatch in the ID token; expected "https://tenant.example.com/", found "https://tenant.example.com"${ADVICE.iss}`,
    ],
    [4, { sub: none }, 'Subject (sub) claim must be a string present in the ID token'],
    [4, { sub: '' }, 'Subject (sub) claim must be a string present in the ID token'],
    [4, { sub: 7 }, 'Subject (sub) claim must be a string present in the ID token'],
    [
      6,
      { aud: none },
      `Audience (aud) claim must be a string or array of strings present in the ID token${ADVICE.aud}`,
    ],
    [
      6,
      { aud: { 0: 'client-1' } },
      `Audience (aud) claim must be a string or array of strings present in the ID token${ADVICE.aud}`,
    ],
    [7, { aud: 'client-12' }, `${otherAudience} found "client-12"${ADVICE.aud}`],
    [7, { aud: ['a', 'b'] }, `${otherAudience} was not one of "a, b"${ADVICE.aud}`],
    [7, { aud: [] }, `${otherAudience} was not one of ""${ADVICE.aud}`],
    [
      8,
      { aud: ['client-1', 'b'] },
      `Authorized Party (azp) claim must be a string present in the ID token when Audience (aud) claim has multiple values${ADVICE.aud}`,
    ],
    [
      8,
      { aud: ['client-1', 'b'], azp: 'b' },
      `Authorized Party (azp) claim mismatch in the ID token; expected "client-1", found "b"${ADVICE.aud}`,
    ],
    [
      9,
      { nonce: none },
      `Nonce (nonce) claim must be a string present in the ID token${ADVICE.nonce}`,
    ],
    [
      9,
      { nonce: 'n-2' },
      `Nonce (nonce) claim mismatch in the ID token; expected "n-1", found "n-2"${ADVICE.nonce}`,
    ],
    [11, { exp: none }, 'Expiration Time (exp) claim must be a number present in the ID token'],
    [
      11,
      { exp: String(NOW + 60) },
      'Expiration Time (exp) claim must be a number present in the ID token',
    ],
    [11, { iat: none }, 'Issued At (iat) claim must be a number present in the ID token'],
    [11, { iat: '1' }, 'Issued At (iat) claim must be a number present in the ID token'],
    [
      12,
      { exp: NOW - 61 },
      `Expiration Time (exp) claim error in the ID token; current time (${time(NOW)}) is after expiration time (${time(NOW - 1)})${ADVICE.clock}`,
    ],
    [
      13,
      { nbf: NOW + 61 },
      `Not Before time (nbf) claim in the ID token indicates that this token can't be used just yet. Current time (${time(NOW)}) is before ${time(NOW + 1)}${ADVICE.clock}`,
    ],
  ])('row %i: invalid: %j', (_, claims, message) => {
    expect(validate(mint(claims))).toEqual(invalid(message))
  })

  it.each([
    ['aud of one member without azp', { aud: ['client-1'] }],
    ['several audiences with azp', { aud: ['b', 'client-1'], azp: 'client-1' }],
    ['exp within the leeway', { exp: NOW - 60 }],
    ['nbf within the leeway', { nbf: NOW + 60 }],
    ['nbf that is not a number', { nbf: 'later' }],
    ['a time of issue a day ahead, as with a wrong clock', { iat: NOW + 86_400 }],
    ['a time of issue years ahead, as with a clock of a test', { iat: NOW + 100_000_000 }],
    ['a time of issue a week ago', { iat: NOW - 7 * 86_400 }],
    ['a subject of 255 characters', { sub: 'x'.repeat(255) }],
    ['azp with a single audience', { azp: 'client-1' }],
    ['an old auth_time if no max_age was set', { auth_time: 1 }],
    ['an organization that was not requested', { org_id: 'org_1' }],
  ])('may have %s', (_, claims) => {
    expect(validate(mint(claims))).toHaveProperty('decoded')
  })

  it.each(['HS256', 'none', 'ES256', 'rs256', '', null])(
    'row 5: must not be signed with the algorithm %s',
    alg => {
      expect(validate(mint({}, { alg }))).toEqual(
        invalid(
          `Signature algorithm of "${alg}" is not supported. Expected the ID token to be signed with "RS256"${ADVICE.alg}`,
        ),
      )
    },
  )

  it('row 9: need no nonce if none was sent, as in a refresh', () => {
    expect(validate(mint({ nonce: none }), { nonce: undefined })).toHaveProperty('decoded')
    expect(validate(mint({ nonce: 'other' }), { nonce: undefined })).toHaveProperty('decoded')
  })

  it.each([
    ['exp', { exp: NOW - 1 }, { exp: NOW }],
    ['nbf', { nbf: NOW + 1 }, { nbf: NOW }],
  ])('are compared with a leeway of zero: %s', (_, late, just) => {
    expect(validate(mint(late), { leewaySeconds: 0 })).toHaveProperty('reason')
    expect(validate(mint(just), { leewaySeconds: 0 })).toHaveProperty('decoded')
  })
})

describe('rules beyond those of auth0-spa-js', () => {
  it('security 29, M13: a token must not be too long', () => {
    const limit = 'ID token is longer than 65536 characters'
    expect(validate(`${mint()}${'x'.repeat(65_536)}`)).toEqual(invalid(limit))
    expect(validate(mint({ name: 'x'.repeat(48_000) }))).toHaveProperty('decoded')
  })

  it.each([[[]], [['exp']], ['exp'], [null]])(
    'security 29, M13: a token must not have critical header parameters: %j',
    crit => {
      expect(validate(mint({}, { alg: 'RS256', exp: 1, crit }))).toEqual(
        invalid('ID token has critical header parameters (crit)'),
      )
    },
  )

  it.each([
    ['31', { aud: ['client-1', 7] }, 'Audience (aud) claim must be'],
    ['31, M4', { aud: ['client-1', 'b'] }, 'Authorized Party (azp) claim must be'],
    ['32, M13', { azp: 'b' }, 'Authorized Party (azp) claim mismatch'],
    ['32', { azp: '' }, 'Authorized Party (azp) claim must be'],
    ['32', { azp: null }, 'Authorized Party (azp) claim must be'],
    ['39', { sub: 'x'.repeat(256) }, 'Subject (sub) claim in the ID token is longer'],
    ['39', { sub: ['auth0|ada'] }, 'Subject (sub) claim must be'],
  ])('security %s: invalid: %j', (_, claims, message) => {
    const result = validate(mint(claims))
    expect('reason' in result && result.reason.startsWith(message)).toBe(true)
  })

  it('security 35: an expiry must not be so large that it is not a finite number', () => {
    const [header, , signature] = mint().split('.')
    const payload = JSON.stringify({ ...CLAIMS, exp: 0 }).replace('"exp":0', '"exp":1e999')
    expect(validate(`${header}.${encode(payload)}.${signature}`)).toEqual(
      invalid('Expiration Time (exp) claim must be a number present in the ID token'),
    )
  })

  it('security 33: the configured algorithms are allowed, and named in the error for others', () => {
    const idTokenSigningAlgs = ['RS256', 'ES256']
    expect(validate(mint({}, { alg: 'ES256' }), { idTokenSigningAlgs })).toHaveProperty('decoded')
    expect(validate(mint({}, { alg: 'PS256' }), { idTokenSigningAlgs })).toEqual(
      invalid(
        `Signature algorithm of "PS256" is not supported. Expected the ID token to be signed with "RS256" or "ES256"${ADVICE.alg}`,
      ),
    )
  })
})

describe('max_age', () => {
  it.each([{ auth_time: none }, { auth_time: String(NOW) }])(
    'row 10, security 37: needs a valid auth_time: %j',
    claims => {
      expect(validate(mint(claims), { maxAgeSeconds: 300 })).toEqual(
        invalid(
          `${authTime} must be a number present in the ID token when Max Age (max_age) is specified${ADVICE.auth_time}`,
        ),
      )
    },
  )

  it('row 14, security 37: a login must not be older than max_age and the leeway', () => {
    expect(validate(mint({ auth_time: NOW - 361 }), { maxAgeSeconds: 300 })).toEqual(
      invalid(
        `${authTime} in the ID token indicates that too much time has passed since the last end-user authentication. Current time (${time(NOW)}) is after last auth at ${time(NOW - 1)}${ADVICE.auth_time}`,
      ),
    )
    expect(validate(mint({ auth_time: NOW - 360 }), { maxAgeSeconds: 300 })).toHaveProperty(
      'decoded',
    )
  })
})

describe('organizations', () => {
  it.each([
    ['org_1', {}, `${organizationId} must be a string present in the ID token`],
    [
      'org_1',
      { org_id: 'org_2' },
      `${organizationId} mismatch in the ID token; expected "org_1", found "org_2"`,
    ],
    [
      'org_a',
      { org_id: 'org_A' },
      `${organizationId} mismatch in the ID token; expected "org_a", found "org_A"`,
    ],
    ['org_1', { org_name: 'org_1' }, `${organizationId} must be a string present in the ID token`],
    ['acme', { org_id: 'acme' }, `${organizationName} must be a string present in the ID token`],
    [
      'Acme',
      { org_name: 'Acme' },
      `${organizationName} mismatch in the ID token; expected "acme", found "Acme"`,
    ],
  ])('%j and the claims %j do not match', (organization, claims, message) => {
    expect(validate(mint(claims), { organization })).toEqual(
      invalid(`${message}${ADVICE.organization}`),
    )
  })

  it.each([
    ['org_1', { org_id: 'org_1' }],
    [' org_1 ', { org_id: 'org_1' }],
    ['ACME', { org_name: 'acme' }],
    [' Acme ', { org_name: 'acme' }],
    ['  ', {}],
    [undefined, {}],
  ])('%j and the claims %j match', (organization, claims) => {
    expect(validate(mint(claims), { organization })).toHaveProperty('decoded')
  })
})

describe('the order of the checks', () => {
  /** Each row breaks one more rule, which is checked before those of the rows above. */
  const violations: [object, object | undefined, string][] = [
    [{ auth_time: NOW }, undefined, 'Organization ID (org_id)'],
    [
      { auth_time: 1 },
      undefined,
      'Authentication Time (auth_time) claim in the ID token indicates',
    ],
    [{ nbf: NOW + 99 }, undefined, 'Not Before'],
    [{ exp: 1 }, undefined, 'Expiration Time (exp) claim error'],
    [{ iat: none }, undefined, 'Issued At'],
    [{ exp: none }, undefined, 'Expiration Time (exp) claim must'],
    [{ auth_time: none }, undefined, 'Authentication Time (auth_time) claim must'],
    [{ nonce: 'other' }, undefined, 'Nonce'],
    [{ aud: ['client-1', 'b'] }, undefined, 'Authorized Party'],
    [{ aud: ['b'] }, undefined, 'Audience (aud) claim mismatch'],
    [{ aud: none }, undefined, 'Audience (aud) claim must'],
    [{}, { alg: 'none' }, 'Signature algorithm'],
    [{ sub: none }, { alg: 'none' }, 'Subject'],
    [{ iss: none }, { alg: 'none' }, 'Issuer'],
  ]
  it.each(violations.map(([, , message], index) => [message, index] as const))(
    'reports %j before later rules',
    (message, index) => {
      const rows = violations.slice(0, index + 1)
      const claims = Object.assign({}, ...rows.map(([row]) => row))
      const header = rows[index]?.[1] ?? { alg: 'RS256' }
      const result = validate(mint(claims, header), { maxAgeSeconds: 300, organization: 'org_1' })
      expect(result).toHaveProperty('reason')
      expect('reason' in result && result.reason.slice(0, message.length)).toBe(message)
    },
  )
})
