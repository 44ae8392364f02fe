import { describe, expect, it } from 'vitest'
import { omit } from '../../../src/protocol/parameters.ts'

describe('omit', () => {
  it('removes the named members and undefined ones, but keeps null and empty text', () => {
    const given = Object.freeze({ a: 1, b: undefined, c: null, d: '', e: 2 })
    expect(omit(given, 'e', 'unknown')).toEqual({ a: 1, c: null, d: '' })
    expect(omit(given)).not.toHaveProperty('b')
    expect(omit(undefined, 'a')).toEqual({})
  })
})
