import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { HttpResponse } from 'msw'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answerFrames, createTestKey, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { API, createClient, startTenant } from './support.ts'

let stop = (): void => {}
afterEach(() => stop())

const statuses = (tenant: TestTenant) => tenant.refreshTokens.map(({ status }) => status)

const signedIn = async (tenant: TestTenant) => {
  const client = createClient(tenant)
  await signIn(client, tenant)
  return client
}

const renew = (tenant: TestTenant, refresh_token: string | undefined) =>
  fetch(tenant.endpoints.token, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'app',
      grant_type: 'refresh_token',
      refresh_token: `${refresh_token}`,
    }),
  })

describe('the refresh tokens of a test tenant', () => {
  it('stay the same without rotation, until it is turned on', async () => {
    const tenant = startTenant({ rotation: false })
    const client = await signedIn(tenant)
    await client.getTokenSilently({ cacheMode: 'off' })
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(statuses(tenant)).toEqual(['active'])
    tenant.rotation = true
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(statuses(tenant)).toEqual(['spent', 'active'])
  })

  it('work again within the rotation leeway, and revoke the family after it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const tenant = startTenant({ rotationLeewaySeconds: 10 })
    const { refresh_token } = await tenant.issueTokens()
    expect((await renew(tenant, refresh_token)).status).toBe(200)
    vi.setSystemTime(Date.now() + 9_000)
    expect((await renew(tenant, refresh_token)).status).toBe(200)
    expect(statuses(tenant)).toEqual(['spent', 'active', 'active'])
    vi.setSystemTime(Date.now() + 2_000)
    expect((await renew(tenant, refresh_token)).status).toBe(403)
    expect(statuses(tenant)).toEqual(['revoked', 'revoked', 'revoked'])
  })

  it('can be issued without a login, with a given text as well', async () => {
    const tenant = startTenant()
    const response = await tenant.issueTokens({ refreshToken: 'stored', organization: 'org_1' })
    expect(response).toMatchObject({
      refresh_token: 'stored',
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid profile email offline_access',
    })
    expect(decodeJwt(response.id_token)).toMatchObject({ aud: 'app', org_id: 'org_1' })
    expect((await renew(tenant, 'stored')).status).toBe(200)
    expect(await tenant.issueTokens({ scope: 'openid' })).not.toHaveProperty('refresh_token')
    expect(tenant.requestsTo('authorize')).toEqual([])
  })
})

describe('the tokens of a test tenant', () => {
  it('have the lifetimes that are set at that time', async () => {
    const tenant = startTenant({ accessTokenLifetimeSeconds: 600 })
    expect((await tenant.issueTokens()).expires_in).toBe(600)
    tenant.accessTokenLifetimeSeconds = 60
    tenant.idTokenLifetimeSeconds = 120
    const { access_token, id_token, expires_in } = await tenant.issueTokens({ audience: API })
    const lifetimes = [access_token, id_token].map(token => {
      const { exp = 0, iat = 0 } = decodeJwt(token)
      return exp - iat
    })
    expect([expires_in, ...lifetimes]).toEqual([60, 60, 120])
  })

  it('are opaque for an API where that is set', async () => {
    const tenant = startTenant({ opaqueAccessTokens: true })
    expect((await tenant.issueTokens({ audience: API })).access_token).toMatch(/^access-token-/)
  })

  it('carry the claims and members that replace the usual ones', async () => {
    const tenant = startTenant({
      idTokenClaims: { role: 'admin', email: undefined },
      tokenResponse: { expires_in: 5, scope: undefined },
    })
    const client = await signedIn(tenant)
    expect(await client.getUser()).toEqual({
      sub: 'auth0|ada',
      name: 'Ada Lovelace',
      role: 'admin',
    })
    const [{ parameters } = { parameters: {} }] = tenant.requestsTo('token')
    expect(parameters).toMatchObject({ grant_type: 'authorization_code' })
    expect(JSON.parse(JSON.stringify(await tenant.issueTokens()))).toMatchObject({ expires_in: 5 })
    expect(JSON.parse(JSON.stringify(await tenant.issueTokens()))).not.toHaveProperty('scope')
  })

  it('can be changed after they were signed, which the SDK notices', async () => {
    const tenant = startTenant({ transformIdToken: token => token.replace(/[^.]+$/, 'c2ln') })
    await expect(signedIn(tenant)).rejects.toMatchObject({ error: 'invalid_token' })
    tenant.transformIdToken = undefined
    expect(await (await signedIn(tenant)).isAuthenticated()).toBe(true)
  })
})

