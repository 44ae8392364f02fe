import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CustomFetchMinimalOutput, GenericError } from '../../../src/index.ts'
import { createTestClient, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, refuseSilently } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { createTestbed, grants, tokenRequests } from '../../support/testbed.ts'
import { API, createApi, INVALID_TOKEN, refuse } from './fetcher-api.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const signedIn = async (options: Parameters<typeof createClient>[0] = stored) => {
  const client = createClient(options)
  await signIn(client, tenant)
  return client
}

/** A token that needs no client. */
const given = async () => 'given-token'

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    error => error.error ?? `${error.name}`,
  )

describe('the URL of a call', () => {
  it.each([
    [`${API}/v1`, '/orders?page=2', `${API}/v1/orders?page=2`],
    [`${API}/v1/`, 'orders', `${API}/v1/orders`],
    [`${API}/v1//`, '//orders', undefined],
    [`${API}//`, 'orders', `${API}/orders`],
    [API, '///orders', undefined],
    [API, `${API}/other`, `${API}/other`],
    [API, `HTTPS://api.example.com/other`, `${API}/other`],
    [API, '//api.example.com/same-scheme', `${API}/same-scheme`],
    [API, 'data:text/plain,x', `${API}/data:text/plain,x`],
  ])('with baseUrl %s and %s is %s', async (baseUrl, url, expected) => {
    const requests = createApi()
    const { fetchWithAuth } = createClient().createFetcher({ baseUrl, getAccessToken: given })
    expect(await codeOf(fetchWithAuth(url))).toBe(expected ? 'resolved' : 'origin_not_allowed')
    expect(requests.map(request => request.url)).toEqual(expected ? [expected] : [])
  })

  it('is that of a Request or a URL, whatever the baseUrl', async () => {
    const requests = createApi()
    const api = createClient().createFetcher({ baseUrl: `${API}/v1`, getAccessToken: given })
    await api.fetchWithAuth(new Request(`${API}/a`))
    await api.fetchWithAuth(new URL(`${API}/b`))
    expect(requests.map(({ url }) => url)).toEqual([`${API}/a`, `${API}/b`])
  })

  it('is relative to the page without a baseUrl, as for fetch', async () => {
    const requests = createApi(undefined, 'https://app.example.com')
    await createClient().createFetcher({ getAccessToken: given }).fetchWithAuth('/api/me')
    expect(requests).toMatchObject([
      { url: 'https://app.example.com/api/me', authorization: 'Bearer given-token' },
    ])
  })

  it('can be relative to a baseUrl that is itself relative to the page', async () => {
    const requests = createApi(undefined, 'https://app.example.com')
    const config = { baseUrl: '/api', getAccessToken: given }
    await createClient().createFetcher(config).fetchWithAuth('me')
    expect(requests).toMatchObject([{ url: 'https://app.example.com/api/me' }])
  })

  it('must not be empty with a baseUrl', async () => {
    const config = { baseUrl: API, getAccessToken: given }
    const call = createClient().createFetcher(config).fetchWithAuth('')
    await expect(call).rejects.toBeInstanceOf(TypeError)
  })
})

