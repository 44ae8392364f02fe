import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formEncode, omit } from '../../../src/protocol/parameters.ts'

describe('encoding', () => {
  it.each([
    [{ a: 'b c', d: 'e&f=g+h' }, 'a=b+c&d=e%26f%3Dg%2Bh'],
    [{ a: undefined, b: null, c: '' }, 'c='],
    [{ a: 0, b: false }, 'a=0&b=false'],
    [{ a: { b: 1 }, c: [1, 2] }, 'a=%7B%22b%22%3A1%7D&c=%5B1%2C2%5D'],
    [{}, ''],
  ])('of %j is %j', (parameters, encoded) => {
    expect(formEncode(parameters)).toBe(encoded)
  })

  it('can be decoded to the same texts', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(text, text), parameters => {
        const decoded = [...new URLSearchParams(formEncode(parameters))]
        expect(decoded).toEqual(Object.entries(parameters))
      }),
    )
  })
})

describe('merging parameters', () => {
  it('leaves names out, and what is undefined, but keeps null and empty text', () => {
    const given = Object.freeze({ a: 1, b: undefined, c: null, d: '', e: 2 })
    expect(omit(given, 'e', 'unknown')).toEqual({ a: 1, c: null, d: '' })
    expect(omit(given)).not.toHaveProperty('b')
    expect(omit(undefined, 'a')).toEqual({})
  })
})
