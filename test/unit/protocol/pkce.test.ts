import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeChallenge, randomString } from '../../../src/protocol/pkce.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_~.'

describe('PKCE', () => {
  it('makes the challenge of RFC 7636 appendix B', async () => {
    expect(await codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  it('makes challenges of 43 base64url characters without padding', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async verifier => {
        expect(await codeChallenge(verifier)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      }),
    )
  })
})

describe('random strings', () => {
  it('security 3: have 43 characters of the unreserved alphabet', () => {
    for (let i = 0; i < 500; i++) expect(randomString()).toMatch(/^[0-9A-Za-z\-_~.]{43}$/)
  })

  it('are unique', () => {
    const many = Array.from({ length: 1000 }, randomString)
    expect(new Set(many).size).toBe(1000)
  })

  it('security 72: contain every character about equally often, without modulo bias', () => {
    const draws = 4000 * 43
    const counts = new Map([...ALPHABET].map(char => [char, 0]))
    for (let i = 0; i < 4000; i++) {
      for (const char of randomString()) counts.set(char, (counts.get(char) ?? 0) + 1)
    }
    expect(counts.size).toBe(66)
    const mean = draws / 66
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0)
    // 65 degrees of freedom: 150 is exceeded once in 10^8 runs. Plain modulo gives about 3600.
    expect(chiSquare).toBeLessThan(150)
  })

  it('skip bytes that would make some characters more likely', () => {
    const bytes = [...Array(60).fill(255), ...Array(4).fill(197)]
    let calls = 0
    const original = crypto.getRandomValues.bind(crypto)
    const restore = (): void => {
      crypto.getRandomValues = original
    }
    crypto.getRandomValues = <T extends ArrayBufferView | null>(array: T): T => {
      calls++
      if (array instanceof Uint8Array) array.set(bytes)
      return array
    }
    try {
      expect(randomString()).toBe('.'.repeat(43))
      expect(calls).toBe(11)
    } finally {
      restore()
    }
  })
})
