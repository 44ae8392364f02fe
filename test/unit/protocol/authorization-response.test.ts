import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GenericError } from '../../../src/errors/core.ts'
import {
  checkIssuer,
  parseCallbackUrl,
  parseWebMessage,
} from '../../../src/protocol/authorization-response.ts'

const NO_QUERY = 'There are no query params available for parsing.'

describe('a callback URL', () => {
  it.each([
    ['?code=c&state=s', { code: 'c', state: 's' }],
    ['https://app.example.com/cb?state=s&code=c', { code: 'c', state: 's' }],
    ['https://app.example.com/#/cb?code=c&state=s', { code: 'c', state: 's' }],
    ['/cb?code=c&state=s#/code=evil?state=evil', { code: 'c', state: 's' }],
    [
      '/cb?error=e&error_description=a+b%21&state=s',
      { error: 'e', error_description: 'a b!', state: 's' },
    ],
    ['/cb?state=QWxh%3D%3D', { state: 'QWxh==' }],
    ['/cb?state=', { state: '' }],
    ['/cb?page=2', {}],
    ['/?lang=de#/cb?code=c&state=s', { code: 'c', state: 's' }],
    ['/?state=bavaria#/cb?code=c&state=s', { code: 'c', state: 's' }],
    ['/?code=promo#/cb?code=c&state=s', { code: 'c', state: 's' }],
    ['/cb?code=c&state=s#/map?state=bavaria', { code: 'c', state: 's' }],
    ['/cb#code=c&state=s', { code: 'c', state: 's' }],
    ['/cb?x=1#error=e&state=s', { error: 'e', state: 's' }],
    ['/#/code=c&state=s', { code: 'c', state: 's' }],
    ['/#state=s&code=c', { code: 'c', state: 's' }],
    ['/cb?code=c&iss=https%3A%2F%2Ft%2F', { code: 'c', iss: 'https://t/' }],
    ['/cb?', {}],
    ['/cb?code=%E0%A4%A', { code: '\ufffd%A' }],
    ['/cb?__proto__=x&constructor=y&code=c', { code: 'c' }],
  ])('is parsed: %j', (url, response) => {
    expect(parseCallbackUrl(url)).toEqual(response)
  })

  it.each(['', 'https://app.example.com/cb', '/cb#top', '/#/route', '/#x=1'])(
    'must have a query, or an answer in the fragment: %j',
    url => {
      expect(() => parseCallbackUrl(url)).toThrow(new Error(NO_QUERY))
    },
  )

  it('may contain more question marks in values', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const value = `${before}?${after}`
        const url = `https://app.example.com/cb?state=${encodeURIComponent(value).replaceAll('%3F', '?')}`
        expect(parseCallbackUrl(url)).toEqual({ state: value })
      }),
    )
  })

  it.each(['state', 'code', 'error', 'error_description', 'iss'])(
    'security 16: must not repeat %s',
    name => {
      expect(() => parseCallbackUrl(`/cb?${name}=a&state=s&code=c&${name}=b`)).toThrow(
        expect.objectContaining({
          error: 'invalid_request',
          message: `Duplicate parameter "${name}" in the authorization response`,
        }),
      )
    },
  )

  it('may repeat parameters of the application', () => {
    expect(parseCallbackUrl('/cb?tag=a&tag=b&code=c')).toEqual({ code: 'c' })
  })

  it('may be any text, which is parsed or fails with one of two errors', {
    timeout: 30_000,
  }, () => {
    const names = fc.constantFrom('state', 'code', 'error', 'error_description', 'iss', '__proto__')
    const mess = fc.array(
      fc.oneof(names, fc.string(), fc.constantFrom('?', '&', '=', '#', '%', '+')),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          mess.map(all => all.join('')),
        ),
        url => {
          try {
            const response = parseCallbackUrl(url)
            expect(url).toMatch(/\?|#.*=/s)
            for (const value of Object.values(response)) expect(value).toBeTypeOf('string')
          } catch (error) {
            if (error instanceof GenericError) expect(error.error).toBe('invalid_request')
            else expect(error).toEqual(url.includes('?') ? 'nothing else' : new Error(NO_QUERY))
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('the issuer of a response', () => {
  const ISSUER = 'https://tenant.example.com/'

  it('security 14: may be missing, but not be another one', () => {
    expect(() => checkIssuer({}, ISSUER)).not.toThrow()
    expect(() => checkIssuer({ iss: ISSUER }, ISSUER)).not.toThrow()
    expect(() => checkIssuer({ iss: 'https://evil.example.com/' }, ISSUER)).toThrow(
      expect.objectContaining({
        error: 'invalid_issuer',
        message: `Issuer mismatch in the authorization response: expected "${ISSUER}", got "https://evil.example.com/". Check the options \`domain\` and \`issuer\`.`,
      }),
    )
    expect(() => checkIssuer({ iss: '', error: 'access_denied' }, ISSUER)).toThrow(GenericError)
  })
})

const message = (response: unknown) => ({ type: 'authorization_response', response })

describe('web messages', () => {
  it.each([
    [{ state: 's', code: 'c' }],
    [{ state: 's', error: 'login_required', error_description: 'Login required' }],
    [{}],
  ])('are parsed: %j', response => {
    expect(parseWebMessage(message(response))).toEqual(response)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'authorization_response'],
    ['a number', 5],
    ['a list', ['authorization_response']],
    ['an object without a type', { response: { state: 's' } }],
    ['another type', { type: 'authorization_request', response: { state: 's' } }],
    ['a type in a list', { type: ['authorization_response'], response: { state: 's' } }],
    ['no response', { type: 'authorization_response' }],
    ['a response of null', message(null)],
    ['a response of text', message('code=c')],
    ['a response that is a function', message(() => {})],
  ])('are ignored if the data is %s', (_, data) => {
    expect(parseWebMessage(data)).toBeUndefined()
  })

  it.each([7, ['https://tenant.example.com/'], {}, true])(
    'security 14: are ignored if the issuer is %j, which cannot be compared',
    iss => {
      expect(parseWebMessage(message({ state: 's', code: 'c', iss }))).toBeUndefined()
    },
  )

  it('security 19: are read as text only, and only the parameters of a response', () => {
    const response = {
      state: ['s'],
      code: { toString: () => 'c' },
      error: 7,
      error_description: null,
      access_token: 'at',
      id_token: 'jwt',
    }
    expect(parseWebMessage(message(response))).toEqual({})
  })

  it('security 73, M26: may have a member named __proto__, which is not a prototype', () => {
    const data = JSON.parse(
      '{"type":"authorization_response","response":{"__proto__":{"code":"evil"},"state":"s"}}',
    )
    const parsed = parseWebMessage(data)
    expect(parsed).toEqual({ state: 's' })
    expect(parsed?.code).toBeUndefined()
    expect(({} as Record<string, unknown>).code).toBeUndefined()
  })

  it('security M26: are parsed without an error, whatever another page posts', () => {
    const response = fc.record(
      { state: fc.anything(), code: fc.anything(), error: fc.anything() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), response.map(message)), data => {
        for (const value of Object.values(parseWebMessage(data) ?? {})) {
          expect(value).toBeTypeOf('string')
        }
      }),
    )
  })
})
