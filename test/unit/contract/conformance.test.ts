import { createHash, createHmac } from 'node:crypto'
import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth0Client, Auth0ClientOptions } from '../../../src/index.ts'
import {
  createTestKey,
  signIn,
  type TestSigningKey,
  type TestTenant,
} from '../../../src/testing/index.ts'
import { createClient, expireStored, redirectUrl, sessionItems } from '../../support/clients.ts'
import {
  CLIENT_ID,
  createTestbed,
  grants,
  KEYS_ITEM,
  keyRequests,
  tokenRequests,
  usualKey,
} from '../../support/testbed.ts'

/** The list of the OpenID Foundation for relying parties; SECURITY.md has the names. */

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

const other = await createTestKey({ kid: 'k2' })
const unnamed = await createTestKey({ kid: null })
const [ps256, es256, eddsa] = await Promise.all(
  ['PS256', 'ES256', 'EdDSA'].map(alg => createTestKey({ alg, kid: alg })),
)

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  tenant.intercept('token', undefined)
})

const publish = (...keys: (TestSigningKey | undefined)[]): void => {
  tenant.jwks = { keys: keys.map(key => key?.jwk) }
}
const signWith = (key: TestSigningKey | undefined, ...published: TestSigningKey[]): void => {
  if (!key) throw new Error('no key')
  tenant.signingKey = key
  publish(...(published.length ? published : [key]))
}
const withHeader = (header: object, signature?: string): void => {
  tenant.transformIdToken = token => {
    const [, payload, old] = token.split('.')
    return [encode(header), payload, signature ?? old].join('.')
  }
}
const claim = (claims: TestTenant['idTokenClaims']): void => {
  tenant.idTokenClaims = claims
}
const answer = (response: Record<string, unknown>): void => {
  tenant.tokenResponse = response
}
const loginWith = async (options: Partial<Auth0ClientOptions> = {}): Promise<Auth0Client> => {
  const client = createClient({ ...stored, ...options })
  await signIn(client, tenant)
  return client
}

/** A login that is rejected, and leaves nothing. */
const expectRejection = async (
  error: string | RegExp,
  options: Partial<Auth0ClientOptions> = {},
): Promise<void> => {
  await expect(loginWith(options)).rejects.toMatchObject({
    name: 'GenericError',
    error: typeof error === 'string' ? error : expect.stringMatching(error),
  })
  expect(sessionItems()).toEqual({})
  expect(document.cookie).toBe('')
  expect(await createClient({ ...stored, ...options }).isAuthenticated()).toBe(false)
}

