import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { MissingScopesError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, expireStored, storedEntries } from '../../support/clients.ts'
import { entryKey, OFFLINE_SCOPE } from '../../support/fixtures/old-storage.ts'
import { activeRefreshTokens, createTestbed, grants } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const shared = { cacheLocation: 'localstorage', useRefreshTokens: true, useMrrt: true } as const

const signedIn = async (options: object = {}) => {
  const client = createClient({ ...shared, ...options })
  await signIn(client, tenant)
  return client
}
const forApi = (scope?: string) => ({
  authorizationParams: { audience: 'api', ...(scope && { scope }) },
})

describe('one refresh token for several audiences', () => {
  it('stores "no audience" as default, which never goes on the wire', async () => {
    const client = await signedIn()
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(Object.keys(storedEntries())).toEqual([entryKey(OFFLINE_SCOPE)])
    expect(grants(tenant, 'refresh_token')[0]).not.toHaveProperty('audience')
  })

  it('keeps access tokens apart, and the refresh token the same in all of them', async () => {
    const client = await signedIn()
    const first = await client.getTokenSilently()
    const second = await client.getTokenSilently(forApi())
    expect(second).not.toBe(first)
    expect(await client.getTokenSilently()).toBe(first)
    expect(await client.getTokenSilently(forApi())).toBe(second)
    const held = Object.values(storedEntries()).map(({ body }) => body.refresh_token)
    expect(held).toEqual(Array(2).fill(activeRefreshTokens(tenant)[0]))
  })

  it('is not used for another audience when only the cache is asked', async () => {
    const client = await signedIn()
    const call = { ...forApi(), cacheMode: 'cache-only' } as const
    expect(await client.getTokenSilently(call)).toBeUndefined()
    expect(grants(tenant, 'refresh_token')).toEqual([])
  })

  it('is taken for the same audience where a call without one meets a narrower answer', async () => {
    const client = await signedIn()
    tenant.tokenResponse = { scope: 'openid' }
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(Object.keys(storedEntries())).toEqual([entryKey(OFFLINE_SCOPE)])
  })
})

describe('scopes of a shared refresh token', () => {
  it('sends audience and scope of the call that crosses audiences', async () => {
    const client = await signedIn()
    await client.getTokenSilently(forApi('openid'))
    expect(grants(tenant, 'refresh_token')).toEqual([
      expect.objectContaining({ audience: 'api', scope: OFFLINE_SCOPE }),
    ])
  })

  it('security 44: never narrows what the same audience was granted', async () => {
    const client = createClient({ ...shared, authorizationParams: { scope: 'openid' } })
    await signIn(client, tenant, { authorizationParams: { scope: 'read write' } })
    expireStored()
    await client.getTokenSilently({ authorizationParams: { scope: 'read' } })
    expect(grants(tenant, 'refresh_token')).toEqual([
      expect.objectContaining({ scope: 'openid offline_access read write' }),
    ])
  })

  it('sends neither without useMrrt, where another audience has no refresh token', async () => {
    const client = await signedIn({ useMrrt: false, useRefreshTokensFallback: false })
    await expect(client.getTokenSilently(forApi())).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    await client.getTokenSilently({ cacheMode: 'off' })
    const [fields] = grants(tenant, 'refresh_token')
    expect(fields).not.toHaveProperty('audience')
    expect(fields).not.toHaveProperty('scope')
  })

  it.each([undefined, false])(
    'says which scopes the server left out, and stores no such entry, with fallback %s',
    async useRefreshTokensFallback => {
      const client = await signedIn({ useRefreshTokensFallback })
      tenant.tokenResponse = { scope: 'openid profile email' }
      const error = await client.getTokenSilently(forApi('read write')).catch(e => e)
      expect(error).toBeInstanceOf(MissingScopesError)
      expect(error).toMatchObject({
        error: 'missing_scopes',
        audience: 'api',
        scope: 'read,write',
        message:
          "Missing requested scopes after refresh (audience: 'api', missing scope: 'read,write')",
      })
      expect(Object.keys(storedEntries())).toEqual([entryKey(OFFLINE_SCOPE)])
      expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body.refresh_token).toBe(
        activeRefreshTokens(tenant)[0],
      )
    },
  )

  it('takes the key out of the manifest as well', async () => {
    const entries = new Map<string, unknown>()
    const cache = {
      get: <T>(key: string) => structuredClone(entries.get(key)) as T | undefined,
      set: (key: string, entry: unknown) => void entries.set(key, structuredClone(entry)),
      remove: (key: string) => void entries.delete(key),
    }
    const client = createClient({ cache, useRefreshTokens: true, useMrrt: true })
    await signIn(client, tenant)
    const before = [...entries.keys()]
    tenant.tokenResponse = { scope: 'openid' }
    await expect(client.getTokenSilently(forApi('read'))).rejects.toMatchObject({
      error: 'missing_scopes',
    })
    expect([...entries.keys()]).toEqual(before)
    expect(JSON.stringify([...entries.values()])).not.toContain('::api::')
  })

  it('takes the iframe for them when the fallback is true', async () => {
    const client = await signedIn({ useRefreshTokensFallback: true })
    tenant.intercept('token', async ({ parameters: fields }) => {
      tenant.tokenResponse = fields.grant_type === 'refresh_token' ? { scope: 'openid' } : {}
      return undefined
    })
    const frames = answerSilently(tenant)
    expect(await client.getTokenSilently(forApi('read'))).toMatch(/^access-token-/)
    frames.stop()
    expect(frames.urls.map(url => url.searchParams.get('audience'))).toEqual(['api'])
  })

  it.each([
    ['names no scope', { scope: undefined }],
    ['leaves out offline_access alone', { scope: 'openid profile email read' }],
  ])('misses nothing in an answer that %s', async (_, answer) => {
    const client = await signedIn()
    tenant.tokenResponse = answer
    expect(await client.getTokenSilently(forApi('read'))).toMatch(/^access-token-/)
  })
})

describe('failures that never fall back to the iframe', () => {
  const failure = (status: number, error: string) => () =>
    HttpResponse.json({ error, error_description: 'No.' }, { status })

  it.each([
    ['a network failure', () => HttpResponse.error() as Response, 'network_error'],
    ['500', failure(500, 'server_error'), 'server_error'],
    ['429', failure(429, 'too_many_requests'), 'too_many_requests'],
    ['a demand for a second factor', failure(403, 'mfa_required'), 'mfa_required'],
  ])('%s reaches the caller, and the user stays', async (_, answer, code) => {
    const client = await signedIn({ useMrrt: false, useRefreshTokensFallback: true })
    expireStored()
    tenant.intercept('token', answer)
    const frames = answerSilently(tenant)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: code })
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(await client.isAuthenticated()).toBe(true)
    expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body.refresh_token).toBe(
      activeRefreshTokens(tenant)[0],
    )
  })

  it('a timeout reaches the caller, and the user stays', async () => {
    const client = await signedIn({ useMrrt: false, useRefreshTokensFallback: true })
    tenant.intercept('token', () => new Promise(() => {}))
    const frames = answerSilently(tenant)
    const call = { cacheMode: 'off', timeoutInSeconds: 0.01 } as const
    await expect(client.getTokenSilently(call)).rejects.toMatchObject({ error: 'timeout' })
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(await client.isAuthenticated()).toBe(true)
  })
})
