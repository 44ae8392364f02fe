import { describe, expect, it } from 'vitest'
import { GenericError, TimeoutError } from '../../../src/errors/core.ts'
import { MfaRequiredError } from '../../../src/errors/mfa.ts'
import { MissingRefreshTokenError } from '../../../src/errors/renewal.ts'
import { isRefreshTokenRejected, isUserBlocked } from '../../../src/protocol/error-codes.ts'
import { parseTokenResponse } from '../../../src/protocol/token-endpoint.ts'

const URL_ = 'https://tenant.example.com/oauth/token'
const unreadable = (status: number): string =>
  status < 300
    ? `No access_token from ${URL_} (status ${status}, no content type)`
    : `HTTP error. Unable to fetch ${URL_} (status ${status}, no content type)`
const TOKENS = { access_token: 'at', id_token: 'jwt', token_type: 'Bearer', expires_in: 86_400 }

const parse = (json: unknown, status = 200) =>
  parseTokenResponse({ ok: status < 300, status, headers: {}, json }, URL_)

const failure = (json: unknown, status = 200): unknown => {
  try {
    return parse(json, status)
  } catch (error) {
    return error
  }
}

describe('a successful token response', () => {
  it('is returned with all its members', () => {
    const answer = { ...TOKENS, scope: 'openid', refresh_token: 'rt', custom: 1 }
    expect(parse(answer)).toEqual(answer)
  })

  it.each([
    [86_400, 86_400],
    ['3600', 3600],
    [0, 0],
    [undefined, 3600],
    [null, 3600],
  ])('reads expires_in %j as %i seconds', (expires_in, seconds) => {
    expect(parse({ ...TOKENS, expires_in })).toMatchObject({ expires_in: seconds })
  })

  it.each([
    -1,
    '-1',
    Number.POSITIVE_INFINITY,
    'Infinity',
    '9'.repeat(400),
    'soon',
    'NaN',
    '',
    ' ',
    '0x10',
    '1e3',
    true,
    {},
    [5],
  ])('security 27: is invalid with a lifetime of %j', expires_in => {
    expect(failure({ ...TOKENS, expires_in })).toMatchObject({ error: 'request_error' })
  })

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR', 'DPoP', 'dpop'])(
    'security 26, M19: may have the type %j',
    token_type => {
      expect(parse({ ...TOKENS, token_type })).toMatchObject({ token_type })
    },
  )

  it.each<unknown>([
    'mac',
    'N_A',
    '',
    'Bearer ',
    'bearer,mac',
    7,
    {},
    { toString: 1 },
    [['Bearer']],
  ])('security 26, M19: is invalid with the type %j', token_type => {
    expect(failure({ ...TOKENS, token_type })).toMatchObject({ error: 'request_error' })
  })

  it('security 27, M19: may leave out type, lifetime and scope', () => {
    expect(parse({ access_token: 'at' })).toEqual({ access_token: 'at', expires_in: 3600 })
  })

  it('is returned without members that are not text although they should be', () => {
    const answer = { ...TOKENS, scope: ['openid'], refresh_token: 5, id_token: {} }
    expect(parse(answer)).toEqual({
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 86_400,
    })
  })
})