describe('the keys of a test tenant', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('sign with %s', async alg => {
    const signingKey = await createTestKey({ alg })
    const tenant = startTenant({ signingKey })
    const { id_token } = await tenant.issueTokens()
    expect(decodeProtectedHeader(id_token)).toEqual({ alg, kid: signingKey.kid })
    const keys = await (await fetch(tenant.endpoints.jwks)).json()
    expect(keys).toEqual({ keys: [signingKey.jwk] })
    expect(keys.keys[0]).not.toHaveProperty('d')
    await jwtVerify(id_token, createLocalJWKSet(keys))
  })

  it('have an ID unless the test wants none', async () => {
    expect((await createTestKey()).kid).toBeTypeOf('string')
    const { kid, jwk } = await createTestKey({ kid: null })
    expect([kid, Object.hasOwn(jwk, 'kid')]).toEqual([undefined, false])
    const tenant = startTenant({ signingKey: await createTestKey({ kid: null }) })
    expect(decodeProtectedHeader((await tenant.issueTokens()).id_token)).toEqual({ alg: 'RS256' })
  })

  it('can be replaced, and several published: the SDK fetches them again', async () => {
    const tenant = startTenant()
    await signedIn(tenant)
    const [next, later] = [await createTestKey(), await createTestKey()]
    tenant.signingKey = next
    expect(await (await signedIn(tenant)).isAuthenticated()).toBe(true)
    expect(tenant.requestsTo('jwks')).toHaveLength(2)
    tenant.signingKey = later
    tenant.jwks = { keys: [next.jwk, later.jwk] }
    expect(await (await signedIn(tenant)).isAuthenticated()).toBe(true)
    expect(tenant.requestsTo('jwks')).toHaveLength(3)
  })
})

describe('the session of a test tenant', () => {
  it('is not found by silent logins where they are turned off', async () => {
    const tenant = startTenant()
    stop = answerFrames(tenant)
    const client = createClient(tenant, { useRefreshTokens: false })
    await signIn(client, tenant)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toBeTypeOf('string')
    tenant.silentLogin = false
    expect(tenant.isSignedIn).toBe(true)
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'login_required',
    })
  })

  it('answers a frame with what the test decides', async () => {
    const tenant = startTenant()
    const urls: URL[] = []
    stop = answerFrames(tenant, url => {
      urls.push(url)
      return { state: url.searchParams.get('state'), error: 'consent_required' }
    })
    const client = createClient(tenant, { useRefreshTokens: false })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'consent_required' })
    expect(urls.map(url => url.searchParams.get('response_mode'))).toEqual(['web_message'])
    expect(tenant.requests).toEqual([])
  })

  it('gives the parameters of an authorization response', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    let url = ''
    await client.loginWithRedirect({
      openUrl: to => {
        url = to
      },
    })
    const response = await tenant.authorize(url)
    expect(response).toEqual({ code: expect.any(String), state: expect.any(String) })
    const callback = `https://app.example.com/callback?${new URLSearchParams({ ...response })}`
    await client.handleRedirectCallback(callback)
    expect(await client.isAuthenticated()).toBe(true)
    tenant.fail('authorize', { error: 'access_denied' })
    expect(await tenant.authorize(url)).toMatchObject({ error: 'access_denied' })
  })
})

describe('interceptors of a test tenant', () => {
  it('answer in its place, and see every request, until they are removed', async () => {
    const tenant = startTenant()
    const client = await signedIn(tenant)
    const seen: unknown[] = []
    tenant.intercept('token', ({ parameters }) => {
      seen.push(parameters.grant_type)
      return HttpResponse.json({ error: 'server_error' }, { status: 503 })
    })
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'server_error',
    })
    expect(seen).toEqual(['refresh_token'])
    expect(statuses(tenant)).toEqual(['active'])
    tenant.intercept('token', undefined)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toBeTypeOf('string')
  })

  it('can wait, and then leave the answer to the tenant', async () => {
    const tenant = startTenant()
    let isHeld = true
    tenant.intercept('token', async () => {
      await vi.waitFor(() => expect(isHeld).toBe(false))
      return undefined
    })
    const login = signedIn(tenant)
    await vi.waitFor(() => expect(tenant.requestsTo('token')).toHaveLength(1))
    expect(tenant.refreshTokens).toEqual([])
    isHeld = false
    await login
    expect(statuses(tenant)).toEqual(['active'])
  })

  it('can change the response of the tenant, which processes the request once', async () => {
    const tenant = startTenant()
    tenant.intercept('token', async (_, respond) => {
      const { status, headers, body } = await respond()
      expect(await respond()).toEqual({ status, headers, body })
      return { status, headers, body: JSON.stringify({ ...JSON.parse(body), expires_in: 600 }) }
    })
    const client = await signedIn(tenant)
    const call = { detailedResponse: true } as const
    expect(await client.getTokenSilently(call)).toMatchObject({ expires_in: 600 })
    expect(statuses(tenant)).toEqual(['active'])
  })

  it('can lose a response after the tenant has rotated the token', async () => {
    const tenant = startTenant()
    const client = await signedIn(tenant)
    tenant.intercept('token', async (_, respond) => {
      await respond()
      return Response.error()
    })
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toThrow()
    expect(tenant.requestsTo('token').length).toBeGreaterThan(1)
    expect(statuses(tenant)).toEqual(['revoked', 'revoked'])
  })

  it('see headers in lower case, and failures that are queued', async () => {
    const tenant = startTenant()
    tenant.fail('token', { error: 'slow_down', status: 429 })
    let status = 0
    tenant.intercept('token', async (request, respond) => {
      expect(request.headers).toMatchObject({ 'x-test': '1' })
      status = (await respond()).status
      return undefined
    })
    const response = await tenant.respond({
      method: 'POST',
      url: tenant.endpoints.token,
      headers: { 'X-Test': '1' },
    })
    expect([status, response.status]).toEqual([429, 429])
    tenant.clearRequests()
    expect(tenant.requests).toEqual([])
  })
})

