import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  Auth0Client,
  type Auth0ClientOptions,
  InvalidConfigurationError,
  MissingScopesError,
} from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  redirectUrl,
  sessionItems,
  storedEntries,
} from '../../support/clients.ts'
import { FakeWorker, lastWorker, stubWorker } from '../../support/fake-worker.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  DOMAIN,
  grants,
} from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace' }
const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }
const subject = { subject_token: 'ada', subject_token_type: 'urn:acme:legacy' }
const off = { cacheMode: 'off' } as const
const online = { refreshTokenMode: 'online', useRefreshTokens: true, useDpop: true } as const
const stored = { ...online, cacheLocation: 'localstorage' } as const
const SCOPE = 'openid profile email online_access'

let tenant: TestTenant
let frames: ReturnType<typeof answerSilently> | undefined
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  tenant = createTestbed({
    validateSubjectToken: ({ subject_token }) => (subject_token === 'grace' ? GRACE : ADA),
  })
})
afterEach(() => {
  frames?.stop()
  frames = undefined
  vi.unstubAllGlobals()
})

const signedIn = async (options: Partial<Auth0ClientOptions> = {}, call: object = {}) => {
  const client = createClient({ ...stored, ...options })
  await signIn(client, tenant, { authorizationParams: call })
  return client
}
const forApi = (audience: string) => ({ ...off, authorizationParams: { audience } })
const heldTokens = () =>
  Object.fromEntries(
    Object.values(storedEntries()).map(({ body }) => [body.audience, body.refresh_token]),
  )
/** Leaves the refresh token out of the responses to all grants but this one. */
const issueTokensOnlyFor = (grantType: string) =>
  tenant.intercept('token', ({ parameters }) => {
    tenant.tokenResponse = parameters.grant_type === grantType ? {} : { refresh_token: undefined }
    return undefined
  })

describe('the option refreshTokenMode', () => {
  it.each<[string, object]>([
    ['useRefreshTokens', {}],
    ['useRefreshTokens', { useDpop: true }],
    ['useRefreshTokens', { useRefreshTokens: false }],
    ['useDpop', { useRefreshTokens: true }],
    ['useDpop', { useRefreshTokens: true, useDpop: false }],
  ])('`online` needs %s, which the error of the constructor says', (name, options) => {
    const create = () =>
      new Auth0Client({
        domain: DOMAIN,
        clientId: CLIENT_ID,
        refreshTokenMode: 'online',
        ...options,
      } as Auth0ClientOptions)
    expect(create).toThrow(InvalidConfigurationError)
    expect(create).toThrow(
      expect.objectContaining({
        error: 'invalid_configuration',
        suggestion: expect.stringContaining(name),
        error_description: expect.stringMatching(new RegExp(`online.*${name}.* Set .*${name}`)),
      }),
    )
  })

  it('`offline` needs nothing else', () => {
    createClient({ refreshTokenMode: 'offline' } as Partial<Auth0ClientOptions>)
  })
})

