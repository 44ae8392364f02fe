import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '../../../src/testing/index.ts'
import { API, REDIRECT_URI, startTenant } from './support.ts'

/** The example of RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const REQUEST = {
  client_id: 'app',
  response_type: 'code',
  response_mode: 'query',
  redirect_uri: REDIRECT_URI,
  scope: 'openid offline_access',
  state: 's1',
  nonce: 'n1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

type Parameters = Record<string, string | undefined>

const encode = (parameters: Parameters): URLSearchParams =>
  new URLSearchParams(JSON.parse(JSON.stringify(parameters)))

const authorize = (tenant: TestTenant, more: Parameters = {}): Promise<Response> =>
  fetch(`${tenant.endpoints.authorize}?${encode({ ...REQUEST, ...more })}`, { redirect: 'manual' })

/** The parameters that the browser comes back with. */
const answerOf = async (response: Response | Promise<Response>): Promise<Parameters> =>
  Object.fromEntries(new URL((await response).headers.get('Location') ?? '').searchParams)

const post = (tenant: TestTenant, parameters: Parameters): Promise<Response> =>
  fetch(tenant.endpoints.token, { method: 'POST', body: encode(parameters) })

/** Redeems a code; what the test gives wins. */
const redeem = async (tenant: TestTenant, more: Parameters = {}): Promise<Response> => {
  const { code } = await answerOf(authorize(tenant))
  const fields = { grant_type: 'authorization_code', code, code_verifier: VERIFIER }
  return post(tenant, { client_id: 'app', redirect_uri: REDIRECT_URI, ...fields, ...more })
}

const renew = (tenant: TestTenant, refresh_token: string, more: Parameters = {}) =>
  post(tenant, { client_id: 'app', grant_type: 'refresh_token', refresh_token, ...more })

const keysOf = async (tenant: TestTenant) =>
  createLocalJWKSet((await (await fetch(tenant.endpoints.jwks)).json()) as JSONWebKeySet)

describe('/authorize of a test tenant', () => {
  it('redirects to the callback with a code and the state', async () => {
    const response = await authorize(startTenant(), { redirect_uri: `${REDIRECT_URI}?a=1` })
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toMatch(/^https:\/\/app\.example\.com\/callback\?a=1&/)
    expect(await answerOf(response)).toEqual({ a: '1', code: expect.any(String), state: 's1' })
  })

  it('answers prompt=none only while there is a session', async () => {
    const tenant = startTenant()
    const silent = { prompt: 'none' }
    expect(await answerOf(authorize(tenant, silent))).toMatchObject({ error: 'login_required' })
    await authorize(tenant)
    expect(tenant.isSignedIn).toBe(true)
    expect(await answerOf(authorize(tenant, silent))).toHaveProperty('code')
    tenant.signOut()
    expect(await answerOf(authorize(tenant, silent))).toMatchObject({ error: 'login_required' })
    tenant.signIn()
    expect(await answerOf(authorize(tenant, silent))).toHaveProperty('code')
  })

  it('posts a web message to the origin of the callback, and nothing that ends the script', async () => {
    const tenant = startTenant()
    const state = '</script><script>alert(1)</script>'
    const response = await authorize(tenant, { response_mode: 'web_message', state })
    expect(response.headers.get('Content-Type')).toContain('text/html')
    const html = await response.text()
    expect(html.match(/<script>/g)).toHaveLength(1)
    const [, message = '', target] = html.match(/postMessage\((.+), "([^"]+)"\)<\/script>$/) ?? []
    expect(target).toBe('https://app.example.com')
    expect(JSON.parse(message)).toEqual({
      type: 'authorization_response',
      response: { code: expect.any(String), state },
    })
  })

  it('tells no application anything for a client or a callback that it does not know', async () => {
    const tenant = startTenant({ redirectUris: [REDIRECT_URI] })
    const wrong = [
      { client_id: 'other' },
      { client_id: undefined },
      { redirect_uri: 'https://evil.example/' },
    ]
    for (const more of wrong) {
      const response = await authorize(tenant, more)
      expect(response.status).toBe(400)
      expect(response.headers.get('Location')).toBeNull()
    }
    expect((await authorize(tenant)).status).toBe(302)
  })

  it('sends logins that name no callback to the first, if it knows one', async () => {
    const unnamed = { redirect_uri: undefined }
    const tenant = startTenant({ redirectUris: [REDIRECT_URI] })
    const { code } = await answerOf(authorize(tenant, unnamed))
    expect((await redeem(tenant, { ...unnamed, code })).status).toBe(200)
    expect((await authorize(startTenant(), unnamed)).status).toBe(400)
  })

  it('demands a code and PKCE with S256', async () => {
    const tenant = startTenant()
    const errorFor = async (more: Parameters) => (await answerOf(authorize(tenant, more))).error
    expect(await errorFor({ response_type: 'token' })).toBe('unsupported_response_type')
    expect(await errorFor({ code_challenge: undefined })).toBe('invalid_request')
    expect(await errorFor({ code_challenge_method: 'plain' })).toBe('invalid_request')
    expect(tenant.isSignedIn).toBe(false)
  })

  it('knows every client when none is named', async () => {
    const tenant = createTestTenant()
    const url = `${tenant.endpoints.authorize}?${encode({ ...REQUEST, client_id: 'any' })}`
    expect(await tenant.answerLogin(url)).toContain('code=')
    const strict = createTestTenant({ clientId: 'app' })
    await expect(strict.answerLogin(url)).rejects.toThrow('Unknown client')
  })
})

