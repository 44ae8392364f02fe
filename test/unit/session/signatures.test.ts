import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import {
  createTestKey,
  signIn,
  type TestSigningKey,
  type TestTenant,
} from '../../../src/testing/index.ts'
import { createClient, expireStored, sessionItems, storedEntries } from '../../support/clients.ts'
import {
  activeRefreshTokens,
  createTestbed,
  grants,
  KEYS_ITEM,
  keyRequests,
  tokenRequests,
  usualKey,
} from '../../support/testbed.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const other = await createTestKey({ kid: 'k2' })
const unnamed = await createTestKey({ kid: null })
const byAlg = Object.fromEntries(
  await Promise.all(
    ['PS256', 'ES256', 'EdDSA', 'RS512'].map(
      async alg => [alg, await createTestKey({ alg, kid: alg })] as const,
    ),
  ),
)

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const published = (...keys: TestSigningKey[]) => ({ keys: keys.map(({ jwk }) => jwk) })

const signInWith = async (options: Partial<Auth0ClientOptions> = {}) => {
  const client = createClient({ ...stored, ...options })
  await signIn(client, tenant)
  return client
}

/** A login that ends in an error, and leaves nothing. */
const expectRefusal = async (error: string, options: Partial<Auth0ClientOptions> = {}) => {
  await expect(signInWith(options)).rejects.toMatchObject({ name: 'GenericError', error })
  expect(sessionItems()).toEqual({})
  expect(document.cookie).toBe('')
  expect(await createClient({ ...stored, ...options }).isAuthenticated()).toBe(false)
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The same token with another header, and with no signature or that of the old header. */
const withHeader =
  (header: object, signature?: string) =>
  (token: string): string => {
    const [, payload, old] = token.split('.')
    return [encode(header), payload, signature ?? old].join('.')
  }

/** The same token with a claim that nobody signed. */
const withClaim = (claims: object) => (token: string) => {
  const [header, payload = '', signature] = token.split('.')
  const read = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [header, encode({ ...read, ...claims }), signature].join('.')
}

describe('what a login costs', () => {
  it('security M1: one token request and one for the keys in a new browser, afterwards no keys', async () => {
    const client = await signInWith()
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([1, 1])
    await client.logout({ openUrl: false })
    await signInWith()
    await signInWith({ cacheLocation: 'memory' })
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([3, 1])
  })

  it('fetches the keys while the token request is under way', async () => {
    const seen: Record<string, () => void> = {}
    const arrival = (name: string) =>
      new Promise<undefined>(resolve => {
        seen[name] = () => resolve(undefined)
      })
    const [keys, tokens] = [arrival('keys'), arrival('tokens')]
    // Neither is answered before the other has come.
    tenant.intercept('jwks', () => {
      seen.keys?.()
      return tokens
    })
    tenant.intercept('token', () => {
      seen.tokens?.()
      return keys
    })
    await signInWith()
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([1, 1])
  })

  it('keeps nothing of the keys but what is public', async () => {
    tenant.jwks = {
      keys: [{ ...usualKey.jwk, d: 'secret', x5c: ['MII'] }, 'no key', null],
      more: 1,
    }
    await signInWith()
    const { keys, ...rest } = JSON.parse(localStorage.getItem(KEYS_ITEM) ?? '')
    expect(keys).toEqual([usualKey.jwk])
    expect(rest).toEqual({ fetched_at: expect.any(Number), in_vain_at: 0, mismatched_at: 0 })
  })
})

describe('an ID token that is signed', () => {
  it.each(['PS256', 'ES256', 'EdDSA'] as const)(
    'security 33, M1: with %s counts where that is allowed, and nowhere else',
    async alg => {
      tenant.signingKey = byAlg[alg] as TestSigningKey
      tenant.jwks = published(tenant.signingKey)
      const client = await signInWith({ idTokenSigningAlgs: ['RS256', alg] })
      expect(await client.isAuthenticated()).toBe(true)
      await client.logout({ openUrl: false })
      await expectRefusal('invalid_token')
    },
  )

  it('security 33, M7: with an algorithm that cannot be allowed does not count', async () => {
    tenant.signingKey = byAlg.RS512 as TestSigningKey
    tenant.jwks = published(tenant.signingKey)
    await expectRefusal('invalid_token')
  })

  it.each([
    ['none, unsigned', { alg: 'none', kid: 'k1' }, ''],
    ['none', { alg: 'none', kid: 'k1' }, undefined],
    ['nOnE', { alg: 'nOnE', kid: 'k1' }, undefined],
    ['null', { alg: null, kid: 'k1' }, undefined],
    ['nothing', { kid: 'k1' }, undefined],
    ['HS256', { alg: 'HS256', kid: 'k1' }, undefined],
    ['ES256', { alg: 'ES256', kid: 'k1' }, undefined],
  ])('security 33, M7: with %s does not count', async (_, header, signature) => {
    tenant.transformIdToken = withHeader(header, signature)
    await expectRefusal('invalid_token')
    expect(keyRequests(tenant)).toBe(1)
  })

  it('security 33: with HS256 and the public key for a secret does not count', async () => {
    const key = createPublicKey({ key: usualKey.jwk as JsonWebKey, format: 'jwk' })
    const secret = key.export({ type: 'spki', format: 'pem' })
    tenant.transformIdToken = token => {
      const input = `${encode({ alg: 'HS256', kid: 'k1' })}.${token.split('.')[1]}`
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    }
    await expectRefusal('invalid_token')
  })

  it.each([
    ['a claim changed', withClaim({ name: 'Mallory' })],
    ['its signature changed', (token: string) => `${token.slice(0, -10)}AAAAAAAAAA`],
    ['its signature cut off', (token: string) => token.slice(0, -40)],
    ['the signature of something else', (token: string) => token.replace(/[^.]+$/, 'c2ln')],
  ])(
    'security 34, M8: with %s does not count, and nothing is asked for again',
    async (_, alter) => {
      tenant.transformIdToken = alter
      await expectRefusal('invalid_token')
      expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([1, 1])
    },
  )

  it('security 34, M8: by somebody else under the name of the key does not count', async () => {
    tenant.signingKey = { ...other, kid: 'k1' }
    await expectRefusal('invalid_token')
  })

  it.each([
    ['is for encryption', { use: 'enc' }],
    ['is for another algorithm', { alg: 'RS512' }],
    ['may not verify', { key_ops: ['encrypt'] }],
    ['is of another kind', { kty: 'oct', k: 'c2VjcmV0' }],
    ['is too short', { n: 'uS7Yx-s7xg8', e: 'AQAB' }],
    ['is no key', { n: 5 }],
  ])('security 68: with a key that %s does not count', async (_, members) => {
    tenant.jwks = { keys: [{ ...usualKey.jwk, ...members }] }
    await expectRefusal('invalid_token')
  })

  it('security M6: without naming the key counts where only one fits', async () => {
    tenant.signingKey = unnamed
    tenant.jwks = published(unnamed, byAlg.ES256 as TestSigningKey, {
      ...other,
      jwk: { ...other.jwk, use: 'enc' },
    })
    expect(await (await signInWith()).isAuthenticated()).toBe(true)
  })

  it('security M6: without naming the key does not count where several fit', async () => {
    tenant.signingKey = unnamed
    tenant.jwks = published(unnamed, other)
    await expectRefusal('invalid_token')
    expect(keyRequests(tenant)).toBe(1)
  })
})

describe('keys that change', () => {
  it('security 68, M15: accepts a new key after one more look, again and again', async () => {
    await signInWith()
    for (const [round, key] of [other, byAlg.ES256 as TestSigningKey, usualKey].entries()) {
      tenant.signingKey = key
      tenant.jwks = published(key)
      await signInWith({ idTokenSigningAlgs: ['RS256', 'ES256'] })
      expect(keyRequests(tenant)).toBe(round + 2)
    }
  })

  it('security 68, M15: accepts a key that replaced the others just before it signed', async () => {
    tenant.intercept('token', () => {
      tenant.signingKey = other
      return undefined
    })
    tenant.intercept('jwks', () =>
      keyRequests(tenant) === 1 ? undefined : HttpResponse.json(published(other)),
    )
    await signInWith()
    expect(keyRequests(tenant)).toBe(2)
  })

  it('security M15: accepts a new key in place of the only one where keys have no names', async () => {
    tenant.signingKey = unnamed
    tenant.jwks = published(unnamed)
    await signInWith()
    tenant.signingKey = { ...other, kid: undefined }
    tenant.jwks = { keys: [{ ...other.jwk, kid: undefined }] }
    await signInWith()
    expect(keyRequests(tenant)).toBe(2)
  })

  it('security 68, M15: accepts a new key under the name of the old one', async () => {
    await signInWith()
    tenant.signingKey = { ...other, kid: 'k1' }
    tenant.jwks = { keys: [{ ...other.jwk, kid: 'k1' }] }
    const client = await signInWith()
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(keyRequests(tenant)).toBe(2)
  })

  it.each([
    ['has another modulus', [{ ...usualKey.jwk, n: other.jwk.n }]],
    ['is no key', [{ ...usualKey.jwk, n: 5 }]],
    ['is gone', []],
    ['is there twice', [usualKey.jwk, usualKey.jwk]],
  ])('security 49: a stored set in which the key %s refuses no login', async (_, keys) => {
    const fetched_at = Date.now()
    localStorage.setItem(KEYS_ITEM, JSON.stringify({ keys, fetched_at, in_vain_at: 0 }))
    await signInWith()
    expect(keyRequests(tenant)).toBe(1)
    await signInWith()
    expect(keyRequests(tenant)).toBe(1)
  })

  it('security 68: asks once for newer keys for tokens with a wrong signature, then not for a while', async () => {
    await signInWith()
    tenant.transformIdToken = withClaim({ name: 'Mallory' })
    for (let login = 0; login < 3; login++) {
      await expect(signInWith()).rejects.toMatchObject({ error: 'invalid_token' })
    }
    expect(keyRequests(tenant)).toBe(2)
  })

  it('security 68, M15: looks once for a key that is never published, then not for a while', async () => {
    tenant.signingKey = other
    await expectRefusal('invalid_token')
    expect(keyRequests(tenant)).toBe(2)
    for (let login = 0; login < 3; login++) await expectRefusal('invalid_token')
    await expectRefusal('invalid_token', { cacheLocation: 'memory' })
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([5, 2])
  })
})

describe('keys that cannot be had', () => {
  it.each([
    ['no connection', () => HttpResponse.error()],
    ['an error', () => HttpResponse.json({ keys: [] }, { status: 503 })],
    ['a page', () => HttpResponse.html('<h1>Hello</h1>')],
    ['something else', () => HttpResponse.json({ keys: 'none' })],
  ])('security 34: refuse the login: %s', async (_, answer) => {
    tenant.intercept('jwks', answer)
    await expectRefusal('jwks_unavailable')
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('says why', async () => {
    tenant.intercept('jwks', () => HttpResponse.error())
    await expect(signInWith()).rejects.toMatchObject({
      error: 'jwks_unavailable',
      cause: { error: 'network_error' },
    })
  })

  it('do not matter to a login that was refused anyway', async () => {
    tenant.intercept('jwks', () => HttpResponse.error())
    tenant.intercept('token', () => HttpResponse.json({ error: 'access_denied' }, { status: 403 }))
    await expectRefusal('access_denied')
  })
})

describe('a slow request for the keys', () => {
  const hold = () => {
    let release = (): void => {}
    let arrive = (): void => {}
    const arrived = new Promise<void>(resolve => {
      arrive = resolve
    })
    tenant.intercept('jwks', () => {
      arrive()
      return new Promise<undefined>(resolve => {
        release = () => resolve(undefined)
      })
    })
    return { arrived, release: () => release() }
  }

  /** Resolves when a login has the token response, so that only the keys are missing. */
  const tokenResponse = () =>
    new Promise<void>(resolve => {
      const { text } = Response.prototype
      vi.spyOn(Response.prototype, 'text').mockImplementation(async function (this: Response) {
        const read = await text.call(this)
        setTimeout(resolve)
        return read
      })
    })

  it('security 25: does not hold a login that a sign-out has ended', async () => {
    const { arrived } = hold()
    const received = tokenResponse()
    const client = createClient(stored)
    const login = signIn(client, tenant)
    await Promise.all([arrived, received])
    await client.logout({ openUrl: false })
    await expect(login).rejects.toMatchObject({ error: 'login_required' })
    expect(sessionItems()).toEqual({})
  })

  it('goes on for a login that is still waiting when another one was ended', async () => {
    const { arrived, release } = hold()
    const received = tokenResponse()
    const client = createClient(stored)
    const ended = signIn(client, tenant)
    await Promise.all([arrived, received])
    await client.logout({ openUrl: false })
    await expect(ended).rejects.toMatchObject({ error: 'login_required' })
    const next = signIn(client, tenant)
    release()
    await next
    expect(await client.isAuthenticated()).toBe(true)
    expect(keyRequests(tenant)).toBe(1)
  })
})

describe('a refresh', () => {
  const lastRefreshToken = () =>
    Object.values(storedEntries()).map(({ body }) => body.refresh_token)

  it.each([
    [
      'is signed by somebody else',
      'invalid_token',
      () => {
        tenant.signingKey = { ...other, kid: 'k1' }
      },
    ],
    [
      'cannot be verified',
      'jwks_unavailable',
      () => {
        localStorage.removeItem(KEYS_ITEM)
        tenant.intercept('jwks', () => HttpResponse.error())
      },
    ],
  ])(
    'security 28, 34: whose ID token %s keeps the new refresh token and nothing else',
    async (_, error, spoil) => {
      await signInWith()
      expireStored()
      const client = createClient(stored)
      const before = await client.getIdTokenClaims()
      spoil()
      await expect(client.getTokenSilently()).rejects.toMatchObject({ error })
      expect(grants(tenant, 'refresh_token')).toHaveLength(1)
      expect(lastRefreshToken()).toEqual(activeRefreshTokens(tenant))
      expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('access_token')
      expect(await client.getIdTokenClaims()).toEqual(before)
    },
  )

  it('is verified with the keys of the login', async () => {
    const client = await signInWith()
    await client.getTokenSilently({ cacheMode: 'off' })
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([2, 1])
  })
})

describe("idTokenSignature: 'trust-tls'", () => {
  it('asks for no keys, and looks at everything but the signature', async () => {
    tenant.transformIdToken = withClaim({ name: 'Ada' })
    tenant.signingKey = other
    const client = await signInWith({ idTokenSignature: 'trust-tls' })
    expect(await client.isAuthenticated()).toBe(true)
    expect(keyRequests(tenant)).toBe(0)
    await client.logout({ openUrl: false })
    tenant.transformIdToken = withHeader({ alg: 'none' })
    await expectRefusal('invalid_token', { idTokenSignature: 'trust-tls' })
  })

  it('is the only way not to verify: whatever else is given, signatures are', async () => {
    tenant.signingKey = { ...other, kid: 'k1' }
    for (const value of ['', null, undefined]) {
      const options = { idTokenSignature: value } as unknown as Partial<Auth0ClientOptions>
      await expectRefusal('invalid_token', options)
    }
    for (const value of ['off', 'trust', false]) {
      const options = { idTokenSignature: value } as unknown as Partial<Auth0ClientOptions>
      await expect(signIn(createClient(options), tenant)).rejects.toMatchObject({
        name: 'InvalidConfigurationError',
        message: expect.stringContaining('"idTokenSignature"'),
      })
    }
  })
})
