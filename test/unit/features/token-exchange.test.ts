import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Auth0Client,
  type Auth0ClientOptions,
  InvalidConfigurationError,
  MfaRequiredError,
} from '../../../src/index.ts'
import { createTestClient, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, sessionItems, storedEntries } from '../../support/clients.ts'
import { lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { entryKey } from '../../support/fixtures/old-storage.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  DOMAIN,
  grants,
  tokenRequests,
} from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace' }
const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }
const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const inMemory = { useRefreshTokens: true } as const
const off = { cacheMode: 'off' } as const
const leave = { openUrl: false } as const
const subject = { subject_token: 'ada', subject_token_type: 'urn:acme:legacy' } as const
const graceToken = { ...subject, subject_token: 'grace' } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed({
    validateSubjectToken: ({ subject_token }) =>
      ({ ada: ADA, grace: GRACE })[subject_token as 'ada' | 'grace'],
  })
})
afterEach(() => vi.unstubAllGlobals())

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const exchanges = () => grants(tenant, GRANT_TYPE)
const entry = () => Object.values(storedEntries())[0]?.body
const organizationHint = () =>
  document.cookie
    .split('; ')
    .map(pair => pair.split('='))
    .find(([name]) => name === `auth0.${CLIENT_ID}.organization_hint`)?.[1]
const hintOf = (organization: string) => encodeURIComponent(JSON.stringify(organization))

/** Everything that this page has stored of the session. */
const snapshot = () => ({ items: sessionItems(), cookies: document.cookie })

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
    expect(exchanges()[0]).toMatchObject(actor)
    expect(exchanges()[1]).not.toHaveProperty('actor_token')
    expect(exchanges()[1]).not.toHaveProperty('actor_token_type')
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
      expect(exchanges()).toMatchObject([
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
    expect(exchanges()[0]).toMatchObject({
      resource: 'https://api.example.com/',
      device: '{"id":1,"tags":["a"]}',
      count: '2',
      isTrusted: 'false',
    })
    expect(exchanges()[0]).not.toHaveProperty('absent')
  })

  it('contains objects as such where the body is JSON', async () => {
    const client = createClient({ useFormData: false })
    await client.loginWithCustomTokenExchange({ ...subject, device: { id: 1 } })
    expect(exchanges()[0]).toMatchObject({ ...subject, device: { id: 1 } })
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
    expect(exchanges()[0]).toMatchObject({ organization })
  })

  it.each<[string, string, object]>([
    ['another id', 'org_1', { org_id: 'org_2' }],
    ['its id in another case', 'org_A', { org_id: 'org_a' }],
    ['another name', 'acme', { org_name: 'other' }],
    ['a name that is not in lower case', 'acme', { org_name: 'ACME' }],
    ['no id', 'org_1', {}],
    ['no name', 'acme', {}],
  ])('must not be %s, whoever has named it', async (_, organization, claims) => {
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
  })

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

/** Ways in which the response to an exchange is refused. */
const REJECTIONS: [string, () => void, string][] = [
  [
    'no ID token',
    () => {
      tenant.tokenResponse = { id_token: undefined }
    },
    'invalid_token',
  ],
  [
    'an ID token of another issuer',
    () => {
      tenant.idTokenClaims = { iss: 'https://other.example.com/' }
    },
    'invalid_token',
  ],
  [
    'an ID token that has expired',
    () => {
      tenant.idTokenClaims = { exp: nowSeconds() - 100 }
    },
    'invalid_token',
  ],
  [
    'an ID token with a wrong signature',
    () => {
      tenant.transformIdToken = token => `${token.slice(0, -8)}AAAAAAAA`
    },
    'invalid_token',
  ],
  [
    'a token type that nobody knows',
    () => {
      tenant.tokenResponse = { token_type: 'mac' }
    },
    'request_error',
  ],
  [
    'a lifetime that is no number',
    () => {
      tenant.tokenResponse = { expires_in: 'soon' }
    },
    'request_error',
  ],
  [
    'no access token',
    () => {
      tenant.tokenResponse = { access_token: undefined }
    },
    'request_error',
  ],
  ['an error', () => tenant.fail('token', { error: 'invalid_request' }), 'invalid_request'],
  [
    'a page of a gateway',
    () => tenant.intercept('token', () => HttpResponse.html('<h1>502</h1>', { status: 502 })),
    'request_error',
  ],
  ['nothing', () => tenant.intercept('token', () => HttpResponse.error()), 'network_error'],
]