describe('a login at a tenant of the conformance suite', () => {
  it.each<[string, () => void, Partial<Auth0ClientOptions>?]>([
    ['client-test', () => {}],
    ['idtoken-sig-rs256', () => signWith(other)],
    ['idtoken-sig-ps256', () => signWith(ps256), { idTokenSigningAlgs: ['PS256'] }],
    ['idtoken-sig-es256', () => signWith(es256), { idTokenSigningAlgs: ['RS256', 'ES256'] }],
    ['idtoken-sig-eddsa', () => signWith(eddsa), { idTokenSigningAlgs: ['EdDSA'] }],
    ['kid-absent-single-jwks', () => signWith(unnamed)],
    ['valid-aud-as-array', () => claim({ aud: [CLIENT_ID] })],
    ['valid-azp', () => claim({ aud: ['other', CLIENT_ID], azp: CLIENT_ID })],
    ['iat-is-week-in-past', () => claim({ iat: nowSeconds() - 604_800 })],
    ['iat-in-future', () => claim({ iat: nowSeconds() + 604_800 })],
    [
      'valid-at-hash',
      () => {
        claim({ at_hash: hashOf('at') })
        answer({ access_token: 'at' })
      },
    ],
    [
      'max-age-met',
      () => claim({ auth_time: nowSeconds() - 200 }),
      { authorizationParams: { max_age: 300 } },
    ],
    [
      'acr-not-judged',
      () => claim({ acr: 'low' }),
      { authorizationParams: { acr_values: 'high' } },
    ],
    ['token-type-case-insensitivity', () => answer({ token_type: 'bEARER' })],
    ['token-endpoint-response-without-expires_in', () => answer({ expires_in: undefined })],
    ['no-scope-in-token-endpoint-response', () => answer({ scope: undefined })],
    ['remove-authorization-response-iss', () => {}],
  ])('conformance %s: succeeds', async (_, prepare, options) => {
    prepare()
    const client = await loginWith(options)
    expect(await client.isAuthenticated()).toBe(true)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeTruthy()
  })

  it.each<[string, () => void, Partial<Auth0ClientOptions>?]>([
    ['idtoken-sig-none', () => withHeader({ alg: 'none' }, '')],
    [
      'idtoken-sig-hs256',
      () => {
        tenant.transformIdToken = token => {
          const input = `${encode({ alg: 'HS256' })}.${token.split('.')[1]}`
          return `${input}.${createHmac('sha256', 'secret').update(input).digest('base64url')}`
        }
      },
    ],
    ['invalid-null-alg', () => withHeader({ alg: null })],
    ['invalid-alternate-alg', () => signWith(ps256)],
    ['invalid-sig-rs256', () => withHeader({ alg: 'RS256', kid: 'k1' }, 'c2ln')],
    [
      'invalid-sig-es256',
      () => {
        signWith(es256)
        withHeader({ alg: 'ES256', kid: 'ES256' }, Buffer.alloc(64).toString('base64url'))
      },
      { idTokenSigningAlgs: ['ES256'] },
    ],
    ['invalid-signature', () => signWith({ ...other, kid: 'k1' }, usualKey)],
    ['kid-absent-multiple-jwks', () => signWith(unnamed, unnamed, other)],
    [
      'duplicate-keys',
      () => signWith(usualKey, usualKey, { ...other, jwk: { ...other.jwk, kid: 'k1' } }),
    ],
    [
      'x5c-only',
      () => {
        tenant.jwks = { keys: [{ kty: 'RSA', kid: 'k1', use: 'sig', x5c: ['MIIC'] }] }
      },
    ],
    ['invalid-iss', () => claim({ iss: 'https://other.example.com/' })],
    ['invalid-missing-iss', () => claim({ iss: undefined })],
    ['missing-sub', () => claim({ sub: undefined })],
    ['invalid-sub-length', () => claim({ sub: 'x'.repeat(256) })],
    ['invalid-aud', () => claim({ aud: 'client-2' })],
    ['missing-aud', () => claim({ aud: undefined })],
    ['invalid-secondary-aud', () => claim({ aud: [CLIENT_ID, 'other'] })],
    ['invalid-azp', () => claim({ azp: 'client-2' })],
    ['missing-iat', () => claim({ iat: undefined })],
    ['invalid-missing-exp', () => claim({ exp: undefined })],
    ['invalid-expired-exp', () => claim({ exp: nowSeconds() - 62 })],
    ['invalid-nbf', () => claim({ nbf: nowSeconds() + 90 })],
    ['nonce-invalid', () => claim({ nonce: 'another' })],
    ['invalid-missing-nonce', () => claim({ nonce: undefined })],
    ['invalid-at-hash', () => claim({ at_hash: hashOf('another') })],
    [
      'max-age-missing-auth-time',
      () => claim({ auth_time: undefined }),
      { authorizationParams: { max_age: 300 } },
    ],
    [
      'max-age-too-old',
      () => claim({ auth_time: nowSeconds() - 400 }),
      { authorizationParams: { max_age: 300 } },
    ],
    [
      'max-age-zero',
      () => claim({ auth_time: nowSeconds() - 400 }),
      { authorizationParams: { max_age: 0 } },
    ],
    ['encrypted-id-token', () => answer({ id_token: 'e30.YQ.YQ.YQ.YQ' })],
    ['invalid-crit', () => withHeader({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 })],
    ['malformed-id-token', () => answer({ id_token: 'a.b.c' })],
    ['missing-id-token', () => answer({ id_token: undefined })],
    ['oversized-id-token', () => claim({ name: 'x'.repeat(70_000) })],
  ])('conformance %s: is rejected as an invalid token', async (_, prepare, options) => {
    prepare()
    await expectRejection('invalid_token', options)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it.each<[string, () => void, string]>([
    [
      'jwks-unavailable',
      () => tenant.intercept('jwks', () => HttpResponse.error()),
      'jwks_unavailable',
    ],
    ['token-type-unknown', () => answer({ token_type: 'mac' }), 'request_error'],
    ['missing-access-token', () => answer({ access_token: undefined }), 'request_error'],
    [
      'token-endpoint-error',
      () => tenant.fail('token', { error: 'invalid_grant', error_description: 'No.' }),
      'invalid_grant',
    ],
    [
      'client-secret-basic',
      () => tenant.fail('token', { error: 'invalid_client', status: 401 }),
      'invalid_client',
    ],
  ])('conformance %s: is rejected with the reason', async (_, prepare, error) => {
    prepare()
    await expectRejection(error)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('conformance kid-unknown: is rejected after one more request for the keys', async () => {
    signWith(other, usualKey)
    await expectRejection('invalid_token')
    await expectRejection('invalid_token')
    expect(keyRequests(tenant)).toBe(2)
  })

  it('conformance authorization-error: is rejected with the error of the response', async () => {
    tenant.fail('authorize', { error: 'access_denied', error_description: 'No.' })
    await expect(loginWith()).rejects.toMatchObject({ error: 'access_denied', message: 'No.' })
    expect(tokenRequests(tenant)).toEqual([])
  })

  it('conformance pkce-s256: has a code challenge and verifier of its own', async () => {
    const client = createClient(stored)
    const challenges: (string | null)[] = []
    for (let login = 0; login < 2; login++) {
      const url = await redirectUrl(client)
      const { searchParams } = new URL(url)
      expect(searchParams.get('code_challenge_method')).toBe('S256')
      challenges.push(searchParams.get('code_challenge'))
      await client.handleRedirectCallback(await tenant.answerLogin(url))
    }
    const sent = tokenRequests(tenant).map(({ code_verifier = '' }) =>
      createHash('sha256').update(code_verifier).digest('base64url'),
    )
    expect(sent).toEqual(challenges)
    expect(new Set(sent).size).toBe(2)
  })
})

describe('keys of the conformance suite', () => {
  it.each<[string, object]>([
    ['without a modulus', { n: undefined }],
    ['whose modulus is a number', { n: 5 }],
    ['whose modulus is empty', { n: '' }],
    ['whose modulus is too short', { n: 'uS7Yx-s7xg8' }],
    ['without an exponent', { e: undefined }],
  ])('conformance kid-absent-broken-jwk: a damaged key %s does not count', async (_, members) => {
    signWith(unnamed)
    const broken = { ...other.jwk, ...members }
    for (const keys of [
      [broken, unnamed.jwk],
      [unnamed.jwk, broken],
      [broken, unnamed.jwk, broken],
    ]) {
      localStorage.removeItem(KEYS_ITEM)
      tenant.jwks = { keys }
      expect(await (await loginWith()).isAuthenticated()).toBe(true)
    }
  })

  it.each<[string, object]>([
    ['outside of its curve', { x: 'AAAA', y: 'AAAA' }],
    ['of another curve', { crv: 'P-521' }],
    ['without a coordinate', { y: undefined }],
  ])(
    'conformance kid-absent-broken-jwk: a damaged elliptic key %s does not count',
    async (_, members) => {
      const plain = await createTestKey({ alg: 'ES256', kid: null })
      const wrong = await createTestKey({ alg: 'ES256', kid: null })
      signWith(plain)
      tenant.jwks = { keys: [{ ...wrong.jwk, ...members }, plain.jwk] }
      const client = await loginWith({ idTokenSigningAlgs: ['ES256'] })
      expect(await client.isAuthenticated()).toBe(true)
    },
  )

  it('conformance kid-absent-broken-jwk: a damaged key alone rejects the login', async () => {
    signWith(unnamed)
    tenant.jwks = { keys: [{ ...unnamed.jwk, n: 5 }] }
    await expectRejection('invalid_token')
  })

  it('conformance signing-key-rotation: a new key is accepted after one more request', async () => {
    await loginWith()
    signWith(other)
    await loginWith()
    expect(keyRequests(tenant)).toBe(2)
  })

  it('conformance signing-key-rotation-just-before-signing: the new key is accepted', async () => {
    tenant.intercept('token', () => {
      tenant.signingKey = other
      return undefined
    })
    tenant.intercept('jwks', () =>
      keyRequests(tenant) === 1 ? undefined : HttpResponse.json({ keys: [other.jwk] }),
    )
    expect(await (await loginWith()).isAuthenticated()).toBe(true)
  })

  it('conformance signing-key-same-kid: the new key under the old name is accepted', async () => {
    await loginWith()
    tenant.signingKey = { ...other, kid: 'k1' }
    tenant.jwks = { keys: [{ ...other.jwk, kid: 'k1' }] }
    const client = await loginWith()
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(keyRequests(tenant)).toBe(2)
  })
})

describe('authorization responses of the conformance suite', () => {
  const withParameter = (
    url: string,
    name: string,
    change: (value: string) => string[],
  ): string => {
    const changed = new URL(url)
    const values = change(changed.searchParams.get(name) ?? '')
    changed.searchParams.delete(name)
    for (const value of values) changed.searchParams.append(name, value)
    return changed.href
  }

  it.each<[string, string, (value: string) => string[], RegExp]>([
    [
      'ensure-authorization-response-with-invalid-state-fails',
      'state',
      value => [`${value}x`],
      /^state_mismatch$/,
    ],
    [
      'ensure-authorization-response-with-invalid-missing-state-fails',
      'state',
      () => [],
      /^(state_mismatch|missing_transaction)$/,
    ],
    ['repeated-state', 'state', value => [value, value], /^invalid_request$/],
    [
      'invalid-authorization-response-iss',
      'iss',
      () => ['https://other.example.com/'],
      /^invalid_issuer$/,
    ],
  ])('conformance %s: are rejected without a token request', async (_, name, change, error) => {
    const client = createClient(stored)
    const response = await tenant.answerLogin(await redirectUrl(client))
    await expect(
      client.handleRedirectCallback(withParameter(response, name, change)),
    ).rejects.toMatchObject({ error: expect.stringMatching(error) })
    expect(tokenRequests(tenant)).toEqual([])
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('conformance replayed-response: are redeemed once', async () => {
    const client = createClient(stored)
    const response = await tenant.answerLogin(await redirectUrl(client))
    await client.handleRedirectCallback(response)
    await client.handleRedirectCallback(response).catch(() => {})
    await expect(createClient(stored).handleRedirectCallback(response)).rejects.toMatchObject({
      error: 'missing_transaction',
    })
    expect(tokenRequests(tenant)).toHaveLength(1)
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('refreshes of the conformance suite', () => {
  const atLogin = { auth_time: nowSeconds() - 100, azp: CLIENT_ID }
  const login = async () => {
    claim(atLogin)
    const client = await loginWith()
    expireStored()
    return client
  }

  it('conformance refresh-token: succeed five times with rotation', async () => {
    const client = await login()
    for (let round = 0; round < 5; round++) {
      expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    }
    const sent = grants(tenant, 'refresh_token').map(({ refresh_token }) => refresh_token)
    expect(new Set(sent).size).toBe(5)
  })

  it('conformance refresh-token-without-id-token: succeed, and the user stays', async () => {
    const client = await login()
    const before = await client.getIdTokenClaims()
    for (const id_token of [undefined, null, '']) {
      answer({ id_token })
      const renewed = await client.getTokenSilently({ cacheMode: 'off', detailedResponse: true })
      expect(renewed).toMatchObject({ id_token: before?.__raw })
      expect(await client.getTokenSilently()).toBe(renewed?.access_token)
      expect(await client.getIdTokenClaims()).toEqual(before)
    }
    answer({})
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(4)
  })

  it('conformance nonce-unrequested: succeed with the nonce of the login', async () => {
    const client = await login()
    claim({ ...atLogin, nonce: (await client.getIdTokenClaims())?.nonce })
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it.each<[string, object]>([
    ['refresh-token-invalid-issuer', { iss: 'https://other.example.com/' }],
    ['refresh-token-invalid-nonce', { nonce: 'another' }],
    ['refresh-token-invalid-auth-time', { auth_time: nowSeconds() }],
    ['refresh-token-invalid-azp', { azp: 'client-2' }],
  ])('conformance %s: are rejected, and the user stays', async (_, claims) => {
    const client = await login()
    claim({ ...atLogin, ...claims })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token' })
    expect(await client.getUser()).toMatchObject({ sub: 'auth0|ada' })
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('conformance refresh-token-invalid-sub: end the session', async () => {
    const client = await login()
    claim({ ...atLogin, sub: 'auth0|grace' })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    expect(await client.getUser()).toBeUndefined()
    expect(sessionItems()).toEqual({})
  })
})
