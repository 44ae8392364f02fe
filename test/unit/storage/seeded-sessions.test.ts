import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client, Auth0ClientOptions } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, recordFrames, refuseSilently, storedEntries } from '../../support/clients.ts'
import { entryKey, fillLocalStorage, SCOPE, USER_KEY } from '../../support/fixtures/old-storage.ts'
import { CLIENT_ID, createTestbed, ISSUER, tokenRequests } from '../../support/testbed.ts'

/** Sessions as end-to-end tests store them, without any login. */

const stored = { cacheLocation: 'localstorage' } as const
const user = { sub: 'auth0|seeded', name: 'Seeded User', email: 'seeded@example.com' }
const DAY = 86_400

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const base64 = (value: object): string => btoa(JSON.stringify(value))

/** Tokens that a test has made up: neither signed with a key of the tenant nor in base64url. */
const unsigned = `${base64({ alg: 'none' })}.${base64({ ...user, iss: ISSUER })}.`
const symmetric = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ ...user, aud: CLIENT_ID })}.c2ln`

const access = { access_token: 'seeded', scope: SCOPE, expires_in: DAY, token_type: 'Bearer' }
const entry = (body: object = {}, rest: object = { expiresAt: nowSeconds() + DAY }) => ({
  body: { ...access, audience: 'default', client_id: CLIENT_ID, ...body },
  ...rest,
})
const claims = { ...user, iss: ISSUER, aud: CLIENT_ID, __raw: unsigned }

let tenant: TestTenant
let frames: { urls: URL[]; stop: () => void } | undefined
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  frames?.stop()
  frames = undefined
})

const open = async (options: Partial<Auth0ClientOptions> = {}): Promise<Auth0Client> => {
  const client = createClient({ ...stored, ...options })
  await client.checkSession()
  return client
}

const isSeededUser = async (client: Auth0Client) => {
  expect(await client.isAuthenticated()).toBe(true)
  expect(await client.getUser()).toEqual(user)
}

/** As another page, or an older run of the test, has left it. */
const signedInCookie = (): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: as a test writes it
  document.cookie = `auth0.${CLIENT_ID}.is.authenticated=true; path=/`
}

describe('a stored session without a login', () => {
  const key = entryKey(SCOPE)
  it.each<[string, () => Record<string, unknown>]>([
    ['the user alone', () => ({ [USER_KEY]: { id_token: unsigned, decodedToken: { user } } })],
    [
      'claims and user',
      () => ({ [USER_KEY]: { id_token: unsigned, decodedToken: { claims, user } } }),
    ],
    ['no ID token', () => ({ [USER_KEY]: { decodedToken: { claims, user } } })],
    ['an empty ID token', () => ({ [USER_KEY]: { id_token: '', decodedToken: { user } } })],
    ['the user alone, without an ID token', () => ({ [USER_KEY]: { decodedToken: { user } } })],
    [
      'a symmetric ID token',
      () => ({ [USER_KEY]: { id_token: symmetric, decodedToken: { user } } }),
    ],
    ['text for an ID token', () => ({ [USER_KEY]: { id_token: 'jwt', decodedToken: { user } } })],
    [
      'the user in the entry of the access token',
      () => ({ [key]: entry({ id_token: unsigned, decodedToken: { user } }) }),
    ],
    [
      'claims and user in the entry of the access token',
      () => ({ [key]: entry({ id_token: symmetric, decodedToken: { claims, user } }) }),
    ],
    [
      'the user in the entry of the access token, without an ID token',
      () => ({ [key]: entry({ decodedToken: { user } }) }),
    ],
  ])('with %s is that of a signed-in user', async (_, items) => {
    fillLocalStorage({ [key]: entry(), ...items() })
    const client = await open()
    await isSeededUser(client)
    expect(await client.getUser()).toBe(await client.getUser())
    expect(await client.getIdTokenClaims()).toMatchObject(user)
    expect(await client.getTokenSilently()).toBe('seeded')
    expect(await client.getTokenSilently({ detailedResponse: true })).toMatchObject({
      access_token: 'seeded',
      id_token: expect.not.stringContaining('{'),
    })
    expect(tenant.requests).toEqual([])
  })

  it('without an ID token shows the next user that is stored', async () => {
    fillLocalStorage({ [USER_KEY]: { decodedToken: { user } } })
    const client = await open()
    await isSeededUser(client)
    const other = { ...user, name: 'Another' }
    fillLocalStorage({ [USER_KEY]: { decodedToken: { user: other } } })
    expect(await client.getUser()).toEqual(other)
  })

  it.each([
    ['the scopes in another order', () => entryKey('email openid profile'), {}],
    ['more scopes', () => entryKey(`read:all ${SCOPE}`), { scope: `read:all ${SCOPE}` }],
    ['an audience', () => entryKey(SCOPE, 'api'), { audience: 'api' }],
    ['no members but the token', () => entryKey(SCOPE), { scope: undefined, audience: undefined }],
    ['no client id', () => entryKey(SCOPE), { client_id: undefined }],
    ['no type', () => entryKey(SCOPE), { token_type: undefined }],
  ])('hands out a token stored with %s', async (_, keyOf, body) => {
    fillLocalStorage({ [USER_KEY]: { decodedToken: { user } }, [keyOf()]: entry(body) })
    const audience = 'audience' in body ? body.audience : undefined
    const client = await open({ authorizationParams: audience ? { audience } : {} })
    expect(await client.getTokenSilently()).toBe('seeded')
    expect(tenant.requests).toEqual([])
  })
})

describe('a stored token whose end is not one that the tenant can have given', () => {
  const ends: [string, () => object][] = [
    ['in a year', () => ({ expiresAt: nowSeconds() + 365 * DAY })],
    ['in the year 2286', () => ({ expiresAt: 9_999_999_999 })],
    ['in milliseconds', () => ({ expiresAt: Date.now() + DAY * 1000 })],
    ['not there', () => ({})],
  ]
  const seed = (rest: object, body: object = {}) =>
    fillLocalStorage({
      [USER_KEY]: { decodedToken: { user } },
      [entryKey(SCOPE)]: entry(body, rest),
    })

  it.each(ends)('(%s) is handed out where nothing renews it', async (_, rest) => {
    seed(rest())
    for (const options of [{}, { useRefreshTokens: true }]) {
      const scoped = { ...options, authorizationParams: { scope: SCOPE } }
      const offline = { [entryKey(`${SCOPE} offline_access`)]: entry({}, rest()) }
      if ('useRefreshTokens' in options) fillLocalStorage(offline)
      const client = await open(scoped)
      await isSeededUser(client)
      expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBe('seeded')
      expect(await client.getTokenSilently()).toBe('seeded')
      expect(await client.getTokenSilently()).toBe('seeded')
    }
    expect(tenant.requests).toEqual([])
  })

  it.each(ends)(
    '(%s) is handed out, and keeps the user signed in, if the tenant asks for a login',
    async (_, rest) => {
      seed(rest())
      signedInCookie()
      frames = refuseSilently(tenant)
      const client = await open()
      await isSeededUser(client)
      expect(await client.getTokenSilently()).toBe('seeded')
      expect(await client.getTokenSilently()).toBe('seeded')
      // Once, and then no more.
      expect(frames.urls).toHaveLength(1)
      await isSeededUser(await open())
    },
  )

  it.each(ends)('(%s) is handed out if its refresh token is rejected', async (_, rest) => {
    const scope = `${SCOPE} offline_access`
    fillLocalStorage({
      [USER_KEY]: { decodedToken: { user } },
      [entryKey(scope)]: entry({ refresh_token: 'made-up', scope }, rest()),
    })
    const client = await open({ useRefreshTokens: true, useRefreshTokensFallback: false })
    expect(await client.getTokenSilently()).toBe('seeded')
    expect(await client.getTokenSilently()).toBe('seeded')
    await isSeededUser(client)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it.each(ends)('(%s) is renewed if it can be', async (_, rest) => {
    tenant.signIn()
    seed(rest())
    signedInCookie()
    tenant.user = user
    frames = recordFrames(tenant)
    expect(await (await open()).getTokenSilently()).toMatch(/^access-token-/)
    expect(Object.values(storedEntries())[0]?.expiresAt).toBeLessThan(nowSeconds() + 2 * DAY)
  })

  it('is handed out no longer than its lifetime', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    seed({ expiresAt: nowSeconds() + 365 * DAY }, { expires_in: 3600 })
    const client = await open()
    expect(await client.getTokenSilently()).toBe('seeded')
    vi.advanceTimersByTime(3_600_000)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })
})

describe('a seeded session that is renewed by the tenant', () => {
  it.each<[string, object]>([
    ['without claims', { user }],
    ['without a subject', { user: { name: 'Seeded User' } }],
    ['without an issuer', { claims: { ...user }, user }],
  ])('%s stays that of its user', async (_, decodedToken) => {
    const { refresh_token } = await tenant.issueTokens({ clientId: CLIENT_ID })
    tenant.idTokenClaims = { ...user, azp: CLIENT_ID }
    const scope = `${SCOPE} offline_access`
    fillLocalStorage({
      [USER_KEY]: { decodedToken },
      [entryKey(scope)]: entry({ refresh_token, scope }, { expiresAt: nowSeconds() - 1 }),
    })
    const client = await open({ useRefreshTokens: true, useRefreshTokensFallback: false })
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject(user)
  })

  it('is replaced by a login', async () => {
    fillLocalStorage({ [USER_KEY]: { decodedToken: { user } }, [entryKey(SCOPE)]: entry() })
    const client = await open()
    await signIn(client, tenant)
    expect(await client.getUser()).toMatchObject({ sub: 'auth0|ada' })
    expect(await client.getTokenSilently()).not.toBe('seeded')
  })
})

describe('clocks that are days wrong', () => {
  it.each([-400, -30, -3, -1, 0.3])(
    '(by %d days) do not stop a login or its renewals',
    async days => {
      const tenantNow = nowSeconds()
      vi.useFakeTimers({ toFake: ['Date'] })
      vi.setSystemTime((tenantNow + days * DAY) * 1000)
      tenant.idTokenClaims = { iat: tenantNow, exp: tenantNow + DAY }
      const client = createClient({ ...stored, useRefreshTokens: true })
      await signIn(client, tenant)
      expect(await client.isAuthenticated()).toBe(true)
      expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    },
  )

  it('accept a token that was issued a week ago and has not expired', async () => {
    tenant.idTokenClaims = { iat: nowSeconds() - 7 * DAY, exp: nowSeconds() + DAY }
    const client = createClient(stored)
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
  })
})