describe('/oauth/token of a test tenant', () => {
  it('gives tokens for a code, signed with the key that it publishes', async () => {
    const tenant = startTenant()
    const answer = await (await redeem(tenant)).json()
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^access-token-/),
      id_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid offline_access',
    })
    const { payload, protectedHeader } = await jwtVerify(answer.id_token, await keysOf(tenant), {
      issuer: tenant.issuer,
      audience: 'app',
    })
    expect(protectedHeader.alg).toBe('RS256')
    expect(payload).toMatchObject({ sub: 'auth0|ada', name: 'Ada Lovelace', nonce: 'n1' })
  })

  it('gives an access token that an API can verify, where one is named', async () => {
    const tenant = startTenant({ accessTokenLifetimeSeconds: 60 })
    const { code } = await answerOf(authorize(tenant, { audience: API, scope: 'openid read' }))
    const { access_token, refresh_token } = await (await redeem(tenant, { code })).json()
    const { payload } = await jwtVerify(access_token, await keysOf(tenant), { audience: API })
    expect(payload).toMatchObject({ sub: 'auth0|ada', azp: 'app', scope: 'openid read' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
    expect(refresh_token).toBeUndefined()
  })

  it('takes JSON as well', async () => {
    const tenant = startTenant()
    const { code } = await answerOf(authorize(tenant))
    const fields = { grant_type: 'authorization_code', client_id: 'app', code }
    const body = JSON.stringify({ ...fields, code_verifier: VERIFIER, redirect_uri: REDIRECT_URI })
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(tenant.endpoints.token, { method: 'POST', headers, body })
    expect(response.status).toBe(200)
  })

  it.each([
    ['a wrong code verifier', { code_verifier: 'x'.repeat(43) }],
    ['no code verifier', { code_verifier: undefined }],
    ['another redirect_uri', { redirect_uri: 'https://app.example.com/other' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['an unknown code', { code: 'guessed' }],
  ])('refuses a code with %s', async (_, more) => {
    const response = await redeem(startTenant(), more)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('takes a code once, whether or not it was accepted', async () => {
    const tenant = startTenant()
    const { code } = await answerOf(authorize(tenant))
    expect((await redeem(tenant, { code })).status).toBe(200)
    expect((await redeem(tenant, { code })).status).toBe(403)
    const { code: spoilt } = await answerOf(authorize(tenant))
    expect((await redeem(tenant, { code: spoilt, code_verifier: 'wrong' })).status).toBe(403)
    expect((await redeem(tenant, { code: spoilt })).status).toBe(403)
  })

  it('refuses a client and a grant that it does not know', async () => {
    const tenant = startTenant()
    const unknown = await redeem(tenant, { client_id: 'other' })
    expect([unknown.status, (await unknown.json()).error]).toEqual([401, 'invalid_client'])
    const grant = await redeem(tenant, { grant_type: 'password' })
    expect([grant.status, (await grant.json()).error]).toEqual([400, 'unsupported_grant_type'])
  })

  it('refuses the code of another client', async () => {
    const tenant = startTenant({ clientId: undefined })
    expect((await redeem(tenant, { client_id: 'other' })).status).toBe(403)
  })

  it('names the organization and the time of the login where they were asked for', async () => {
    const tenant = startTenant()
    const claimsFor = async (more: Parameters) => {
      const { code } = await answerOf(authorize(tenant, more))
      const { id_token } = await (await redeem(tenant, { code })).json()
      return (await jwtVerify(id_token, await keysOf(tenant))).payload
    }
    expect(await claimsFor({ organization: 'org_1' })).toMatchObject({ org_id: 'org_1' })
    expect(await claimsFor({ organization: 'ACME' })).toMatchObject({ org_name: 'acme' })
    expect(await claimsFor({ max_age: '60' })).toHaveProperty('auth_time')
    expect(await claimsFor({})).not.toHaveProperty('auth_time')
  })
})

describe('the refresh tokens of a test tenant', () => {
  const statuses = (tenant: TestTenant) => tenant.refreshTokens.map(({ status }) => status)

  it('rotate, and bring an ID token without a nonce', async () => {
    const tenant = startTenant()
    const first = await (await redeem(tenant)).json()
    const second = await (await renew(tenant, first.refresh_token)).json()
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const { payload } = await jwtVerify(second.id_token, await keysOf(tenant))
    expect(payload).toMatchObject({ sub: 'auth0|ada' })
    expect(payload).not.toHaveProperty('nonce')
    expect(tenant.refreshTokens).toEqual([
      expect.objectContaining({ token: first.refresh_token, status: 'spent', clientId: 'app' }),
      expect.objectContaining({ token: second.refresh_token, status: 'active', sub: 'auth0|ada' }),
    ])
  })

  it('all go when one is used twice, but not those of another login', async () => {
    const tenant = startTenant()
    const first = await (await redeem(tenant)).json()
    const other = await (await redeem(tenant)).json()
    const second = await (await renew(tenant, first.refresh_token)).json()
    const replay = await renew(tenant, first.refresh_token)
    expect(replay.status).toBe(403)
    expect(await replay.json()).toEqual({
      error: 'invalid_grant',
      error_description: 'Unknown or invalid refresh token.',
    })
    expect((await renew(tenant, second.refresh_token)).status).toBe(403)
    expect((await renew(tenant, other.refresh_token)).status).toBe(200)
    expect(statuses(tenant)).toEqual(['revoked', 'spent', 'revoked', 'active'])
  })

  it('serve another audience where one is asked for', async () => {
    const tenant = startTenant()
    const { refresh_token } = await (await redeem(tenant)).json()
    const more = { audience: API, scope: 'openid read' }
    const { access_token, scope } = await (await renew(tenant, refresh_token, more)).json()
    expect(scope).toBe('openid read')
    const { payload } = await jwtVerify(access_token, await keysOf(tenant))
    expect(payload.aud).toBe(API)
  })

  it('work for their own client only', async () => {
    const tenant = startTenant({ clientId: undefined })
    const { refresh_token } = await (await redeem(tenant)).json()
    expect((await renew(tenant, refresh_token, { client_id: 'other' })).status).toBe(403)
    expect((await renew(tenant, 'unknown')).status).toBe(403)
    expect((await renew(tenant, refresh_token)).status).toBe(200)
  })

  it('can be revoked, by their own client only', async () => {
    const tenant = startTenant({ clientId: undefined })
    const { refresh_token: token } = await (await redeem(tenant)).json()
    const revoke = (client_id: string) =>
      fetch(tenant.endpoints.revoke, { method: 'POST', body: encode({ client_id, token }) })
    expect((await revoke('other')).status).toBe(200)
    expect(statuses(tenant)).toEqual(['active'])
    expect((await revoke('app')).status).toBe(200)
    expect(statuses(tenant)).toEqual(['revoked'])
  })
})

describe('the other endpoints of a test tenant', () => {
  it('sign out at /v2/logout and lead back', async () => {
    const tenant = startTenant()
    tenant.signIn()
    const query = encode({ client_id: 'app', returnTo: 'https://app.example.com/bye' })
    const response = await fetch(`${tenant.endpoints.logout}?${query}`, { redirect: 'manual' })
    expect(response.headers.get('Location')).toBe('https://app.example.com/bye')
    expect(tenant.isSignedIn).toBe(false)
    expect((await fetch(tenant.endpoints.logout)).status).toBe(200)
  })

  it('publish no private key', async () => {
    const { keys } = await (await fetch(startTenant().endpoints.jwks)).json()
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })

  it('answer preflights and nothing that is not theirs', async () => {
    const tenant = createTestTenant()
    const preflight = await tenant.respond({ method: 'OPTIONS', url: tenant.endpoints.token })
    expect(preflight).toMatchObject({
      status: 204,
      headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' },
    })
    const url = 'https://tenant.example.com/other'
    expect(await tenant.respond({ method: 'GET', url })).toMatchObject({ status: 404 })
    expect(tenant.requests).toEqual([])
  })
})

describe('what a test does with a test tenant', () => {
  it('reads every request, in order', async () => {
    const tenant = startTenant()
    await redeem(tenant)
    expect(tenant.requests).toEqual([
      {
        endpoint: 'authorize',
        method: 'GET',
        parameters: expect.objectContaining({ state: 's1' }),
        headers: expect.any(Object),
      },
      {
        endpoint: 'token',
        method: 'POST',
        parameters: expect.objectContaining({ code_verifier: VERIFIER }),
        headers: expect.objectContaining({
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        }),
      },
    ])
  })

  it('makes the next request fail, and no other', async () => {
    const tenant = startTenant()
    tenant.fail('token', { error: 'too_many_requests', status: 429 })
    tenant.fail('token', { error: 'invalid_grant', error_description: 'Blocked' })
    const first = await redeem(tenant)
    expect([first.status, await first.json()]).toEqual([429, { error: 'too_many_requests' }])
    const second = await redeem(tenant)
    expect(second.status).toBe(400)
    expect(await second.json()).toEqual({ error: 'invalid_grant', error_description: 'Blocked' })
    expect((await redeem(tenant)).status).toBe(200)
  })

  it('makes a login come back with an error', async () => {
    const tenant = startTenant()
    tenant.fail('authorize', { error: 'access_denied', error_description: 'No.' })
    expect(await answerOf(authorize(tenant))).toEqual({
      error: 'access_denied',
      error_description: 'No.',
      state: 's1',
    })
    expect(tenant.isSignedIn).toBe(false)
  })

  it('seats somebody else in front of the login page', async () => {
    const tenant = startTenant({ user: { name: 'Nobody' } })
    const subject = async () => {
      const { id_token } = await (await redeem(tenant)).json()
      return (await jwtVerify(id_token, await keysOf(tenant))).payload
    }
    expect(await subject()).toMatchObject({ sub: expect.any(String), name: 'Nobody' })
    tenant.user = { sub: 'auth0|grace' }
    expect(await subject()).toMatchObject({ sub: 'auth0|grace' })
    tenant.signIn({ sub: 'auth0|alan' })
    expect(tenant.user).toEqual({ sub: 'auth0|alan' })
  })
})
