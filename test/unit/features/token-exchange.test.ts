import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Auth0Client,
  type Auth0ClientOptions,
  InvalidConfigurationError,
} from '../../../src/index.ts'
import { createTestClient, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, storedEntries } from '../../support/clients.ts'
import { lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { entryKey } from '../../support/fixtures/old-storage.ts'
import { activeRefreshTokens, CLIENT_ID, grants, tokenRequests } from '../../support/testbed.ts'
import {
  ADA,
  createExchangeTestbed,
  exchangesAt,
  GRACE,
  GRANT_TYPE,
  graceToken,
  snapshot,
  subject,
} from '../../support/token-exchange.ts'
import { gate } from '../browser/fake-locks.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const inMemory = { useRefreshTokens: true } as const
const off = { cacheMode: 'off' } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createExchangeTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const entry = () => Object.values(storedEntries())[0]?.body
const organizationHint = () =>
  document.cookie
    .split('; ')
    .map(pair => pair.split('='))
    .find(([name]) => name === `auth0.${CLIENT_ID}.organization_hint`)?.[1]
const hintOf = (organization: string) => encodeURIComponent(JSON.stringify(organization))

describe('the request of a token exchange', () => {
  it('contains the grant, the subject token, and the scopes of the client', async () => {
    await createClient(stored).loginWithCustomTokenExchange(subject)
    expect(tokenRequests(tenant)).toEqual([
      {
        client_id: CLIENT_ID,
        grant_type: GRANT_TYPE,
        ...subject,
        scope: 'openid profile email offline_access',
      },
    ])
  })

  it('contains an acting party only where there is one', async () => {
    const client = createClient()
    const actor = { actor_token: 'agent', actor_token_type: 'urn:acme:agent' }
    await client.customTokenExchange({ ...subject, ...actor })
    await client.customTokenExchange({ ...subject, actor_token: '', actor_token_type: undefined })
    expect(exchangesAt(tenant)[0]).toMatchObject(actor)
    expect(exchangesAt(tenant)[1]).not.toHaveProperty('actor_token')
    expect(exchangesAt(tenant)[1]).not.toHaveProperty('actor_token_type')
  })

  it.each(['loginWithCustomTokenExchange', 'exchangeToken', 'customTokenExchange'] as const)(
    '%s sends audience and organization of the call, or else those of the client',
    async method => {
      tenant.idTokenClaims = { org_name: 'acme' }
      const configured = { audience: 'api', organization: 'acme', scope: { api: 'read' } }
      const client = createClient({ authorizationParams: configured })
      await client[method](subject)
      tenant.idTokenClaims = { org_id: 'org_2' }
      await client[method]({ ...subject, audience: 'other', organization: 'org_2', scope: 'write' })
      expect(exchangesAt(tenant)).toMatchObject([
        { audience: 'api', organization: 'acme', scope: 'openid read' },
        { audience: 'other', organization: 'org_2', scope: 'openid write' },
      ])
    },
  )

  it('contains all other members as they are, objects as JSON', async () => {
    await createClient().customTokenExchange({
      ...subject,
      resource: 'https://api.example.com/',
      device: { id: 1, tags: ['a'] },
      count: 2,
      isTrusted: false,
      absent: undefined,
    })
    expect(exchangesAt(tenant)[0]).toMatchObject({
      resource: 'https://api.example.com/',
      device: '{"id":1,"tags":["a"]}',
      count: '2',
      isTrusted: 'false',
    })
    expect(exchangesAt(tenant)[0]).not.toHaveProperty('absent')
  })

  it('contains objects as such where the body is JSON', async () => {
    const client = createClient({ useFormData: false })
    await client.loginWithCustomTokenExchange({ ...subject, device: { id: 1 } })
    expect(exchangesAt(tenant)[0]).toMatchObject({ ...subject, device: { id: 1 } })
  })

  it.each(['loginWithCustomTokenExchange', 'customTokenExchange'] as const)(
    '%s lets no other member replace a setting of the client',
    async method => {
      const settings = {
        baseUrl: 'https://evil.example.com',
        domain: 'evil.example.com',
        url: 'https://evil.example.com/oauth/token',
        timeout: 1,
        timeoutMs: 1,
        attempts: 9,
        headers: { Evil: '1' },
        signal: 'evil',
        nonce: 'evil',
        useFormData: false,
        auth0Client: { name: 'evil' },
        slot: 'evil',
      }
      const evil = { client_id: 'evil', grant_type: 'evil', refresh_token: 'r', client_secret: 's' }
      const client = createClient(stored)
      await client[method]({ ...subject, ...evil, ...settings })
      const [request] = tenant.requestsTo('token')
      expect(request?.headers).not.toHaveProperty('evil')
      expect(request?.headers['content-type']).toMatch(/form-urlencoded/)
      expect(request?.parameters).toMatchObject({
        client_id: CLIENT_ID,
        grant_type: GRANT_TYPE,
        baseUrl: settings.baseUrl,
        timeout: '1',
        headers: '{"Evil":"1"}',
        auth0Client: '{"name":"evil"}',
      })
      expect(request?.parameters).not.toHaveProperty('refresh_token')
      expect(request?.parameters).not.toHaveProperty('client_secret')
    },
  )

  it.each<[string, unknown]>([
    ['subject_token', { subject_token_type: 'urn:acme:legacy' }],
    ['subject_token', { ...subject, subject_token: ' ' }],
    ['subject_token', { ...subject, subject_token: 7 }],
    ['subject_token_type', { subject_token: 'ada' }],
    ['subject_token_type', { ...subject, subject_token_type: null }],
    ['subject_token', undefined],
    ['organization', { ...subject, organization: {} }],
    ['scope', { ...subject, scope: {} }],
    ['action', { ...subject, action: () => {} }],
    ['size', { ...subject, size: 1n }],
  ])('is not sent with a wrong `%s`, which the error names', async (name, options) => {
    const client = createClient(stored)
    for (const method of ['loginWithCustomTokenExchange', 'customTokenExchange'] as const) {
      const error = await client[method](options as never).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InvalidConfigurationError)
      expect(error).toMatchObject({ message: expect.stringContaining(name) })
    }
    expect(tenant.requests).toEqual([])
    expect(snapshot()).toEqual({ items: {}, cookies: '' })
  })

  it('is not sent by a client without a domain', async () => {
    const client = createClient({ domain: '' })
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'invalid_configuration',
      message: expect.stringContaining('domain'),
    })
    expect(tenant.requests).toEqual([])
  })
})

