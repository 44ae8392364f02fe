import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0ClientOptions, type ICache, InMemoryCache } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  refuseSilently,
  storedEntries,
  tokenKeys,
} from '../../support/clients.ts'
import { createTestbed, grants } from '../../support/testbed.ts'

const inLocalStorage = { cacheLocation: 'localstorage' } as const
const narrower = { authorizationParams: { scope: 'read:books' } }

let tenant: TestTenant
let frames: ReturnType<typeof refuseSilently> | undefined
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => frames?.stop())

/** From now on the tenant knows of no session. */
const refuse = (): void => {
  frames = refuseSilently(tenant)
}

/** A client that has handed out the token of its login once. */
const clientWithFind = async (options: Partial<Auth0ClientOptions> = inLocalStorage) => {
  const client = createClient({
    ...options,
    authorizationParams: { scope: 'openid read:books write:books' },
  })
  await signIn(client, tenant)
  const token = await client.getTokenSilently()
  return { client, token }
}

/** What another tab does to the entries. */
const rewriteEntries = (change: (entry: { body: object; expiresAt: number }) => unknown): void => {
  for (const [key, entry] of Object.entries(storedEntries())) {
    localStorage.setItem(key, JSON.stringify(change(entry)))
  }
}

describe('a token that was handed out before', () => {
  it.each([
    ['memory', {}],
    ['localStorage', inLocalStorage],
    ['a cache of the application', { cache: new InMemoryCache().enclosedCache }],
  ])('comes again from %s, also for a part of its scopes', async (_, options) => {
    const { client, token } = await clientWithFind(options)
    for (let round = 0; round < 3; round++) {
      expect(await client.getTokenSilently()).toBe(token)
      expect(await client.getTokenSilently(narrower)).toBe(token)
    }
    expect(await client.getTokenSilently({ detailedResponse: true })).toMatchObject({
      access_token: token,
    })
    expect(grants(tenant, 'authorization_code')).toHaveLength(1)
    expect(grants(tenant, 'refresh_token')).toHaveLength(0)
  })

  it('is another one as soon as another tab has renewed it', async () => {
    const { client } = await clientWithFind()
    rewriteEntries(entry => ({ ...entry, body: { ...entry.body, access_token: 'renewed' } }))
    expect(await client.getTokenSilently()).toBe('renewed')
    expect(await client.getTokenSilently()).toBe('renewed')
  })

  it('is not handed out once another tab has signed out', async () => {
    const { client } = await clientWithFind()
    refuse()
    for (const key of tokenKeys()) localStorage.removeItem(key)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    expect(await client.getUser()).toBeUndefined()
  })

  it('is not handed out when nobody is known to be signed in', async () => {
    const { client } = await clientWithFind()
    refuse()
    for (const key of tokenKeys()) if (key.endsWith('@@user@@')) localStorage.removeItem(key)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
  })

  it.each(['', 'null', '{', '[]', '{"body":{}}', '{"body":{"access_token":7}}'])(
    'is not handed out when its entry has become %j',
    async text => {
      const { client } = await clientWithFind()
      refuse()
      for (const key of Object.keys(storedEntries())) localStorage.setItem(key, text)
      await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    },
  )

  it('is not handed out past its end', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    tenant.accessTokenLifetimeSeconds = 600
    const { client, token } = await clientWithFind()
    refuse()
    vi.advanceTimersByTime(539_000)
    expect(await client.getTokenSilently()).toBe(token)
    vi.advanceTimersByTime(2_000)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
  })

  it('is not handed out past its end to calls of the same millisecond either', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    tenant.accessTokenLifetimeSeconds = 600
    const { client, token } = await clientWithFind({ ...inLocalStorage, useRefreshTokens: true })
    vi.advanceTimersByTime(541_000)
    const calls = [1, 2, 3].map(() => client.getTokenSilently())
    const [renewed, ...others] = await Promise.all(calls)
    expect(renewed).not.toBe(token)
    expect(others).toEqual([renewed, renewed])
  })

  it('stays that of its audience, whatever becomes of the object that asked for it', async () => {
    const { client } = await clientWithFind({ useRefreshTokens: true, useMrrt: true })
    const call = { authorizationParams: { audience: 'a' } }
    const asked = client.getTokenSilently(call)
    call.authorizationParams.audience = 'b'
    const ofA = await asked
    await client.getTokenSilently({ authorizationParams: { audience: 'a' } })
    const again = { authorizationParams: { audience: 'a' } }
    const found = client.getTokenSilently(again)
    again.authorizationParams.audience = 'b'
    expect(await found).toBe(ofA)
    expect(await client.getTokenSilently({ authorizationParams: { audience: 'b' } })).not.toBe(ofA)
  })

  it('with more scopes gives way to one of exactly those asked for', async () => {
    const client = createClient({ ...inLocalStorage })
    await signIn(client, tenant, { authorizationParams: { scope: 'read:books' } })
    const wider = await client.getTokenSilently()
    expect(await client.getTokenSilently()).toBe(wider)
    frames = answerSilently(tenant)
    const exact = await client.getTokenSilently({ cacheMode: 'off' })
    expect(exact).not.toBe(wider)
    expect(await client.getTokenSilently()).toBe(exact)
  })

  it.each([
    ['stands still', () => 1_700_000_000_000],
    ['gives promises', async () => 1_700_000_000_000],
  ])("ends when it should although the application's clock %s", async (_, nowProvider) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    tenant.idTokenClaims = { iat: 1_700_000_000, exp: 1_700_036_000 }
    tenant.accessTokenLifetimeSeconds = 600
    const { client, token } = await clientWithFind({ ...inLocalStorage, nowProvider })
    refuse()
    expect(await client.getTokenSilently()).toBe(token)
    vi.advanceTimersByTime(541_000)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
  })

  it('is renewed all the same where the call wants that', async () => {
    const { client, token } = await clientWithFind({ ...inLocalStorage, useRefreshTokens: true })
    const renewed = await client.getTokenSilently({ cacheMode: 'off' })
    expect(renewed).not.toBe(token)
    expect(await client.getTokenSilently()).toBe(renewed)
  })

  it('is never that of another audience', async () => {
    const { client, token } = await clientWithFind({ useRefreshTokens: true })
    refuse()
    await expect(
      client.getTokenSilently({ authorizationParams: { audience: 'undefined' }, cacheMode: 'on' }),
    ).rejects.toThrow()
    expect(
      await client.getTokenSilently({
        authorizationParams: { audience: 'undefined' },
        cacheMode: 'cache-only',
      }),
    ).toBeUndefined()
    expect(await client.getTokenSilently({ authorizationParams: {} })).toBe(token)
  })

  it("is read anew from an application's cache that changes its entries in place", async () => {
    const entries = new Map<string, object>()
    const cache: ICache = {
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key, entry) => void entries.set(key, entry as object),
      remove: key => void entries.delete(key),
      allKeys: () => [...entries.keys()],
    }
    const { client } = await clientWithFind({ cache })
    for (const entry of entries.values()) {
      const { body } = entry as { body?: { access_token: string } }
      if (body) body.access_token = 'changed'
    }
    expect(await client.getTokenSilently()).toBe('changed')
  })
})
