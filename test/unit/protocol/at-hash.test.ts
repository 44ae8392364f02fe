import { describe, expect, it } from 'vitest'
import { validateAtHash } from '../../../src/protocol/at-hash.ts'

/** The example of OpenID Connect Core, appendix A.3. */
const ACCESS_TOKEN = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y'
const AT_HASH = '77QmUPtjPfzWtF2AnpK9RQ'

const WRONG =
  'Access Token hash (at_hash) claim mismatch in the ID token. Both tokens must be from one response of the tenant.'

describe('at_hash', () => {
  it.each(['RS256', 'PS256', 'ES256'])(
    'security 38: is the left half of a SHA-256 hash with %s',
    async alg => {
      expect(await validateAtHash(AT_HASH, alg, ACCESS_TOKEN)).toBeUndefined()
      expect(await validateAtHash(AT_HASH, alg, `${ACCESS_TOKEN}x`)).toBe(WRONG)
    },
  )

  it('security 38: is the left half of a SHA-512 hash with EdDSA', async () => {
    const hash = await crypto.subtle.digest('SHA-512', new TextEncoder().encode(ACCESS_TOKEN))
    const half = Buffer.from(hash).subarray(0, 32).toString('base64url')
    expect(await validateAtHash(half, 'EdDSA', ACCESS_TOKEN)).toBeUndefined()
    expect(await validateAtHash(AT_HASH, 'EdDSA', ACCESS_TOKEN)).toBe(WRONG)
  })

  it.each(['', null, 5, `${AT_HASH}==`, AT_HASH.toLowerCase()])(
    'security 38: must not be %j',
    async at_hash => {
      expect(await validateAtHash(at_hash, 'RS256', ACCESS_TOKEN)).toBe(WRONG)
    },
  )

  it('security 38: fits no access token with characters that access tokens never have', async () => {
    // The same bytes, if only the lower eight bits of each character counted.
    const alike = String.fromCharCode(ACCESS_TOKEN.charCodeAt(0) + 256) + ACCESS_TOKEN.slice(1)
    expect(await validateAtHash(AT_HASH, 'RS256', alike)).toBe(WRONG)
    expect(await validateAtHash(AT_HASH, 'RS256', `\ud800${ACCESS_TOKEN}`)).toBe(WRONG)
  })

  it('may be missing', async () => {
    expect(await validateAtHash(undefined, 'RS256', ACCESS_TOKEN)).toBeUndefined()
  })
})
