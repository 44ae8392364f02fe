import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0ClientOptions, MissingScopesError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  REDIRECT_URI,
  redirectUrl,
  sessionItems,
  storedEntries,
} from '../../support/clients.ts'
import { FakeWorker, stubWorker } from '../../support/fake-worker.ts'
import { begin, post } from '../../support/popups.ts'
import {
  activeRefreshTokens,
  authorize,
  CLIENT_ID,
  createTestbed,
  grants,
} from '../../support/testbed.ts'

const shared = { cacheLocation: 'localstorage', useRefreshTokens: true, useMrrt: true } as const
const SCOPES = { a: 'read:a', b: 'read:b write:b' }
const off = { cacheMode: 'off' } as const

let tenant: TestTenant
let frames: ReturnType<typeof answerSilently> | undefined
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  frames?.stop()
  frames = undefined
  vi.unstubAllGlobals()
})

const forApi = (audience: string, scope?: string) => ({
  authorizationParams: { audience, ...(scope && { scope }) },
})
const createShared = (options: Partial<Auth0ClientOptions> = {}, params: object = {}) =>
  createClient({ ...shared, ...options, authorizationParams: { scope: SCOPES, ...params } })
const signedInFor = async (audience: string, options: Partial<Auth0ClientOptions> = {}) => {
  const client = createShared(options)
  await signIn(client, tenant, forApi(audience))
  return client
}
const refreshes = () => grants(tenant, 'refresh_token')
const keyOf = (audience: string, scope: string) =>
  `@@auth0spajs@@::${CLIENT_ID}::${audience}::${scope}`
const heldTokens = () => Object.values(storedEntries()).map(({ body }) => body.refresh_token)

describe('scopes by audience', () => {
  const configured = { audience: 'b', scope: { ...SCOPES, default: 'profile' } }

  it('are those of the configured audience in every way to sign in', async () => {
    const client = createClient({ ...shared, authorizationParams: configured })
    const expected = 'openid read:b write:b offline_access'
    const url = new URL(await redirectUrl(client))
    expect(url.searchParams.get('scope')).toBe(expected)
    // Loads the code that a login needs, so that the popup gets its address at once.
    await client.revokeRefreshToken()
    const popup = await begin(client)
    expect(popup.url.match(/[?&]scope=([^&]*)/)?.[1]?.replaceAll('+', ' ')).toBe(
      encodeURIComponent(expected).replaceAll('%20', ' '),
    )
    post(await authorize(tenant, popup.url))
    await popup.login
    expect(Object.keys(storedEntries())).toEqual([keyOf('b', expected)])
    expect(await client.getTokenSilently()).toBe(
      storedEntries()[keyOf('b', expected)]?.body.access_token,
    )
  })

  it.each([
    ['a', 'openid read:a offline_access'],
    ['unknown', 'openid profile offline_access'],
  ])('are those of the audience of the call, or the default row (%s)', async (audience, scope) => {
    const client = createClient({ ...shared, authorizationParams: configured })
    const url = new URL(await redirectUrl(client, forApi(audience)))
    expect(url.searchParams.get('scope')).toBe(scope)
    const more = new URL(await redirectUrl(client, forApi(audience, 'more openid')))
    expect(more.searchParams.get('scope')).toBe(`${scope} more`)
  })

  it('contain openid and the session alone where no row fits', async () => {
    const url = new URL(await redirectUrl(createShared()))
    expect(url.searchParams.get('scope')).toBe('openid offline_access')
  })
})