describe('token responses with errors', () => {
  it.each([
    ['a body that is not JSON (an HTML page, or empty)', undefined],
    ['null', null],
    ['text', 'at'],
    ['a list', [TOKENS]],
    ['an object without an access token', { id_token: 'jwt' }],
    ['an empty access token', { ...TOKENS, access_token: '' }],
    ['an access token that is not text', { ...TOKENS, access_token: { a: 1 } }],
  ])('security 26, M20: a status of 200 is an error with %s', (_, json) => {
    const error = failure(json)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ error: 'request_error', message: unreadable(200) })
  })

  it.each([
    [400, { error: 'invalid_grant', error_description: 'No.' }, 'invalid_grant', 'No.'],
    [403, { error: 'access_denied' }, 'access_denied', unreadable(403)],
    [429, { error_description: 'Slow down' }, 'request_error', 'Slow down'],
    [502, undefined, 'request_error', unreadable(502)],
    [500, [{ error: 'x' }], 'request_error', unreadable(500)],
    [400, {}, 'request_error', unreadable(400)],
    [400, { error: '', error_description: '' }, 'request_error', unreadable(400)],
    [200, { error: 'temporarily_unavailable' }, 'temporarily_unavailable', unreadable(200)],
  ])('%i %j becomes an error with the code %j', (status, json, code, description) => {
    const error = failure(json, status)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({
      error: code,
      error_description: description,
      message: description,
    })
  })

  it('security 26: tokens in an error response are ignored', () => {
    expect(failure({ ...TOKENS, error: 'server_error' }, 500)).toMatchObject({
      error: 'server_error',
    })
    expect(failure(TOKENS, 500)).toMatchObject({ error: 'request_error' })
  })

  it('mfa_required becomes an error with the MFA token and the requirements', () => {
    const mfa_requirements = { challenge: [{ type: 'otp' }], enroll: [{ type: 'push' }] }
    const error = failure(
      {
        error: 'mfa_required',
        error_description: 'Multifactor authentication required',
        mfa_token: 'mfa-1',
        mfa_requirements,
      },
      403,
    )
    expect(error).toBeInstanceOf(MfaRequiredError)
    expect(error).toMatchObject({
      error: 'mfa_required',
      message: 'Multifactor authentication required',
      mfa_token: 'mfa-1',
      mfa_requirements,
    })
  })

  it('that is HTML says status and type, as of a proxy or a captive portal', () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' }
    for (const status of [200, 502]) {
      const response = { ok: status === 200, status, headers, json: undefined }
      expect(() => parseTokenResponse(response, URL_)).toThrow(`(status ${status}, text/html`)
    }
  })

  it.each([
    [401, { error: 'access_denied', error_description: 'Unauthorized' }],
    [403, { error: 'unauthorized_client', error_description: 'Grant type not allowed.' }],
    [400, { error: 'invalid_client', error_description: 'No.' }],
  ])('%i %j says which settings of the application are expected', (status, json) => {
    expect(failure(json, status)).toMatchObject({
      message: json.error_description,
      cause: { message: expect.stringContaining('single-page') },
    })
    expect(failure({ error: 'invalid_grant' }, 400)).not.toHaveProperty('cause')
  })

  it('mfa_required needs no other members', () => {
    expect(failure({ error: 'mfa_required' }, 403)).toMatchObject({
      mfa_token: '',
      mfa_requirements: {},
      message: unreadable(403),
    })
  })
})

describe('error codes', () => {
  it.each([
    ['the code invalid_grant', new GenericError('invalid_grant', 'whatever'), true],
    ['the text', new GenericError('x', 'Unknown or invalid refresh token.'), true],
    ['the text in capitals', new GenericError('x', 'INVALID REFRESH TOKEN'), true],
    ['another code', new GenericError('access_denied', 'no'), false],
    ['a server failure', new GenericError('request_error', unreadable(502)), false],
    ['a timeout', new TimeoutError(), false],
    ['no refresh token at all', new MissingRefreshTokenError('a', 's'), false],
    ['an error of another class', new Error('invalid refresh token'), false],
    ['no error', { error: 'invalid_grant' }, false],
    ['nothing', undefined, false],
  ])('%s says whether the refresh token was rejected (%#)', (_, error, isRejected) => {
    expect(isRefreshTokenRejected(error)).toBe(isRejected)
  })

  it.each([
    [new GenericError('unauthorized', 'user is blocked'), true],
    [new GenericError('invalid_grant', 'The User Is Blocked.'), true],
    [new GenericError('user_blocked', 'no'), false],
    [new Error('user is blocked'), false],
    [undefined, false],
  ])('%j says whether the user is blocked: %j', (error, isBlocked) => {
    expect(isUserBlocked(error)).toBe(isBlocked)
  })
})
