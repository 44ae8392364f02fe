import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { MissingRefreshTokenError } from '../../../src/index.ts'
import { signIn, type TestTenant, type TestTenantLogEntry } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  refuseSilently,
  sessionItems,
  storedEntries,
} from '../../support/clients.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  grants,
  revokedRefreshTokens,
} from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const storedRefreshTokens = (): unknown[] =>
  Object.values(storedEntries()).map(({ body }) => body.refresh_token)

const signedInWithExpiredToken = async (options: object = {}) => {
  const client = createClient({ ...stored, ...options })
  await signIn(client, tenant)
  expireStored()
  return client
}

const refuse = () =>
  HttpResponse.json(
    { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    { status: 403 },
  )

const noAnswer = (times: number) => {
  let left = times
  return () => (left-- > 0 ? (HttpResponse.error() as Response) : undefined)
}

describe('rotation', () => {
  it('security 40, M22: spends each refresh token once and stores its successor', async () => {
    const client = await signedInWithExpiredToken()
    for (let round = 0; round < 5; round++) await client.getTokenSilently({ cacheMode: 'off' })
    const spent = grants(tenant, 'refresh_token').map(fields => fields.refresh_token)
    expect(new Set(spent).size).toBe(5)
    expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('replaces the token in every entry that held it, and leaves their access tokens alone', async () => {
    const client = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { scope: 'a b' } })
    // A narrower scope is served from the same family, and gets an entry of its own.
    await client.getTokenSilently({ cacheMode: 'off', authorizationParams: { scope: 'a' } })
    const before = storedEntries()
    expect(Object.keys(before)).toHaveLength(2)
    await client.getTokenSilently({ cacheMode: 'off', authorizationParams: { scope: 'a' } })
    const wide = `@@auth0spajs@@::${CLIENT_ID}::default::openid profile email offline_access a b`
    expect(storedRefreshTokens()).toEqual(Array(2).fill(activeRefreshTokens(tenant)[0]))
    expect(storedEntries()[wide]?.body.access_token).toBe(before[wide]?.body.access_token)
    expect(storedEntries()[wide]?.expiresAt).toBe(before[wide]?.expiresAt)
  })

  it('security 41, M22: keeps the token of a server that does not rotate', async () => {
    tenant.rotation = false
    const client = await signedInWithExpiredToken()
    const [token] = storedRefreshTokens()
    for (let round = 0; round < 5; round++) {
      await client.getTokenSilently()
      expireStored()
    }
    expect(storedRefreshTokens()).toEqual([token])
    expect(grants(tenant, 'refresh_token').map(f => f.refresh_token)).toEqual(Array(5).fill(token))
  })

  it('keeps the successor, and nothing else, when the ID token fails a check', async () => {
    const client = await signedInWithExpiredToken()
    tenant.idTokenClaims = { iss: 'https://evil.example.com/' }
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token' })
    expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
    expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('access_token')
    tenant.idTokenClaims = {}
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it.each([
    ['500 with JSON', () => HttpResponse.json({ error: 'server_error' }, { status: 500 })],
    ['502 with HTML', () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })],
    ['503 without a body', () => new HttpResponse(null, { status: 503 })],
    ['429', () => HttpResponse.json({ error: 'too_many_requests' }, { status: 429 })],
    ['200 with HTML', () => HttpResponse.html('<h1>Welcome to our Wi-Fi</h1>')],
    ['truncated JSON', () => HttpResponse.text('{"access_token":"a', { status: 200 })],
    ['another invalid request', () => HttpResponse.json({ error: 'x' }, { status: 400 })],
  ])('security 47, M24: keeps the token after %s, and asks once', async (_, answer) => {
    const client = await signedInWithExpiredToken()
    tenant.intercept('token', answer)
    const error = await client.getTokenSilently().catch(e => e)
    expect(error).toMatchObject({ name: 'GenericError', error: expect.any(String) })
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
    expect(await client.isAuthenticated()).toBe(true)
    tenant.intercept('token', undefined)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })
})

describe('lost answers', () => {
  it('sends the token once more when no answer comes, and then uses what it gets', async () => {
    const client = await signedInWithExpiredToken()
    tenant.intercept('token', noAnswer(1))
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
    expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('refresh_token_unanswered')
  })

  it('security 46, M24: never sends it a third time in one call, and keeps it for the next', async () => {
    const client = await signedInWithExpiredToken()
    tenant.intercept('token', noAnswer(2))
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      error: 'network_error',
      cause: expect.any(TypeError),
    })
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
    expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it('treats a token as missing when it is refused after an answer was lost', async () => {
    const client = await signedInWithExpiredToken()
    const [token] = storedRefreshTokens()
    // The server rotates, but its answer does not arrive: the token held here is spent.
    let isLost = false
    tenant.intercept('token', ({ parameters: fields }) => {
      if (fields.grant_type !== 'refresh_token') return undefined
      if (isLost) return refuse()
      isLost = true
      return HttpResponse.error() as Response
    })
    const frames = answerSilently(tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    frames.stop()
    expect(frames.urls).toHaveLength(1)
    expect(storedRefreshTokens()).not.toContain(token)
  })
})

describe('no refresh token, or one that is refused', () => {
  const forget = (): void => {
    for (const key of Object.keys(storedEntries())) localStorage.removeItem(key)
  }
  const onlyRefresh =
    (answer: () => Response) =>
    ({ parameters: fields }: TestTenantLogEntry): Response | undefined =>
      fields.grant_type === 'refresh_token' ? answer() : undefined

  it.each([
    ['unset', undefined],
    ['true', true],
  ])(
    'takes the iframe when no refresh token is held and the fallback is %s',
    async (_, fallback) => {
      const client = await signedInWithExpiredToken({ useRefreshTokensFallback: fallback })
      forget()
      const frames = answerSilently(tenant)
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
      frames.stop()
      expect(frames.urls[0]?.searchParams.get('scope')).toContain('offline_access')
      expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant).slice(-1))
    },
  )

  it('fails with missing_refresh_token when the fallback is false', async () => {
    const client = await signedInWithExpiredToken({ useRefreshTokensFallback: false })
    forget()
    const error = await client.getTokenSilently().catch(e => e)
    expect(error).toBeInstanceOf(MissingRefreshTokenError)
    expect(error).toMatchObject({
      error: 'missing_refresh_token',
      audience: 'default',
      scope: 'openid profile email offline_access',
      message: "Missing Refresh Token (audience: '', scope: 'openid profile email offline_access')",
    })
    expect(document.querySelector('iframe')).toBeNull()
  })

  it('fails with missing_refresh_token at once where no iframe can work', async () => {
    const client = await signedInWithExpiredToken()
    forget()
    Object.assign(window, { crossOriginIsolated: true })
    try {
      await expect(client.getTokenSilently()).rejects.toBeInstanceOf(MissingRefreshTokenError)
    } finally {
      Object.assign(window, { crossOriginIsolated: false })
    }
  })

  it.each([
    ['unset', undefined],
    ['false', false],
  ])('throws the refusal and drops the dead token when the fallback is %s', async (_, fallback) => {
    const client = await signedInWithExpiredToken({ useRefreshTokensFallback: fallback })
    tenant.intercept('token', onlyRefresh(refuse))
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      error: 'invalid_grant',
      message: 'Unknown or invalid refresh token.',
    })
    expect(storedEntries()).toEqual({})
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('takes the iframe when the token is refused and the fallback is true', async () => {
    const client = await signedInWithExpiredToken({ useRefreshTokensFallback: true })
    tenant.intercept('token', onlyRefresh(refuse))
    const frames = answerSilently(tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    frames.stop()
    expect(frames.urls).toHaveLength(1)
  })

  it('security 45, M25: uses a newer token that somebody else has stored meanwhile, once', async () => {
    const client = await signedInWithExpiredToken()
    const [old] = storedRefreshTokens()
    const other = createClient(stored)
    let renewedElsewhere = false
    tenant.intercept('token', async ({ parameters: fields }) => {
      if (fields.refresh_token !== old || renewedElsewhere) return undefined
      renewedElsewhere = true
      // A tab with older code does not take our lock: its successor appears in the store.
      const key = Object.keys(storedEntries())[0] ?? ''
      const entry = storedEntries()[key]
      const reply = await fetch('https://tenant.example.com/oauth/token', {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: CLIENT_ID,
          refresh_token: `${old}`,
        }),
      })
      const { refresh_token } = await reply.json()
      localStorage.setItem(
        key,
        JSON.stringify({ ...entry, body: { ...entry?.body, refresh_token } }),
      )
      return HttpResponse.json(
        { error: 'invalid_grant', error_description: 'x' },
        { status: 403 },
      ) as never
    })
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await other.getTokenSilently()).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('keeps the access token that came with a newer refresh token, also if that one cannot be used', async () => {
    const client = await signedInWithExpiredToken()
    const [old] = storedRefreshTokens()
    const [key = '', entry] = Object.entries(storedEntries())[0] ?? []
    const body = { ...entry?.body, access_token: 'newer', refresh_token: 'newer-rt' }
    const expiresAt = Math.floor(Date.now() / 1000) + 3600
    tenant.intercept('token', ({ parameters: { refresh_token } }) => {
      if (refresh_token !== old) return Response.error()
      localStorage.setItem(key, JSON.stringify({ body, expiresAt }))
      return refuse()
    })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'network_error' })
    expect(storedEntries()[key]?.body).toMatchObject({
      access_token: 'newer',
      refresh_token: 'newer-rt',
    })
  })

  it('signs out here when the user is blocked, and takes no iframe', async () => {
    const client = await signedInWithExpiredToken({ useRefreshTokensFallback: true })
    tenant.intercept(
      'token',
      onlyRefresh(() =>
        HttpResponse.json(
          { error: 'unauthorized', error_description: 'user is blocked' },
          { status: 401 },
        ),
      ),
    )
    await expect(client.getTokenSilently()).rejects.toMatchObject({ message: 'user is blocked' })
    expect(await client.isAuthenticated()).toBe(false)
    expect(document.querySelector('iframe')).toBeNull()
  })

  it('keeps the token when a second factor is demanded', async () => {
    const client = await signedInWithExpiredToken()
    tenant.intercept(
      'token',
      onlyRefresh(() =>
        HttpResponse.json(
          {
            error: 'mfa_required',
            error_description: 'Multifactor authentication required',
            mfa_token: 'm',
            mfa_requirements: { challenge: [{ type: 'otp' }] },
          },
          { status: 403 },
        ),
      ),
    )
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      name: 'MfaRequiredError',
      mfa_token: 'm',
      mfa_requirements: { challenge: [{ type: 'otp' }] },
    })
    expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
  })
})

describe('a refused iframe', () => {
  it('signs out here when it was the only way', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    const frames = refuseSilently(tenant)
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'login_required',
    })
    frames.stop()
    expect(sessionItems()).toEqual({})
    expect(document.cookie).toBe('')
  })

  it('keeps the tokens of other audiences when it was the fallback for one', async () => {
    const client = createClient({ ...stored, authorizationParams: { audience: 'api-1' } })
    await signIn(client, tenant)
    const frames = refuseSilently(tenant)
    await expect(
      client.getTokenSilently({ authorizationParams: { audience: 'api-2' } }),
    ).rejects.toMatchObject({ error: 'login_required' })
    frames.stop()
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('keeps everything after any other refusal', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const frames = refuseSilently(tenant, 'consent_required')
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'consent_required',
    })
    frames.stop()
    expect(await client.isAuthenticated()).toBe(true)
  })
})
