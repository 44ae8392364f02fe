import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { codeChallenge, randomString } from '../../../src/protocol/pkce.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_'

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

  it('are 256 random bits in base64url, as RFC 7636 section 4.1 recommends', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index * 8)
    vi.spyOn(crypto, 'getRandomValues').mockImplementation(array => {
      if (array instanceof Uint8Array) array.set(bytes)
      return array
    })
    expect(randomString()).toBe(Buffer.from(bytes).toString('base64url'))
    vi.restoreAllMocks()
  })

  it('security 72: contain every character about equally often, without modulo bias', () => {
    // The last of the 43 characters has four of the 256 bits, so it has 16 values.
    const draws = 4000 * 42
    const counts = new Map([...ALPHABET].map(char => [char, 0]))
    for (let i = 0; i < 4000; i++) {
      for (const char of randomString().slice(0, 42)) counts.set(char, (counts.get(char) ?? 0) + 1)
    }
    expect(counts.size).toBe(64)
    const mean = draws / 64
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0)
    // 63 degrees of freedom: 150 is exceeded less than once in 10^8 runs. Modulo 62 gives about 5000.
    expect(chiSquare).toBeLessThan(150)
  })
})