describe('a token for another audience', () => {
  it('is requested with the scopes of its row, and stored under them', async () => {
    const client = await signedInFor('a')
    tenant.tokenResponse = { scope: 'openid read:b write:b extra' }
    const token = await client.getTokenSilently(forApi('b'))
    expect(refreshes()).toEqual([
      {
        client_id: CLIENT_ID,
        grant_type: 'refresh_token',
        refresh_token: expect.any(String),
        redirect_uri: REDIRECT_URI,
        audience: 'b',
        scope: 'openid read:b write:b offline_access',
      },
    ])
    const { body } = storedEntries()[keyOf('b', 'openid read:b write:b offline_access')] ?? {}
    expect(body).toMatchObject({
      access_token: token,
      audience: 'b',
      scope: 'openid read:b write:b offline_access',
      oauthTokenScope: 'openid read:b write:b extra',
    })
  })

  it('sends the other parameters of the call along', async () => {
    const client = await signedInFor('a')
    await client.getTokenSilently({
      authorizationParams: { audience: 'b', redirect_uri: 'https://app.example.com/b', ui: '1' },
    })
    expect(refreshes()[0]).toMatchObject({ redirect_uri: 'https://app.example.com/b', ui: '1' })
  })

  it('needs useRefreshTokens: without it the hidden iframe is asked', async () => {
    const client = createShared({ useRefreshTokens: false })
    await signIn(client, tenant, forApi('a'))
    frames = answerSilently(tenant)
    await client.getTokenSilently(forApi('b'))
    expect(frames.urls).toHaveLength(1)
    expect(refreshes()).toEqual([])
  })

  it('never changes an object that the cache has returned', async () => {
    const entries = new Map<string, unknown>()
    const freeze = (value: unknown): unknown => {
      if (typeof value === 'object' && value) Object.values(Object.freeze(value)).forEach(freeze)
      return value
    }
    const cache = {
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key: string, value: unknown) => void entries.set(key, freeze(structuredClone(value))),
      remove: (key: string) => void entries.delete(key),
      allKeys: () => [...entries.keys()],
    }
    const client = createShared({ cache })
    await signIn(client, tenant, forApi('a'))
    await client.getTokenSilently(forApi('b'))
    await client.getTokenSilently({ ...off, ...forApi('a') })
    expect(refreshes()).toHaveLength(2)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('writes nothing while it is only looked for', async () => {
    const client = await signedInFor('a')
    const before = sessionItems()
    const call = { ...forApi('b'), cacheMode: 'cache-only' } as const
    expect(await client.getTokenSilently(call)).toBeUndefined()
    expect(sessionItems()).toEqual(before)
    expect(refreshes()).toEqual([])
  })
})

describe('the successor of a shared refresh token', () => {
  it('is stored in all entries, whose access tokens and ends stay', async () => {
    const client = await signedInFor('a')
    await signIn(client, tenant, forApi('b'))
    const before = storedEntries()
    expect(new Set(heldTokens()).size).toBe(2)
    await client.getTokenSilently(forApi('c'))
    const successor = tenant.refreshTokens.at(-1)?.token
    for (const [key, { body, expiresAt }] of Object.entries(before)) {
      expect(storedEntries()[key]).toEqual({
        body: { ...body, refresh_token: successor },
        expiresAt,
      })
    }
    expect(new Set(heldTokens())).toEqual(new Set([successor]))
    expect(await client.getUser()).toMatchObject({ sub: 'auth0|ada' })
  })

  it('is one for all after concurrent renewals for several audiences', async () => {
    const client = await signedInFor('a')
    const audiences = ['a', 'b', 'c', 'd']
    const tokens = await Promise.all(
      audiences.map(audience => client.getTokenSilently({ ...off, ...forApi(audience) })),
    )
    expect(new Set(tokens).size).toBe(4)
    expect(new Set(heldTokens())).toEqual(new Set(activeRefreshTokens(tenant)))
    expect(activeRefreshTokens(tenant)).toHaveLength(1)
  })
})

describe('scopes that the tenant has left out', () => {
  it('of more scopes for the same audience are named, and the entry before stays', async () => {
    const client = await signedInFor('b')
    const first = await client.getTokenSilently(forApi('b'))
    tenant.tokenResponse = { scope: 'openid read:b write:b' }
    const error = await client
      .getTokenSilently(forApi('b', 'delete:b drop:b'))
      .catch((reason: unknown) => reason)
    expect(refreshes()[0]).toMatchObject({
      scope: 'openid read:b write:b offline_access delete:b drop:b',
    })
    expect(error).toBeInstanceOf(MissingScopesError)
    expect(error).toMatchObject({ audience: 'b', scope: 'delete:b,drop:b' })
    expect(Object.keys(storedEntries())).toEqual([
      keyOf('b', 'openid read:b write:b offline_access'),
    ])
    expect(await client.getTokenSilently(forApi('b'))).toBe(first)
    expect(heldTokens()).toEqual(activeRefreshTokens(tenant))
  })

  it('of a call without an audience are named for `default`', async () => {
    const client = await signedInFor('a')
    tenant.tokenResponse = { scope: 'openid' }
    await expect(
      client.getTokenSilently({ authorizationParams: { scope: 'x y' } }),
    ).rejects.toMatchObject({ error: 'missing_scopes', audience: 'default', scope: 'x,y' })
    expect(refreshes()[0]).not.toHaveProperty('audience')
    expect(Object.keys(storedEntries())).toEqual([keyOf('a', 'openid read:a offline_access')])
  })

  it('do not matter for fewer scopes of the same audience, which are renewed with all', async () => {
    const client = await signedInFor('b')
    expireStored()
    tenant.tokenResponse = { scope: 'openid' }
    const call = { authorizationParams: { audience: 'b', scope: 'read:b' } }
    expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    expect(refreshes()[0]).toMatchObject({ scope: 'openid read:b write:b offline_access' })
  })
})

describe('a shared refresh token in the worker', () => {
  beforeEach(stubWorker)
  const inWorker = { cacheLocation: 'memory' } as const

  it.each([true, false])('renews for other audiences, with useFormData %s', async useFormData => {
    const client = await signedInFor('a', { ...inWorker, useFormData })
    const first = await client.getTokenSilently(forApi('a'))
    await client.getTokenSilently(forApi('b'))
    await client.getTokenSilently(forApi('c'))
    expect(refreshes().map(({ audience, scope }) => [audience, scope])).toEqual([
      ['b', 'openid read:b write:b offline_access'],
      ['c', 'openid offline_access'],
    ])
    const type = tenant.requestsTo('token')[1]?.headers['content-type']
    expect(type).toContain(useFormData ? 'form-urlencoded' : 'json')
    expect(await client.getTokenSilently(forApi('a'))).toBe(first)
    expect(FakeWorker.started).toHaveLength(1)
    expect(activeRefreshTokens(tenant)).toHaveLength(1)
  })

  it('names the scopes that are missing for another audience, and still renews', async () => {
    const client = await signedInFor('a', inWorker)
    tenant.tokenResponse = { scope: 'openid read:b' }
    await expect(client.getTokenSilently(forApi('b'))).rejects.toMatchObject({
      error: 'missing_scopes',
      scope: 'write:b',
    })
    tenant.tokenResponse = {}
    expect(await client.getTokenSilently(forApi('b'))).toMatch(/^access-token-/)
  })
})

describe('revoking a shared refresh token', () => {
  it('sends it once, and takes it out of the entries of all audiences', async () => {
    const client = await signedInFor('a')
    await client.getTokenSilently(forApi('b'))
    await client.revokeRefreshToken({ audience: 'a' })
    expect(tenant.requestsTo('revoke')).toHaveLength(1)
    expect(heldTokens()).toEqual([undefined, undefined])
    expect(activeRefreshTokens(tenant)).toEqual([])
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('sends each of several, and stops at the first failure', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    await signIn(client, tenant, forApi('a', 'read'))
    await signIn(client, tenant, forApi('a', 'write'))
    tenant.fail('revoke', { error: 'server_error', status: 500 })
    await expect(client.revokeRefreshToken({ audience: 'a' })).rejects.toMatchObject({
      error: 'server_error',
    })
    expect(tenant.requestsTo('revoke')).toHaveLength(1)
    expect(heldTokens()).toEqual(activeRefreshTokens(tenant))
    await client.revokeRefreshToken({ audience: 'a' })
    expect(tenant.requestsTo('revoke')).toHaveLength(3)
    expect(heldTokens()).toEqual([undefined, undefined])
  })
})