describe('loginWithCustomTokenExchange', () => {
  it.each(['loginWithCustomTokenExchange', 'exchangeToken'] as const)(
    '%s signs in, and resolves with the response and the decoded ID token',
    async method => {
      const client = createClient(stored)
      const response = await client[method]({ ...subject, audience: 'api', scope: 'read' })
      expect(response).toEqual({
        access_token: expect.stringMatching(/^access-token-/),
        id_token: expect.stringMatching(/^ey/),
        refresh_token: activeRefreshTokens(tenant)[0],
        token_type: 'Bearer',
        expires_in: 86_400,
        scope: 'openid profile email offline_access read',
        decodedToken: expect.objectContaining({
          user: expect.objectContaining(ADA),
          claims: expect.objectContaining({ ...ADA, __raw: response.id_token }),
        }),
      })
      expect(await client.getUser()).toMatchObject(ADA)
      expect(await client.getIdTokenClaims()).toMatchObject({ __raw: response.id_token })
      const call = { authorizationParams: { audience: 'api', scope: 'read' } }
      expect(await client.getTokenSilently(call)).toBe(response.access_token)
      expect(Object.keys(storedEntries())).toEqual([
        `@@auth0spajs@@::${CLIENT_ID}::api::openid profile email offline_access read`,
      ])
      expect(document.cookie).toContain(`auth0.${CLIENT_ID}.is.authenticated=`)
    },
  )

  it('is remembered by the next page, which renews with the refresh token', async () => {
    await createClient(stored).loginWithCustomTokenExchange(subject)
    expireStored()
    const next = createClient(stored)
    await next.checkSession()
    expect(await next.getUser()).toMatchObject(ADA)
    expect(await next.getTokenSilently()).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('stores only the fields that a later call reads', async () => {
    tenant.tokenResponse = {
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      recovery_code: 'secret',
      decodedToken: 'x',
    }
    const response = await createClient(stored).loginWithCustomTokenExchange(subject)
    expect(response).toMatchObject({ recovery_code: 'secret', decodedToken: { user: ADA } })
    expect(Object.keys(entry() ?? {}).sort()).toEqual([
      'access_token',
      'audience',
      'client_id',
      'expires_in',
      'issuer',
      'login_claims',
      'oauthTokenScope',
      'refresh_token',
      'scope',
      'token_type',
    ])
  })

  it('stores its tokens in a custom cache', async () => {
    const entries = new Map<string, unknown>()
    const cache = {
      get: <T>(key: string) => structuredClone(entries.get(key)) as T | undefined,
      set: (key: string, value: unknown) => void entries.set(key, structuredClone(value)),
      remove: (key: string) => void entries.delete(key),
    }
    const client = createClient({ cache, useRefreshTokens: true })
    await client.loginWithCustomTokenExchange(subject)
    expect(entries.get(entryKey('openid profile email offline_access'))).toMatchObject({
      body: { refresh_token: activeRefreshTokens(tenant)[0] },
    })
    await client.getTokenSilently(off)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('of another user replaces everything of the one before, also in other tabs', async () => {
    const client = createClient(stored)
    const other = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { audience: 'api' } })
    expect(await other.getUser()).toMatchObject(ADA)
    await client.loginWithCustomTokenExchange(graceToken)
    expect(Object.values(storedEntries()).map(({ body }) => body.audience)).toEqual(['default'])
    expect(await client.getUser()).toMatchObject(GRACE)
    await expect.poll(async () => (await other.getUser())?.sub).toBe(GRACE.sub)
  })

  it('of the same user keeps the tokens of other audiences', async () => {
    const client = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { audience: 'api' } })
    await client.loginWithCustomTokenExchange(subject)
    expect(Object.values(storedEntries()).map(({ body }) => body.audience)).toEqual([
      'api',
      'default',
    ])
  })

  it('starts a session, which a renewal of the one before does not change', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    const arrived = gate()
    const released = gate()
    tenant.intercept('token', async ({ parameters }) => {
      if (parameters.grant_type !== 'refresh_token') return undefined
      arrived.open()
      await released.opened
      return undefined
    })
    const renewal = client.getTokenSilently()
    await arrived.opened
    const { access_token } = await client.loginWithCustomTokenExchange(graceToken)
    released.open()
    expect(await renewal).toBe(access_token)
    expect(await client.getUser()).toMatchObject(GRACE)
  })

  it('resolves in the test client as well, for the user of its logins', async () => {
    const client = createTestClient({ loginUser: ADA })
    expect(await client.loginWithCustomTokenExchange(subject)).toMatchObject({
      access_token: 'test-token-1',
    })
    expect(await client.getUser()).toMatchObject(ADA)
    expect(client.calls.map(({ method }) => method)).toContain('loginWithCustomTokenExchange')
  })
})