describe('online access', () => {
  it('is asked for in place of offline access, for every audience and grant', async () => {
    const scope = { api: 'read', other: 'write' }
    const client = createClient({ ...stored, useMrrt: true, authorizationParams: { scope } })
    const scopeOf = async (audience?: string) =>
      new URL(
        await redirectUrl(client, audience ? { authorizationParams: { audience } } : {}),
      ).searchParams.get('scope')
    expect(await scopeOf()).toBe('openid online_access')
    expect(await scopeOf('api')).toBe('openid read online_access')
    expect(await scopeOf('unknown')).toBe('openid online_access')
    await client.loginWithCustomTokenExchange({ ...subject, audience: 'other' })
    await client.getTokenSilently(forApi('other'))
    expect(tenant.requestsTo('token').map(({ parameters }) => parameters.scope)).toEqual([
      'openid write online_access',
      'openid write online_access',
    ])
  })

  it('renews with the same refresh token again and again', async () => {
    const client = await signedIn()
    const [token] = activeRefreshTokens(tenant)
    for (const _ of [1, 2, 3]) await client.getTokenSilently(off)
    expect(grants(tenant, 'refresh_token').map(fields => fields.refresh_token)).toEqual(
      Array(3).fill(token),
    )
    expect(heldTokens()).toEqual({ default: token })
    expect(tenant.refreshTokens).toHaveLength(1)
  })

  it('renews with it in the worker as well', async () => {
    stubWorker()
    const client = createClient(online)
    await signIn(client, tenant)
    for (const _ of [1, 2]) await client.getTokenSilently(off)
    expect(grants(tenant, 'refresh_token').map(fields => fields.refresh_token)).toEqual(
      Array(2).fill(activeRefreshTokens(tenant)[0]),
    )
    expect(FakeWorker.started).toHaveLength(1)
  })

  it('stores a refresh token that the tenant returns all the same', async () => {
    const client = await signedIn()
    const { refresh_token } = await tenant.issueTokens({ clientId: CLIENT_ID, scope: SCOPE })
    tenant.tokenResponse = { refresh_token }
    await client.getTokenSilently(off)
    expect(heldTokens()).toEqual({ default: refresh_token })
  })

  it('gives a successor only to the entries that held its predecessor', async () => {
    const client = await signedIn({ useMrrt: true }, { audience: 'a' })
    const [first] = activeRefreshTokens(tenant)
    await client.getTokenSilently(forApi('b'))
    await signIn(client, tenant, { authorizationParams: { audience: 'c' } })
    const [, second] = activeRefreshTokens(tenant)
    expect(heldTokens()).toEqual({ a: first, b: first, c: second })
    tenant.tokenResponse = { refresh_token: 'successor' }
    await client.getTokenSilently(forApi('a'))
    expect(heldTokens()).toEqual({ a: 'successor', b: 'successor', c: second })
  })

  it('ends with the session at the tenant', async () => {
    const client = await signedIn()
    tenant.signOut()
    await expect(client.getTokenSilently(off)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('does not count as a scope that is missing in a response', async () => {
    const client = await signedIn({ useMrrt: true })
    tenant.tokenResponse = { scope: 'openid profile email read' }
    const call = { ...off, authorizationParams: { audience: 'api', scope: 'read' } }
    expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    tenant.tokenResponse = { scope: 'openid' }
    const other = { ...off, authorizationParams: { audience: 'api', scope: 'read write' } }
    const error = await client.getTokenSilently(other).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(MissingScopesError)
    expect(error).toMatchObject({ audience: 'api', scope: 'profile,email,read,write' })
  })
})

describe.each([
  ['online', { ...stored, useRefreshTokensFallback: true }],
  ['offline', { cacheLocation: 'localstorage', useRefreshTokens: true } as const],
] as const)('a response without a refresh token, with %s access', (_, options) => {
  it('to a refresh keeps the one that was sent, and those of other entries', async () => {
    const client = createClient({ ...options, useMrrt: true })
    await signIn(client, tenant, { authorizationParams: { audience: 'a' } })
    await signIn(client, tenant, { authorizationParams: { audience: 'b' } })
    const before = heldTokens()
    expect(new Set(Object.values(before)).size).toBe(2)
    tenant.rotation = false
    await client.getTokenSilently(forApi('a'))
    await client.getTokenSilently(forApi('b'))
    expect(heldTokens()).toEqual(before)
  })

  it('to a token exchange of the same user keeps the one of the entry', async () => {
    const client = createClient(options)
    await signIn(client, tenant)
    const before = heldTokens()
    issueTokensOnlyFor('refresh_token')
    const response = await client.loginWithCustomTokenExchange(subject)
    expect(response).not.toHaveProperty('refresh_token')
    expect(heldTokens()).toEqual(before)
    expect(await client.getTokenSilently()).toBe(response.access_token)
    tenant.intercept('token', undefined)
    tenant.tokenResponse = {}
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('to a token exchange of another user does not give it the one of the user before', async () => {
    const client = createClient(options)
    await signIn(client, tenant)
    issueTokensOnlyFor('refresh_token')
    await client.loginWithCustomTokenExchange({ ...subject, subject_token: 'grace' })
    expect(heldTokens()).toEqual({ default: undefined })
    expect(await client.getUser()).toMatchObject(GRACE)
  })

  it('for another audience takes over the shared one, with useMrrt', async () => {
    const client = createClient({ ...options, useMrrt: true })
    await signIn(client, tenant)
    const { default: token } = heldTokens()
    issueTokensOnlyFor('refresh_token')
    await client.loginWithCustomTokenExchange({ ...subject, audience: 'api' })
    expect(heldTokens()).toEqual({ default: token, api: token })
  })

  it('for another audience has none without useMrrt', async () => {
    const client = createClient(options)
    await signIn(client, tenant)
    const { default: token } = heldTokens()
    issueTokensOnlyFor('refresh_token')
    await client.loginWithCustomTokenExchange({ ...subject, audience: 'api' })
    expect(heldTokens()).toEqual({ default: token, api: undefined })
  })

  it('to the code of a hidden iframe takes over the shared one', async () => {
    const client = createClient({ ...options, useMrrt: true, useRefreshTokensFallback: true })
    await signIn(client, tenant)
    frames = answerSilently(tenant)
    tenant.intercept('token', ({ parameters }) => {
      const isRefresh = parameters.grant_type === 'refresh_token'
      tenant.tokenResponse = isRefresh ? { scope: 'openid' } : { refresh_token: undefined }
      return undefined
    })
    const call = { authorizationParams: { audience: 'api', scope: 'read' } }
    expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    expect(frames.urls).toHaveLength(1)
    const { default: token, api } = heldTokens()
    expect(token).toEqual(expect.any(String))
    expect(api).toBe(token)
  })

  it('leaves the worker able to renew', async () => {
    stubWorker()
    tenant.rotation = false
    const { cacheLocation: __, ...inMemory } = options
    const client = createClient(inMemory)
    await signIn(client, tenant)
    issueTokensOnlyFor('none')
    await client.loginWithCustomTokenExchange(subject)
    await client.getTokenSilently(off)
    await client.getTokenSilently(off)
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
    expect(lastWorker().references()).toHaveLength(1)
  })
})

describe('revokeRefreshToken with online access', () => {
  const keys = async () =>
    new Promise(resolve => {
      const open = indexedDB.open('auth0-spa-js')
      open.onsuccess = () => {
        const all = open.result.transaction('keypair').objectStore('keypair').getAllKeys()
        all.onsuccess = () => {
          open.result.close()
          resolve(all.result)
        }
      }
    })

  it('ends the session here and in other tabs, with its key, after the token was revoked', async () => {
    const client = await signedIn()
    const other = createClient(stored)
    expect(await other.getUser()).toMatchObject(ADA)
    expect(await keys()).toEqual([`${CLIENT_ID}::auth0`])
    await client.revokeRefreshToken()
    expect(tenant.requestsTo('revoke')).toHaveLength(1)
    expect(activeRefreshTokens(tenant)).toEqual([])
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getUser()).toBeUndefined()
    expect(storedEntries()).toEqual({})
    expect(document.cookie).not.toContain('is.authenticated')
    expect(await keys()).toEqual([])
    await expect.poll(() => other.isAuthenticated()).toBe(false)
  })

  it('empties the worker', async () => {
    stubWorker()
    const client = createClient(online)
    await signIn(client, tenant)
    await client.revokeRefreshToken()
    expect(await client.isAuthenticated()).toBe(false)
    const { json } = await lastWorker().renewWith(lastWorker().references()[0])
    expect(json).toMatchObject({ error: 'missing_refresh_token' })
  })

  it.each<[string, () => void]>([
    ['an error', () => tenant.fail('revoke', { error: 'invalid_client', status: 401 })],
    ['no response', () => tenant.intercept('revoke', () => Response.error())],
  ])('clears nothing after %s', async (_, fail) => {
    const client = await signedIn()
    const before = { items: sessionItems(), cookies: document.cookie }
    fail()
    await expect(client.revokeRefreshToken()).rejects.toMatchObject({ name: 'GenericError' })
    expect({ items: sessionItems(), cookies: document.cookie }).toEqual(before)
    expect(await client.getUser()).toMatchObject(ADA)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('does not end a session that has started in the meantime', async () => {
    const client = await signedIn()
    const arrived = gate()
    const released = gate()
    tenant.intercept('revoke', async () => {
      arrived.open()
      await released.opened
      return undefined
    })
    const revocation = client.revokeRefreshToken()
    await arrived.opened
    await client.loginWithCustomTokenExchange({ ...subject, subject_token: 'grace' })
    released.open()
    await revocation
    expect(await client.getUser()).toMatchObject(GRACE)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it('keeps the session with offline access', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    await signIn(client, tenant)
    await client.revokeRefreshToken()
    expect(await client.getUser()).toMatchObject(ADA)
    expireStored()
    expect(heldTokens()).toEqual({ default: undefined })
  })
})