describe('the request of a call', () => {
  it('has method, headers and body of init, which replace those of a Request', async () => {
    const requests = createApi()
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: given })
    const request = new Request(`${API}/a`, {
      method: 'PUT',
      body: 'of the request',
      headers: { 'X-One': '1', Authorization: 'Basic mine' },
    })
    await fetchWithAuth(request)
    await fetchWithAuth(new Request(`${API}/b`, { headers: { 'X-Two': '1' } }), {
      method: 'POST',
      body: 'new',
      headers: { 'X-Two': '2' },
    })
    expect(requests).toMatchObject([
      { method: 'PUT', body: 'of the request', authorization: 'Bearer given-token' },
      { method: 'POST', body: 'new', authorization: 'Bearer given-token' },
    ])
    expect(requests[0]?.headers.get('x-one')).toBe('1')
    expect(requests[1]?.headers.get('x-two')).toBe('2')
  })

  it('streams a body of chunks', async () => {
    const requests = createApi()
    const body = new ReadableStream({
      start: controller => {
        for (const chunk of ['one ', 'two']) controller.enqueue(new TextEncoder().encode(chunk))
        controller.close()
      },
    })
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: given })
    await fetchWithAuth(`${API}/a`, { method: 'POST', body })
    expect(requests).toMatchObject([{ body: 'one two' }])
  })

  it('goes through the fetch that the page has at the time of the call', async () => {
    const api = createClient().createFetcher({ getAccessToken: given })
    const patched = vi.fn(async (_: Request) => HttpResponse.json({ patched: true }))
    vi.stubGlobal('fetch', patched)
    expect(await (await api.fetchWithAuth(`${API}/a`)).json()).toEqual({ patched: true })
    expect(patched).toHaveBeenCalledTimes(1)
  })

  it('can be sent by a method that was taken from its object', async () => {
    const requests = createApi()
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: given })
    expect((await fetchWithAuth(`${API}/a`)).status).toBe(200)
    expect(requests).toHaveLength(1)
  })

  it('fails as fetch does', async () => {
    network.use(http.get(`${API}/*`, () => HttpResponse.error()))
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: given })
    await expect(fetchWithAuth(`${API}/a`)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('the access token of a call', () => {
  it('is that of the client, with its own type as the scheme', async () => {
    const client = await signedIn()
    const requests = createApi()
    await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    expect(requests[0]?.authorization).toBe(`Bearer ${await client.getTokenSilently()}`)
  })

  it('is for the audience and the scopes of the call, joined by spaces', async () => {
    const client = await signedIn()
    const get = vi.spyOn(client, 'getTokenSilently').mockResolvedValue({
      access_token: 'other',
      token_type: 'bearer',
      id_token: '',
      expires_in: 60,
    } as never)
    const requests = createApi()
    const authParams = { audience: 'orders', scope: ['read:a', 'write:a'] }
    await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a', undefined, authParams)
    expect(get).toHaveBeenCalledWith({
      authorizationParams: { audience: 'orders', scope: 'read:a write:a' },
      detailedResponse: true,
    })
    expect(requests[0]?.authorization).toBe('bearer other')
  })

  it('is for the configured audience where the call names none, and from the cache', async () => {
    const client = await signedIn({ ...stored, authorizationParams: { audience: 'orders' } })
    const requests = createApi()
    const api = client.createFetcher({ baseUrl: API })
    await api.fetchWithAuth('/a')
    await api.fetchWithAuth('/a', undefined, {})
    await api.fetchWithAuth('/a', undefined, { audience: undefined, scope: undefined })
    const token = `Bearer ${await client.getTokenSilently()}`
    expect(requests.map(({ authorization }) => authorization)).toEqual([token, token, token])
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('comes from the application, which gets the parameters of the call', async () => {
    const requests = createApi()
    const getAccessToken = vi.fn(async () => ({
      access_token: 'a',
      token_type: 'Custom',
      id_token: '',
      expires_in: 1,
    }))
    const api = createClient().createFetcher({ baseUrl: API, getAccessToken })
    await api.fetchWithAuth('/a', {}, { audience: 'x', scope: ['y'] })
    expect(getAccessToken).toHaveBeenCalledWith({ audience: 'x', scope: ['y'] })
    expect(requests[0]?.authorization).toBe('Custom a')
  })

  it.each([undefined, null, '', { access_token: '' }])(
    'is missing if the application returns %j',
    async result => {
      const requests = createApi()
      const getAccessToken = async () => result as never
      const call = createClient().createFetcher({ getAccessToken }).fetchWithAuth(`${API}/a`)
      await expect(call).rejects.toBeInstanceOf(GenericError)
      await expect(call).rejects.toMatchObject({ error: 'missing_access_token' })
      expect(requests).toEqual([])
    },
  )

  it('is Bearer without DPoP, even with a dpopNonceId, and nonces are not handled', async () => {
    const requests = createApi(() =>
      refuse('DPoP error="use_dpop_nonce"', { 'DPoP-Nonce': 'nonce' }),
    )
    const config = { baseUrl: API, dpopNonceId: 'api', getAccessToken: given }
    const response = await createClient().createFetcher(config).fetchWithAuth('/a')
    expect(response.status).toBe(401)
    expect(requests).toMatchObject([{ authorization: 'Bearer given-token', dpop: null }])
  })

  it('passes on the error of getTokenSilently, and sends nothing', async () => {
    const requests = createApi()
    const { stop } = refuseSilently(tenant)
    const call = createClient().createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    await expect(call).rejects.toMatchObject({ error: 'login_required' })
    stop()
    expect(requests).toEqual([])
  })

  it('passes on whatever the application throws', async () => {
    const error = new Error('mine')
    const getAccessToken = () => Promise.reject(error)
    const call = createClient().createFetcher({ getAccessToken }).fetchWithAuth(`${API}/a`)
    await expect(call).rejects.toBe(error)
  })
})

describe('an aborted call', () => {
  it('asks for no token if it was aborted before', async () => {
    const requests = createApi()
    const getAccessToken = vi.fn(given)
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken })
    const signal = AbortSignal.abort(new Error('before'))
    await expect(fetchWithAuth(`${API}/a`, { signal })).rejects.toThrow('before')
    await expect(fetchWithAuth(new Request(`${API}/a`, { signal }))).rejects.toThrow()
    expect(getAccessToken).not.toHaveBeenCalled()
    expect(requests).toEqual([])
  })

  it('ends while the token is got, and sends nothing afterwards', async () => {
    const requests = createApi()
    const controller = new AbortController()
    let giveToken = (_: string): void => {}
    const token = new Promise<string>(resolve => {
      giveToken = resolve
    })
    const asked = vi.fn(() => token)
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: asked })
    const call = fetchWithAuth(`${API}/a`, { signal: controller.signal })
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    giveToken('late')
    await token
    expect(requests).toEqual([])
  })

  it('does not repeat the request', async () => {
    const controller = new AbortController()
    const requests = createApi(() => refuse(INVALID_TOKEN))
    const tokens = ['one', 'two']
    const getAccessToken = async () => {
      if (tokens.length === 1) controller.abort()
      return tokens.shift()
    }
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken })
    const call = fetchWithAuth(`${API}/a`, { signal: controller.signal })
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect(requests).toHaveLength(1)
  })
})