describe('the organization of a login by token exchange', () => {
  it.each<[string, string, object]>([
    ['its id', 'org_1', { org_id: 'org_1' }],
    ['its name', 'acme', { org_name: 'acme' }],
    ['its name in another case', 'ACME', { org_name: 'acme', org_id: 'org_1' }],
  ])('is compared by %s, and becomes the hint as it was sent', async (_, organization, claims) => {
    tenant.idTokenClaims = { org_id: undefined, org_name: undefined, ...claims }
    await createClient(stored).loginWithCustomTokenExchange({ ...subject, organization })
    expect(organizationHint()).toBe(hintOf(organization))
    expect(exchangesAt(tenant)[0]).toMatchObject({ organization })
  })

  it.each<[string, string, object]>([
    ['another id', 'org_1', { org_id: 'org_2' }],
    ['its id in another case', 'org_A', { org_id: 'org_a' }],
    ['another name', 'acme', { org_name: 'other' }],
    ['a name that is not in lower case', 'acme', { org_name: 'ACME' }],
    ['no id', 'org_1', {}],
    ['no name', 'acme', {}],
  ])(
    'must not be %s, whether the call or the client has named it',
    async (_, organization, claims) => {
      const options = { ...stored, authorizationParams: { organization } }
      const client = createClient(options)
      tenant.idTokenClaims = { org_id: undefined, org_name: undefined, ...claims }
      for (const call of [{ ...subject, organization }, subject]) {
        await expect(client.loginWithCustomTokenExchange(call)).rejects.toMatchObject({
          error: 'invalid_token',
          message: expect.stringMatching(/^Organization/),
        })
      }
      expect(snapshot()).toEqual({ items: {}, cookies: '' })
      expect(await client.getUser()).toBeUndefined()
    },
  )

  it('is that of the ID token where none was sent, and the hint goes where there is none', async () => {
    const client = createClient(stored)
    tenant.idTokenClaims = { org_id: 'org_7' }
    await client.loginWithCustomTokenExchange(subject)
    expect(organizationHint()).toBe(hintOf('org_7'))
    tenant.idTokenClaims = {}
    await client.loginWithCustomTokenExchange(subject)
    expect(organizationHint()).toBeUndefined()
  })
})

