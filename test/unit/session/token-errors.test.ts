import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { createTestKey, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient } from '../../support/clients.ts'
import { createTestbed, ISSUER } from '../../support/testbed.ts'

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const other = await createTestKey({ kid: 'k1' })

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const messageOf = async (options: Partial<Auth0ClientOptions> = {}): Promise<string> => {
  const error = await signIn(createClient(options), tenant).catch((reason: Error) => reason)
  return error instanceof Error ? error.message : ''
}
const claim = (claims: TestTenant['idTokenClaims']) => () => {
  tenant.idTokenClaims = claims
}

describe('the error of a login whose ID token is rejected', () => {
  it.each<[string, () => void, string[], Partial<Auth0ClientOptions>?]>([
    [
      'issuer',
      claim({ iss: 'https://other.example.com/' }),
      [`expected "${ISSUER}", found "https://other.example.com/"`, '`issuer`', '`formerIssuers`'],
    ],
    ['audience', claim({ aud: 'client-2' }), ['expected "client-1"', '"client-2"', '`clientId`']],
    ['authorized party', claim({ azp: 'client-2' }), ['"client-1"', '"client-2"', '`clientId`']],
    ['nonce', claim({ nonce: 'n-2' }), ['found "n-2"', 'this login']],
    [
      'algorithm',
      () => {
        tenant.transformIdToken = token =>
          token.replace(/^[^.]+/, Buffer.from('{"alg":"HS256"}').toString('base64url'))
      },
      ['"HS256"', '"RS256"', '`idTokenSigningAlgs`'],
    ],
    ['expiry', claim({ exp: nowSeconds() - 600 }), ['clock', '`leeway`', '`nowProvider`']],
    ['beginning', claim({ nbf: nowSeconds() + 600 }), ['clock', '`leeway`', '`nowProvider`']],
    [
      'time of login',
      claim({ auth_time: nowSeconds() - 600 }),
      ['`max_age`'],
      { authorizationParams: { max_age: 60 } },
    ],
    [
      'missing time of login',
      claim({ auth_time: undefined }),
      ['`max_age`'],
      { authorizationParams: { max_age: 60 } },
    ],
    [
      'organization',
      claim({ org_id: 'org_b' }),
      ['expected "org_a", found "org_b"', '`organization`'],
      { authorizationParams: { organization: 'org_a' } },
    ],
    [
      'signature',
      () => {
        tenant.signingKey = other
      },
      ['signature is invalid', "`idTokenSignature: 'trust-tls'`"],
    ],
    [
      'key that a mocked tenant does not have',
      () => {
        tenant.jwks = { keys: [] }
      },
      ['No key in the JWKS matches kid "k1"', "`idTokenSignature: 'trust-tls'`"],
    ],
    [
      'keys, which a mocked tenant does not publish',
      () => tenant.intercept('jwks', () => HttpResponse.text('Not found', { status: 404 })),
      ['404', '/.well-known/jwks.json', "`idTokenSignature: 'trust-tls'`"],
    ],
    [
      'keys, which a mocked network does not know',
      () => tenant.intercept('jwks', () => HttpResponse.error()),
      ['JWKS', "`idTokenSignature: 'trust-tls'`"],
    ],
    [
      'ID token, which is missing',
      () => {
        tenant.tokenResponse = { id_token: undefined }
      },
      ['missing', '`scope`'],
    ],
    [
      'ID token, which is encrypted',
      () => {
        tenant.tokenResponse = { id_token: 'e30.YQ.YQ.YQ.YQ' }
      },
      ['encrypted'],
    ],
    [
      'access token, which is missing',
      () => {
        tenant.tokenResponse = { access_token: undefined }
      },
      ['No access_token', '/oauth/token'],
    ],
    [
      'response, which is a page',
      () => tenant.intercept('token', () => HttpResponse.html('<h1>Hello</h1>')),
      ['No access_token', 'text/html', '/oauth/token'],
    ],
    [
      'type of the token',
      () => {
        tenant.tokenResponse = { token_type: 'mac' }
      },
      ['token_type', 'Bearer or DPoP'],
    ],
  ])('because of its %s says what to do', async (_, prepare, parts, options) => {
    prepare()
    const message = await messageOf(options)
    for (const part of parts) expect(message).toContain(part)
  })

  it("does not come with `idTokenSignature: 'trust-tls'`, which needs no keys", async () => {
    tenant.jwks = { keys: [] }
    tenant.signingKey = other
    expect(await messageOf({ idTokenSignature: 'trust-tls' })).toBe('')
  })
})