const acceptAgain = () => {
  tenant.tokenResponse = {}
  tenant.idTokenClaims = {}
  tenant.transformIdToken = undefined
  tenant.intercept('token', undefined)
}

describe('a token exchange that is answered with', () => {
  it.each(REJECTIONS)(
    '%s leaves the session before it as it was, in localStorage',
    async (_, reject, error) => {
      const client = createClient(stored)
      await signIn(client, tenant)
      const before = snapshot()
      reject()
      await expect(client.loginWithCustomTokenExchange(graceToken)).rejects.toMatchObject({ error })
      expect(snapshot()).toEqual(before)
      acceptAgain()
      expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
      expect(await client.getUser()).toMatchObject(ADA)
    },
  )

  it.each(REJECTIONS)('%s leaves no token in the worker', async (_, reject, error) => {
    stubWorker()
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const worker = lastWorker()
    const [former] = worker.references()
    reject()
    await expect(client.loginWithCustomTokenExchange(graceToken)).rejects.toMatchObject({ error })
    acceptAgain()
    for (const reference of worker.references().filter(each => each !== former)) {
      const { json } = await worker.renewWith(reference)
      expect(json).toMatchObject({ error: 'missing_refresh_token' })
    }
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(await client.getUser()).toMatchObject(ADA)
  })

  it('the refresh token of the session leaves it in the worker, also if it is rejected', async () => {
    stubWorker()
    tenant.rotation = false
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const [token] = activeRefreshTokens(tenant)
    tenant.tokenResponse = { refresh_token: token, id_token: undefined }
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'invalid_token',
    })
    acceptAgain()
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('a demand for a second factor rejects with the token for it', async () => {
    for (const method of ['loginWithCustomTokenExchange', 'customTokenExchange'] as const) {
      tenant.intercept('token', () =>
        HttpResponse.json(
          {
            error: 'mfa_required',
            error_description: 'Factor',
            mfa_token: 'm',
            mfa_requirements: { challenge: [{ type: 'otp' }] },
          },
          { status: 403 },
        ),
      )
      const error = await createClient(stored)
        [method](subject)
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(MfaRequiredError)
      expect(error).toMatchObject({
        mfa_token: 'm',
        mfa_requirements: { challenge: [{ type: 'otp' }] },
      })
    }
  })

  it('silence ends in a timeout, and stores nothing when the answer comes after all', async () => {
    const released = gate()
    tenant.intercept('token', async () => {
      await released.opened
      return undefined
    })
    const client = createClient({ ...stored, httpTimeoutInSeconds: 0.01 })
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'timeout',
    })
    released.open()
    expect(snapshot()).toEqual({ items: {}, cookies: '' })
  })

  it.each(['loginWithCustomTokenExchange', 'customTokenExchange'] as const)(
    'a sign-out of the user while %s is under way: it rejects, and stores nothing',
    async method => {
      const arrived = gate()
      const released = gate()
      tenant.intercept('token', async () => {
        arrived.open()
        await released.opened
        return undefined
      })
      const client = createClient(stored)
      const result = client[method](subject).catch((reason: unknown) => reason)
      await arrived.opened
      await client.logout(leave)
      released.open()
      expect(await result).toMatchObject({ error: 'login_required' })
      expect(await client.getUser()).toBeUndefined()
      expect(Object.keys(storedEntries())).toEqual([])
    },
  )

  it('a sign-out before its code is loaded: it rejects, and sends nothing', async () => {
    const client = createClient(stored)
    const result = client.loginWithCustomTokenExchange(subject).catch((reason: unknown) => reason)
    await client.logout(leave)
    expect(await result).toMatchObject({ error: 'login_required' })
    expect(await client.getUser()).toBeUndefined()
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

describe('customTokenExchange', () => {
  const whole = { ...graceToken, audience: 'api' }

  it.each([
    ['nobody is signed in', async () => {}],
    ['a user is signed in', (client: Auth0Client) => signIn(client, tenant)],
  ])('returns the whole response and changes nothing while %s', async (_, prepare) => {
    const client = createClient(stored)
    await prepare(client)
    const before = snapshot()
    const user = await client.getUser()
    const response = await client.customTokenExchange(whole)
    expect(response).toEqual({
      access_token: expect.any(String),
      id_token: expect.any(String),
      refresh_token: activeRefreshTokens(tenant).at(-1),
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid profile email offline_access',
    })
    expect(snapshot()).toEqual(before)
    expect(await client.getUser()).toBe(user)
  })

  it('tells no other tab', async () => {
    const channel = new BroadcastChannel('auth0.sessions')
    const heard: unknown[] = []
    channel.onmessage = ({ data }) => heard.push(data)
    const client = createClient(stored)
    await client.customTokenExchange(whole)
    // What is announced first after it is the login that follows.
    await client.loginWithCustomTokenExchange(subject)
    await expect.poll(() => heard).toMatchObject([{ type: 'signed_in', sub: ADA.sub }])
    channel.close()
  })

  it('needs no ID token, and verifies one that comes', async () => {
    const client = createClient(stored)
    tenant.tokenResponse = { id_token: undefined }
    expect(await client.customTokenExchange(whole)).not.toHaveProperty('id_token')
    expect(tenant.requestsTo('jwks')).toEqual([])
    acceptAgain()
    tenant.idTokenClaims = { aud: 'other' }
    await expect(client.customTokenExchange(whole)).rejects.toMatchObject({
      error: 'invalid_token',
    })
    acceptAgain()
    tenant.transformIdToken = token => `${token.slice(0, -8)}AAAAAAAA`
    await expect(client.customTokenExchange(whole)).rejects.toMatchObject({
      error: 'invalid_token',
      message: expect.stringMatching(/signature/),
    })
  })

  it('compares the organization of the call only, not that of the client', async () => {
    const client = createClient({ ...stored, authorizationParams: { organization: 'org_1' } })
    tenant.idTokenClaims = { org_id: undefined }
    await client.customTokenExchange(whole)
    expect(exchanges()[0]).toMatchObject({ organization: 'org_1' })
    for (const claims of [{ org_id: undefined }, { org_id: 'org_2' }]) {
      tenant.idTokenClaims = claims
      await expect(
        client.customTokenExchange({ ...whole, organization: 'org_1' }),
      ).rejects.toMatchObject({ error: 'invalid_token' })
    }
    tenant.idTokenClaims = { org_id: undefined, org_name: 'acme' }
    await client.customTokenExchange({ ...whole, organization: 'Acme' })
  })

  it('leaves no refresh token in the worker, which posts none to the page', async () => {
    stubWorker()
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const worker = lastWorker()
    const posted = worker.posted.length
    const response = await client.customTokenExchange(whole)
    expect(response).not.toHaveProperty('refresh_token')
    expect(worker.references()).toHaveLength(1)
    expect(JSON.stringify(worker.posted.slice(posted))).not.toContain('refresh_token')
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject(ADA)
  })

  it('leaves the refresh token of the session where the tenant returns the same one', async () => {
    stubWorker()
    tenant.rotation = false
    const client = createClient(inMemory)
    await signIn(client, tenant)
    tenant.tokenResponse = { refresh_token: activeRefreshTokens(tenant)[0] }
    await client.customTokenExchange(whole)
    acceptAgain()
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('sends the request to the token endpoint of the tenant alone', async () => {
    await createClient().customTokenExchange(whole)
    expect(tenant.requestsTo('token')).toHaveLength(1)
    expect(tenant.endpoints.token).toBe(`https://${DOMAIN}/oauth/token`)
  })
})