describe('a transport of the application', () => {
  const tokens = () => {
    const all = ['one', 'two']
    return async () => all.shift()
  }

  it.each<[string, CustomFetchMinimalOutput['headers']]>([
    ['an object with get', new Headers({ 'WWW-Authenticate': INVALID_TOKEN })],
    ['a map', new Map([['www-authenticate', INVALID_TOKEN]])],
    ['pairs', [['www-authenticate', INVALID_TOKEN]]],
    ['an object with names', { 'www-authenticate': INVALID_TOKEN }],
  ])('can return its headers as %s', async (_, headers) => {
    const output = { status: 401, headers, data: 'mine' }
    const send = vi.fn(async (_: Request) => output)
    const api = createClient().createFetcher({ fetch: send, getAccessToken: tokens() })
    expect(await api.fetchWithAuth(`${API}/a`)).toBe(output)
    expect(send.mock.calls.map(([request]) => request.headers.get('authorization'))).toEqual([
      'Bearer one',
      'Bearer two',
    ])
  })

  it.each([undefined, null, 'text', {}, { status: 401 }, { status: 401, headers: null }])(
    'gets %j back as it is',
    async output => {
      const send = vi.fn(async () => output as never)
      const api = createClient().createFetcher({ fetch: send, getAccessToken: tokens() })
      expect(await api.fetchWithAuth(`${API}/a`)).toBe(output)
      expect(send).toHaveBeenCalledTimes(1)
    },
  )
})