describe('fetch of a test tenant', () => {
  it('reaches it without a network', async () => {
    const { fetch, endpoints, issueTokens, ...tenant } = startTenant()
    const { refresh_token = '' } = await issueTokens()
    const body = new URLSearchParams({
      client_id: 'app',
      grant_type: 'refresh_token',
      refresh_token,
    })
    const response = await fetch(endpoints.token, { method: 'POST', body })
    expect([response.ok, response.headers.get('content-type')]).toEqual([true, 'application/json'])
    expect(await response.json()).toMatchObject({ token_type: 'Bearer' })
    expect((await fetch(new URL(endpoints.jwks))).status).toBe(200)
    expect((await fetch(`https://${tenant.domain}/other`)).status).toBe(404)
  })

  it('fails as a network does', async () => {
    const tenant = startTenant()
    tenant.intercept('jwks', () => ({ status: 0, headers: {}, body: '' }))
    await expect(tenant.fetch(tenant.endpoints.jwks)).rejects.toBeInstanceOf(TypeError)
    await expect(fetch(tenant.endpoints.jwks)).rejects.toBeInstanceOf(TypeError)
    const failure = new RangeError('Mine')
    tenant.intercept('jwks', () => {
      throw failure
    })
    await expect(tenant.fetch(tenant.endpoints.jwks)).rejects.toBe(failure)
  })

  it('ends when it is aborted, before and while it waits', async () => {
    const tenant = startTenant()
    tenant.intercept('jwks', () => new Promise(() => {}))
    const controller = new AbortController()
    const { signal } = controller
    const call = tenant.fetch(tenant.endpoints.jwks, { signal })
    await vi.waitFor(() => expect(tenant.requestsTo('jwks')).toHaveLength(1))
    controller.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    const late = tenant.fetch(tenant.endpoints.jwks, { signal })
    await expect(late).rejects.toMatchObject({ name: 'AbortError' })
    expect(tenant.requestsTo('jwks')).toHaveLength(1)
  })
})

describe('a token exchange at a test tenant', () => {
  const ask = (tenant: TestTenant, fields: Record<string, string>) =>
    fetch(tenant.endpoints.token, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'app',
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        ...fields,
      }),
    })
  const subject = { subject_token: 'legacy', subject_token_type: 'urn:acme:legacy' }

  it('signs in the user whom the validator names for the fields', async () => {
    const validateSubjectToken = vi.fn(() => ({ sub: 'auth0|grace', role: 'admin' }))
    const tenant = startTenant({ validateSubjectToken })
    const asked = { ...subject, scope: 'openid offline_access', organization: 'org_1', extra: '1' }
    const response = await (await ask(tenant, asked)).json()
    expect(decodeJwt(response.id_token)).toMatchObject({
      sub: 'auth0|grace',
      role: 'admin',
      org_id: 'org_1',
    })
    expect(response).toMatchObject({
      scope: 'openid offline_access',
      refresh_token: tenant.refreshTokens[0]?.token,
    })
    expect(validateSubjectToken).toHaveBeenCalledWith(expect.objectContaining(asked))
  })

  it.each<[string, object, Record<string, string>, string]>([
    ['without a validator', {}, subject, 'unsupported_grant_type'],
    ['without a subject token', { validateSubjectToken: () => ({}) }, {}, 'invalid_request'],
    [
      'with one that is not valid',
      { validateSubjectToken: async () => undefined },
      subject,
      'invalid_request',
    ],
  ])('is refused %s', async (_, options, fields, error) => {
    const response = await ask(startTenant(options), fields)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error })
  })
})

describe('online access at a test tenant', () => {
  it('has a refresh token that is never replaced, until the session ends', async () => {
    const tenant = startTenant()
    const { refresh_token } = await tenant.issueTokens({ scope: 'openid online_access' })
    for (const _ of [1, 2]) {
      const response = await renew(tenant, refresh_token)
      expect(response.status).toBe(200)
      expect(await response.json()).not.toHaveProperty('refresh_token')
    }
    expect(statuses(tenant)).toEqual(['active'])
    tenant.signOut()
    expect((await renew(tenant, refresh_token)).status).toBe(403)
    expect(statuses(tenant)).toEqual(['revoked'])
  })
})
