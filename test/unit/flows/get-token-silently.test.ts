import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { InMemoryCache } from '../../../src/index.ts'
import { createTestTenant, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createTenantHandlers } from '../../../src/testing/msw.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  refuseSilently,
} from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  grants,
  ISSUER,
  revokedRefreshTokens,
  tokenRequests,
  usualKey,
} from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

describe('login_required from a tenant', () => {
  const refuse = async (domain: string, description = 'Login required', isSignedIn = true) => {
    const other = createTestTenant({ domain, signingKey: usualKey, jwks: { keys: [usualKey.jwk] } })
    other.signIn()
    network.use(...createTenantHandlers(other))
    const client = createClient({ domain, clientId: CLIENT_ID })
    if (isSignedIn) await signIn(client, other)
    const frames = refuseSilently(other, 'login_required', description)
    const error = await client.getTokenSilently({ cacheMode: 'off' }).catch(reason => reason)
    // The first failure has removed the cookie.
    const again = await client.getTokenSilently({ cacheMode: 'off' }).catch(reason => reason)
    expect(again.message).toBe(error.message)
    await client.logout({ openUrl: false })
    const last = await client.getTokenSilently({ cacheMode: 'off' }).catch(reason => reason)
    expect(last.message).toBe(description)
    frames.stop()
    expect(error.error).toBe('login_required')
    return error.message
  }

  it('of another site, which a user had signed in at, names third-party cookies and what to do', async () => {
    expect(await refuse('tenant.elsewhere.test')).toMatch(
      /^Login required\. .*third-party.*custom domain.*refresh tokens/,
    )
  })

  it('of the same site is as the tenant says', async () => {
    expect(await refuse('login.example.com')).toBe('Login required')
  })

  it('for a visitor who has never signed in is as the tenant says', async () => {
    expect(await refuse('tenant.elsewhere.test', 'Login required', false)).toBe('Login required')
  })

  it('that asks for a second factor stays as it is, because applications compare it', async () => {
    const demand = 'Multifactor authentication required'
    expect(await refuse('tenant.elsewhere.test', demand)).toBe(demand)
  })
})

