import { describe, expect, it } from 'vitest'
import { parseChallenges } from '../../../src/features/fetcher/parse-challenges.ts'

const parsed = (header: string) =>
  parseChallenges(header).map(({ scheme, params }) => [scheme, { ...params }])

describe('parseChallenges', () => {
  it('reads parameters with and without quotes, in any letter case', () => {
    expect(parsed('BEARER Realm="api", ERROR=invalid_token , max_age = 300')).toEqual([
      ['bearer', { realm: 'api', error: 'invalid_token', max_age: '300' }],
    ])
  })

  it('reads several challenges in one header', () => {
    expect(
      parsed('Basic realm="a", DPoP error="use_dpop_nonce", algs="ES256 PS256", Bearer'),
    ).toEqual([
      ['basic', { realm: 'a' }],
      ['dpop', { error: 'use_dpop_nonce', algs: 'ES256 PS256' }],
      ['bearer', {}],
    ])
  })

  it('does not split quoted text at commas, equal signs and escaped quotes', () => {
    expect(
      parsed('Bearer error_description="no, Bearer error=\\"x\\", \\\\ at all", error="e"'),
    ).toEqual([['bearer', { error_description: 'no, Bearer error="x", \\ at all', error: 'e' }]])
  })

  it('passes over a token68, which has no parameters', () => {
    expect(parsed('Negotiate abc+/==, Bearer error="e"')).toEqual([
      ['negotiate', {}],
      ['bearer', { error: 'e' }],
    ])
    expect(parsed('NTLM TlRMTVNTUAAC')).toEqual([['ntlm', {}]])
  })

  it('tolerates empty list items, tabs and missing commas', () => {
    expect(parsed(', ,Bearer\terror="e" error_description="d",,, , Basic realm=""')).toEqual([
      ['bearer', { error: 'e', error_description: 'd' }],
      ['basic', { realm: '' }],
    ])
  })

  it('takes the first of two parameters with the same name', () => {
    expect(parsed('Bearer error="first", error="second"')).toEqual([['bearer', { error: 'first' }]])
  })

  it.each(['', ' ', ',', '"', '"Bearer error=x', '=', 'error="e"', '<html>', '\u0000'])(
    'finds no error in %j',
    header => {
      expect(parseChallenges(header).filter(({ params }) => params.error)).toEqual([])
    },
  )

  it('goes on after what has no known form', () => {
    expect(parsed('Bearer a=, b="2", c="unfinished')).toEqual([['bearer', { b: '2' }]])
  })

  it('treats names of built-in members as data', () => {
    const [challenge] = parseChallenges('Bearer __proto__="x", constructor="y"')
    expect(challenge?.params.constructor).toBe('y')
    expect(Object.getPrototypeOf(challenge?.params)).toBe(null)
    expect(challenge?.params.toString).toBe(undefined)
  })

  it('reads long hostile headers to their end', () => {
    for (const piece of [',', ' ', 'a', 'a ', 'a=', '"', '\\', 'a="', 'a , ']) {
      expect(parseChallenges(piece.repeat(20_000)).length).toBeLessThanOrEqual(20_000)
    }
  })
})
