import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formEncode } from '../../src/form-encode.ts'

describe('form encoding', () => {
  it.each([
    [{ a: 'b c', d: 'e&f=g+h' }, 'a=b+c&d=e%26f%3Dg%2Bh'],
    [{ a: undefined, b: null, c: '' }, 'c='],
    [{ a: 0, b: false }, 'a=0&b=false'],
    [{ a: { b: 1 }, c: [1, 2], d: [] }, 'a=%7B%22b%22%3A1%7D&c=1%2C2&d='],
    [{ a: [{ b: 1 }], c: [['d']] }, 'a=%5B%7B%22b%22%3A1%7D%5D&c=d'],
    [
      { a: new URL('https://b.example/'), c: Object.create(null), d: { toString: 1 } },
      'a=https%3A%2F%2Fb.example%2F&c=%7B%7D&d=%7B%22toString%22%3A1%7D',
    ],
    [{}, ''],
  ])('of %j is %j', (fields, encoded) => {
    expect(formEncode(fields)).toBe(encoded)
  })

  it('can be decoded to the same texts', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(text, text), fields => {
        const decoded = [...new URLSearchParams(formEncode(fields))]
        expect(decoded).toEqual(Object.entries(fields))
      }),
    )
  })
})