describe('a response 401 with invalid_token', () => {
  it('renews once and repeats the request, with its body', async () => {
    const client = await signedIn()
    const old = await client.getTokenSilently()
    const requests = createApi(({ authorization }) =>
      authorization === `Bearer ${old}` ? refuse(INVALID_TOKEN) : undefined,
    )
    const { fetchWithAuth } = client.createFetcher({ baseUrl: API })
    const response = await fetchWithAuth('/a', { method: 'POST', body: 'once' })
    expect(response.status).toBe(200)
    expect(requests.map(({ body }) => body)).toEqual(['once', 'once'])
    expect(requests[1]?.authorization).toBe(`Bearer ${await client.getTokenSilently()}`)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('repeats the body of a Request and of a stream', async () => {
    const bodies: string[] = []
    createApi(({ body, authorization }) => {
      bodies.push(body)
      return authorization === 'Bearer old' ? refuse(INVALID_TOKEN) : undefined
    })
    const send = (info: RequestInfo, init?: RequestInit) => {
      const tokens = ['old', 'new']
      const getAccessToken = async () => tokens.shift()
      return createClient().createFetcher({ getAccessToken }).fetchWithAuth(info, init)
    }
    const request = new Request(`${API}/a`, { method: 'POST', body: 'of a request' })
    expect((await send(request)).status).toBe(200)
    const body = new Blob(['of a stream']).stream()
    expect((await send(`${API}/a`, { method: 'POST', body })).status).toBe(200)
    const form = new URLSearchParams({ a: '1' })
    expect((await send(`${API}/a`, { method: 'POST', body: form })).status).toBe(200)
    expect(bodies).toEqual([
      ...['of a request', 'of a request'],
      ...['of a stream', 'of a stream'],
      ...['a=1', 'a=1'],
    ])
  })

  it('is returned if the new token is rejected as well', async () => {
    const client = await signedIn()
    const requests = createApi(() => refuse(INVALID_TOKEN))
    const response = await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    expect([response.status, await response.text()]).toEqual([401, 'Refused'])
    expect(requests).toHaveLength(2)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('of 20 parallel calls of two fetchers makes one renewal', async () => {
    const client = await signedIn()
    const old = await client.getTokenSilently()
    const requests = createApi(({ authorization }) =>
      authorization === `Bearer ${old}` ? refuse(INVALID_TOKEN) : undefined,
    )
    const apis = [client.createFetcher({ baseUrl: API }), client.createFetcher({ baseUrl: API })]
    const calls = Array.from({ length: 10 }, () => apis.map(api => api.fetchWithAuth('/a'))).flat()
    const responses = await Promise.all(calls)
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect(requests).toHaveLength(40)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('uses a token that was renewed since the request was sent', async () => {
    const client = await signedIn()
    const old = await client.getTokenSilently()
    const requests = createApi(async ({ authorization }) => {
      if (authorization !== `Bearer ${old}`) return undefined
      await client.getTokenSilently({ cacheMode: 'off' })
      return refuse(INVALID_TOKEN)
    })
    expect((await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')).status).toBe(200)
    expect(requests).toHaveLength(2)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('throws the error of the renewal if the user must sign in again', async () => {
    const client = await signedIn()
    createApi(() => refuse(INVALID_TOKEN))
    tenant.fail('token', { error: 'invalid_grant', error_description: 'Revoked.' })
    const { stop } = refuseSilently(tenant)
    const code = await codeOf(client.createFetcher({ baseUrl: API }).fetchWithAuth('/a'))
    stop()
    expect(code).toMatch(/^(invalid_grant|login_required|missing_refresh_token)$/)
  })

  it('is returned if the tenant cannot be reached', async () => {
    const client = await signedIn()
    const requests = createApi(() => refuse(INVALID_TOKEN))
    tenant.intercept('token', () => HttpResponse.error() as Response)
    const response = await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    expect([response.status, await response.text()]).toEqual([401, 'Refused'])
    expect(requests).toHaveLength(1)
  })

  it('asks the application for a token once more, and repeats only with another one', async () => {
    const requests = createApi(() => refuse(INVALID_TOKEN))
    const getAccessToken = vi.fn(given)
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken })
    expect((await fetchWithAuth(`${API}/a`)).status).toBe(401)
    expect(getAccessToken).toHaveBeenCalledTimes(2)
    expect(requests).toHaveLength(1)
  })

  it('is not repeated as another user', async () => {
    const requests = createApi(() => refuse(INVALID_TOKEN))
    const asUser = (sub: string) => ({
      access_token: `token of ${sub}`,
      token_type: 'Bearer',
      id_token: `e30.${btoa(JSON.stringify({ sub })).replace(/=/g, '')}.e30`,
      expires_in: 60,
    })
    const tokens = [asUser('ada'), asUser('grace')]
    const getAccessToken = async () => tokens.shift()
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken })
    expect((await fetchWithAuth(`${API}/a`, { method: 'POST' })).status).toBe(401)
    expect(requests).toMatchObject([{ authorization: 'Bearer token of ada' }])
  })

  it.each([
    [401, 'Bearer error="insufficient_scope"'],
    [401, 'Bearer realm="api"'],
    [401, 'Basic error="invalid_token"'],
    [401, 'Bearer error_description="about error=\\"invalid_token\\""'],
    [403, INVALID_TOKEN],
    [500, INVALID_TOKEN],
  ])('is nothing else: %i %s', async (status, challenge) => {
    const requests = createApi(
      () => new HttpResponse(null, { status, headers: { 'WWW-Authenticate': challenge } }),
    )
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: given })
    expect((await fetchWithAuth(`${API}/a`)).status).toBe(status)
    expect(requests).toHaveLength(1)
  })
})

describe('a fetcher of the published test client', () => {
  it('sends its access tokens, and fails as a test has planned', async () => {
    const client = createTestClient({ user: { sub: 'auth0|ada' } })
    const sent: (string | null)[] = []
    const { fetchWithAuth } = client.createFetcher({
      baseUrl: API,
      fetch: async request => {
        sent.push(request.headers.get('authorization'))
        return new Response()
      },
    })
    await fetchWithAuth('/a')
    expect(sent).toEqual([`Bearer ${await client.getTokenSilently()}`])
    client.failNext('getTokenSilently', new GenericError('login_required', 'Login required'))
    await expect(fetchWithAuth('/a')).rejects.toMatchObject({ error: 'login_required' })
    expect(sent).toHaveLength(1)
    expect(client.calls.map(({ method }) => method)).toContain('getTokenSilently')
  })
})

describe('a fetcher of a client that was closed', () => {
  it('gets no token any more', async () => {
    const requests = createApi()
    const client = await signedIn()
    const { fetchWithAuth } = client.createFetcher({ baseUrl: API })
    client.close()
    await expect(fetchWithAuth('/a')).rejects.toMatchObject({ error: 'client_closed' })
    expect(requests).toEqual([])
  })
})