describe('getTokenSilently', () => {
  it('serves the cached token without a request', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const first = await client.getTokenSilently()
    expect(first).toMatch(/^access-token-/)
    expect(await client.getTokenSilently()).toBe(first)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('serves a token whose scopes include those asked for, in whatever order', async () => {
    const client = createClient()
    await signIn(client, tenant, { authorizationParams: { scope: 'a b' } })
    const token = await client.getTokenSilently({ authorizationParams: { scope: 'b' } })
    expect(token).toMatch(/^access-token-/)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('gives the whole answer but the refresh token when asked for details', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const cached = await client.getTokenSilently({ detailedResponse: true })
    expect(cached).toEqual({
      access_token: expect.stringMatching(/^access-token-/),
      id_token: (await client.getIdTokenClaims())?.__raw,
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid profile email offline_access',
    })
    const renewed = await client.getTokenSilently({ detailedResponse: true, cacheMode: 'off' })
    expect(Object.keys(renewed ?? {}).sort()).toEqual(Object.keys(cached ?? {}).sort())
    expect(renewed?.access_token).not.toBe(cached?.access_token)
  })

  it('leaves the scope out of the details when the server never named one', async () => {
    const client = createClient()
    tenant.tokenResponse = { scope: undefined }
    await signIn(client, tenant)
    expect(await client.getTokenSilently({ detailedResponse: true })).not.toHaveProperty('scope')
  })

  it('renews a token that has less than a minute left', async () => {
    const client = createClient(stored)
    tenant.accessTokenLifetimeSeconds = 59
    await signIn(client, tenant)
    const before = JSON.stringify({ ...localStorage })
    tenant.accessTokenLifetimeSeconds = 3600
    const token = await client.getTokenSilently()
    expect(before).not.toContain(token)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it("finds nothing with 'cache-only', makes no request, and takes the expired token away", async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    expect(grants(tenant, 'refresh_token')).toHaveLength(0)
    const key = `@@auth0spajs@@::${CLIENT_ID}::default::openid profile email offline_access`
    expect(JSON.parse(localStorage.getItem(key) ?? '{}').body).toEqual({
      refresh_token: activeRefreshTokens(tenant)[0],
      login_claims: { sub: 'auth0|ada', nonce: (await client.getIdTokenClaims())?.nonce },
      audience: 'default',
      scope: 'openid profile email offline_access',
      client_id: CLIENT_ID,
      issuer: ISSUER,
    })
    expect(await client.isAuthenticated()).toBe(true)
  })

  it("sends a request for every call with cacheMode 'off' that finds one under way", async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(() => client.getTokenSilently({ cacheMode: 'off' })),
    )
    expect(first).not.toBe(second)
    // The third was made before the second exchange began, so its result is fresh for both.
    expect(third).toBe(second)
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('shares one renewal between calls made at the same time', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => client.getTokenSilently()))
    expect(new Set(tokens).size).toBe(1)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('shares one renewal between two clients on one page', async () => {
    const [one, two] = [createClient(stored), createClient(stored)]
    await signIn(one, tenant)
    expireStored()
    const tokens = await Promise.all([one.getTokenSilently(), two.getTokenSilently()])
    expect(tokens[0]).toBe(tokens[1])
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('shares a failure too, and the next call tries again', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    tenant.intercept('token', () => HttpResponse.json({ error: 'server_error' }, { status: 503 }))
    const results = await Promise.allSettled([client.getTokenSilently(), client.getTokenSilently()])
    expect(results.map(result => result.status)).toEqual(['rejected', 'rejected'])
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    tenant.intercept('token', undefined)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it('keeps the configured audience when a call passes an undefined one', async () => {
    const client = createClient({ authorizationParams: { audience: 'api' } })
    await signIn(client, tenant)
    await client.getTokenSilently({ authorizationParams: { audience: undefined } })
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('sends parameters of the call to the token endpoint, but neither audience nor scope', async () => {
    const client = createClient({ ...stored, authorizationParams: { audience: 'api' } })
    await signIn(client, tenant)
    await client.getTokenSilently({ cacheMode: 'off', authorizationParams: { custom: 'value' } })
    expect(grants(tenant, 'refresh_token')).toEqual([
      {
        grant_type: 'refresh_token',
        client_id: CLIENT_ID,
        refresh_token: expect.any(String),
        redirect_uri: 'https://app.example.com/callback',
        custom: 'value',
      },
    ])
  })

  it('takes the spelling of 1.x', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    await client.getTokenSilently({ ignoreCache: true } as object)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })
})

describe('who is signed in', () => {
  it('hands out the same objects as long as the ID token stays the same', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    expect(await client.getUser()).toBe(await client.getUser())
    expect(await client.getIdTokenClaims()).toBe(await client.getIdTokenClaims())
    const before = await client.getUser()
    await signIn(client, tenant)
    expect(await client.getUser()).not.toBe(before)
  })

  it('separates the person from the protocol', async () => {
    const client = createClient()
    tenant.idTokenClaims = { 'https://example.com/role': 'admin', org_id: 'org_1' }
    await signIn(client, tenant)
    expect(await client.getUser()).toEqual({
      sub: 'auth0|ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      'https://example.com/role': 'admin',
      org_id: 'org_1',
    })
    expect(await client.getIdTokenClaims()).toMatchObject({
      iss: 'https://tenant.example.com/',
      aud: CLIENT_ID,
      __raw: expect.stringMatching(/^ey/),
    })
  })

  it('keeps the user while the access token is expired', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('caches of the application', () => {
  const plain = () => {
    const entries = new Map<string, unknown>()
    return {
      entries,
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key: string, entry: unknown) => void entries.set(key, structuredClone(entry)),
      remove: (key: string) => void entries.delete(key),
    }
  }

  it('keeps a list of its keys in a cache that has none', async () => {
    const cache = plain()
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    expect(cache.entries.get(`@@auth0spajs@@::${CLIENT_ID}`)).toEqual({
      keys: [
        `@@auth0spajs@@::${CLIENT_ID}::@@user@@`,
        `@@auth0spajs@@::${CLIENT_ID}::default::openid profile email offline_access`,
      ],
    })
    expect(await client.getTokenSilently({ authorizationParams: { scope: 'email' } })).toMatch(
      /^access-token-/,
    )
    await client.logout({ openUrl: false })
    expect([...cache.entries]).toEqual([])
  })

  it('waits for a cache that answers with promises', async () => {
    const { entries, ...sync } = plain()
    const client = createClient({
      useRefreshTokens: true,
      cache: {
        get: async <T>(key: string) => sync.get<T>(key),
        set: async (key, entry) => sync.set(key, entry),
        remove: async key => sync.remove(key),
        allKeys: async () => [...entries.keys(), 'foreign'],
      },
    })
    await signIn(client, tenant)
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('accepts the memory cache of the SDK as a cache of the application', async () => {
    const client = createClient({ cache: new InMemoryCache().enclosedCache })
    await signIn(client, tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })
})

describe('renewal through the hidden iframe', () => {
  it('asks without a prompt, exchanges the code and removes the frame', async () => {
    const client = createClient({ authorizationParams: { audience: 'api', prompt: 'login' } })
    const frames = answerSilently(tenant)
    const token = await client.getTokenSilently({ authorizationParams: { custom: 'x' } })
    frames.stop()
    expect(token).toMatch(/^access-token-/)
    expect(Object.fromEntries(frames.urls[0]?.searchParams ?? [])).toMatchObject({
      prompt: 'none',
      response_mode: 'web_message',
      audience: 'api',
      custom: 'x',
      redirect_uri: 'https://app.example.com/callback',
    })
    expect(tokenRequests(tenant)[0]).toMatchObject({ custom: 'x', code: expect.any(String) })
    expect(tokenRequests(tenant)[0]).not.toHaveProperty('audience')
    expect(tokenRequests(tenant)[0]).not.toHaveProperty('scope')
  })
})