describe('the ceiling of a session after a login by token exchange', () => {
  const ceiling = nowSeconds() + 1000

  const signedInUntil = async (options: Partial<Auth0ClientOptions> = {}) => {
    const client = createClient({ ...stored, ...options })
    tenant.idTokenClaims = { session_expiry: ceiling }
    await signIn(client, tenant)
    return client
  }
  const ceilingOf = async (client: Auth0Client) => (await client.getIdTokenClaims())?.session_expiry

  it.each<[string, number | undefined]>([
    ['a later one', ceiling + 5000],
    ['none', undefined],
  ])('stays for the same user, where the response has %s', async (_, session_expiry) => {
    const client = await signedInUntil()
    tenant.idTokenClaims = { session_expiry }
    await client.loginWithCustomTokenExchange(subject)
    expect(await ceilingOf(client)).toBe(ceiling)
    expect((await client.getUser())?.session_expiry).toBe(session_expiry)
  })

  it('is that of the response for another user', async () => {
    const client = await signedInUntil()
    tenant.idTokenClaims = {}
    await client.loginWithCustomTokenExchange(graceToken)
    expect(await ceilingOf(client)).toBeUndefined()
  })

  it('that was reached is dropped with all tokens of its session', async () => {
    let now = Date.now()
    const client = await signedInUntil({ nowProvider: () => now })
    await signIn(client, tenant, { authorizationParams: { audience: 'api' } })
    now += 980_000
    tenant.idTokenClaims = {}
    await client.loginWithCustomTokenExchange(subject)
    expect(await ceilingOf(client)).toBeUndefined()
    expect(await client.getUser()).toMatchObject(ADA)
    expect(Object.values(storedEntries()).map(({ body }) => body.audience)).toEqual(['default'])
  })

  it.each([
    ['text', '99'],
    ['milliseconds', 20_000_000_000],
    ['before the token was issued', 5],
  ])('is refused where it is %s', async (_, session_expiry) => {
    tenant.idTokenClaims = { session_expiry }
    const client = createClient(stored)
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'invalid_token',
    })
    expect(snapshot()).toEqual({ items: {}, cookies: '' })
  })
})

describe('a token exchange with the worker', () => {
  it('keeps the refresh token there, which renews the session', async () => {
    stubWorker()
    const client = createClient(inMemory)
    const response = await client.loginWithCustomTokenExchange(subject)
    expect(response).not.toHaveProperty('refresh_token')
    expect(response).toMatchObject({ decodedToken: { user: ADA } })
    expect(lastWorker().references()).toHaveLength(1)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('of another user ends the token of the one before', async () => {
    stubWorker()
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const [former] = lastWorker().references()
    await client.loginWithCustomTokenExchange(graceToken)
    expect((await lastWorker().renewWith(former)).json).toMatchObject({
      error: 'missing_refresh_token',
    })
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject(GRACE)
  })
})
