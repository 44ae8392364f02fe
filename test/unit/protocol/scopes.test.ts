import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includesScopes, mergeScopes, missingScopes } from '../../../src/protocol/scopes.ts'

const scopes = fc.array(fc.constantFrom('openid', 'profile', 'email', 'read:a', 'read:b', 'a'))
const gap = fc.constantFrom(' ', '  ', '\t', ' \n ')
/** A scope string with any white space, and the scopes in it. */
const written = fc.tuple(scopes, gap, fc.boolean()).map(([names, between, isPadded]) => ({
  names,
  text: isPadded ? `${between}${names.join(between)}${between}` : names.join(between),
}))

describe('merging scopes', () => {
  it.each([
    [['openid', 'profile email'], 'openid profile email'],
    [['openid email', 'profile openid'], 'openid email profile'],
    [['  openid   profile ', undefined, ''], 'openid profile'],
    [[undefined], ''],
    [[], ''],
  ])('joins %j to %j', (given, joined) => {
    expect(mergeScopes(...given)).toBe(joined)
  })

  it('returns each scope once, in the order of first occurrence, with single spaces', () => {
    fc.assert(
      fc.property(fc.array(written), strings => {
        const model = [...new Set(strings.flatMap(({ names }) => names))]
        expect(mergeScopes(...strings.map(({ text }) => text))).toBe(model.join(' '))
      }),
    )
  })
})

describe('comparing scopes', () => {
  it.each([
    ['a b c', 'c a', true],
    ['a b', 'a b c', false],
    ['read:ab', 'read:a', false],
    ['A', 'a', false],
    [undefined, 'a', false],
    ['', 'a', false],
    ['a', '', true],
  ])('%j includes %j: %j', (held, wanted, included) => {
    expect(includesScopes(held, wanted)).toBe(included)
  })

  it('gives the results of set operations', () => {
    fc.assert(
      fc.property(written, written, (held, wanted) => {
        const have = new Set(held.names)
        const lacking = wanted.names.filter(name => !have.has(name))
        expect(missingScopes(held.text, wanted.text)).toEqual(lacking)
        expect(includesScopes(held.text, wanted.text)).toBe(lacking.length === 0)
      }),
    )
  })
})
