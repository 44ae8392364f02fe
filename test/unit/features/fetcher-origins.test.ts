import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GenericError, InvalidConfigurationError } from '../../../src/index.ts'
import { createClient } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { API, createApi } from './fetcher-api.ts'

const warnings: string[] = []
beforeEach(() => {
  warnings.length = 0
  vi.spyOn(console, 'warn').mockImplementation(text => {
    warnings.push(text)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const OTHER = 'https://api.elsewhere.test'

/** A fetcher whose requests are recorded and not sent; `getAccessToken` must not be called in vain. */
const createRecorder = (
  config: Parameters<ReturnType<typeof createClient>['createFetcher']>[0] = {},
  options: Parameters<typeof createClient>[0] = {},
) => {
  const sent: string[] = []
  const getAccessToken = vi.fn(async () => 'given-token')
  const { fetchWithAuth } = createClient(options).createFetcher({
    getAccessToken,
    fetch: async request => {
      sent.push(request.url)
      return new Response()
    },
    ...config,
  })
  return { sent, getAccessToken, fetchWithAuth }
}

describe('the origins that may get a token', () => {
  it.each([
    ['the origin of baseUrl alone', { baseUrl: `${API}/v1` }, `${OTHER}/a`],
    ['the listed ones alone', { allowedOrigins: [API] }, `${OTHER}/a`],
    ['the listed ones, also with a baseUrl', { baseUrl: API, allowedOrigins: [OTHER] }, '/a'],
    ['none of an empty list', { allowedOrigins: [] }, `${API}/a`],
    ['no other port', { baseUrl: API }, `${API}:8443/a`],
    ['no other scheme', { baseUrl: API }, 'http://api.example.com/a'],
    ['no host that only begins alike', { baseUrl: API }, `${API}.evil.test/a`],
    ['no host behind two slashes', { baseUrl: API }, '//evil.test/a'],
    ['no plain http', {}, 'http://api.example.com/a'],
    ['no plain http, listed origins or not', { baseUrl: 'https://a.test' }, 'http://a.test/'],
    ['no data: URL', {}, 'data:text/plain,x'],
    ['no blob: URL of this page', {}, 'blob:https://app.example.com/1'],
    ['no blob: URL of an allowed origin', { allowedOrigins: [API] }, `blob:${API}/1`],
    ['no javascript: URL', {}, 'javascript:alert(1)'],
    ['no file: URL', {}, 'file:///etc/passwd'],
  ])('security 63: are %s', async (_, config, url) => {
    const { sent, getAccessToken, fetchWithAuth } = createRecorder(config)
    const error = await fetchWithAuth(url).catch(reason => reason)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ error: 'origin_not_allowed' })
    expect(error.message).toContain('allowedOrigins')
    expect(getAccessToken).not.toHaveBeenCalled()
    expect(sent).toEqual([])
  })

  it('are named in the error', async () => {
    const { fetchWithAuth } = createRecorder({ baseUrl: API })
    await expect(fetchWithAuth(`${OTHER}/secret?x=1`)).rejects.toThrow(`${OTHER} must not`)
    await expect(fetchWithAuth(`${OTHER}/secret?x=1`)).rejects.not.toThrow('secret')
  })

  it.each([
    ['listed', { allowedOrigins: [API, ` ${OTHER}/ `] }, `${OTHER}/a`],
    ['listed in another spelling', { allowedOrigins: ['HTTPS://API.example.com:443'] }, `${API}/a`],
    ['that of baseUrl', { baseUrl: `${API}/v1` }, `${API}/v2`],
    ['any with https', {}, `${OTHER}/a`],
    ['loopback', {}, 'http://localhost:3001/a'],
    ['a loopback address', {}, 'http://127.0.0.1:3001/a'],
    ['a loopback baseUrl', { baseUrl: 'http://localhost:3001' }, '/a'],
    ['a listed loopback', { allowedOrigins: ['http://localhost:3001'] }, 'http://localhost:3001/a'],
  ])('can be %s', async (_, config, url) => {
    const { sent, fetchWithAuth } = createRecorder(config)
    await fetchWithAuth(url)
    expect(sent).toHaveLength(1)
  })

  it('can have plain http with allowInsecureRequests', async () => {
    const allowed = createRecorder({}, { allowInsecureRequests: true })
    await allowed.fetchWithAuth('http://api.example.com/a')
    expect(allowed.sent).toEqual(['http://api.example.com/a'])
  })
})

describe('an option of a fetcher that cannot be used', () => {
  it.each([
    ['allowedOrigins', { allowedOrigins: [`${API}/v1`] }],
    ['allowedOrigins', { allowedOrigins: ['api.example.com'] }],
    ['allowedOrigins', { allowedOrigins: ['*'] }],
    ['allowedOrigins', { allowedOrigins: ['https://*.example.com'] }],
    ['allowedOrigins', { allowedOrigins: ['null'] }],
    ['allowedOrigins', { allowedOrigins: ['https://user@api.example.com'] }],
    ['allowedOrigins', { allowedOrigins: ['http://api.example.com'] }],
    ['allowedOrigins', { allowedOrigins: ['data:'] }],
    ['allowedOrigins', { allowedOrigins: [null] }],
    ['allowedOrigins', { allowedOrigins: API }],
    ['baseUrl', { baseUrl: 'ftp://api.example.com' }],
    ['baseUrl', { baseUrl: 7 }],
    ['http://api.example.com', { baseUrl: 'http://api.example.com' }],
    ['fetch', { fetch: {} }],
    ['getAccessToken', { getAccessToken: 'token' }],
    ['dpopNonceId', { dpopNonceId: 7 }],
  ])('is named by the first call: %s %j', async (name, config) => {
    const { sent, fetchWithAuth } = createRecorder(config as object)
    const error = await fetchWithAuth(`${API}/a`).catch(reason => reason)
    expect(error).toBeInstanceOf(InvalidConfigurationError)
    expect(error.message).toContain(name)
    expect(sent).toEqual([])
  })
})

describe('the warning about tokens for other sites', () => {
  it('comes once for each site, for all fetchers of a client', async () => {
    const client = createClient()
    const config = { getAccessToken: async () => 'token', fetch: async () => new Response() }
    for (const url of [
      `${OTHER}/a`,
      `${OTHER}/b`,
      'https://www.elsewhere.test/',
      'https://b.test/',
    ]) {
      await client.createFetcher(config).fetchWithAuth(url)
    }
    expect(warnings).toEqual([
      expect.stringMatching(/^\[latchkey\] .*https:\/\/api\.elsewhere\.test.*allowedOrigins/),
      expect.stringContaining('https://b.test'),
    ])
  })

  it('does not come for the own site, nor where the origins are listed', async () => {
    await createRecorder().fetchWithAuth(`${API}/a`)
    await createRecorder({ allowedOrigins: [OTHER] }).fetchWithAuth(`${OTHER}/a`)
    await createRecorder({ baseUrl: OTHER }).fetchWithAuth('/a')
    expect(warnings).toEqual([])
  })

  it('tells sites below one registry apart, and addresses too', async () => {
    const { fetchWithAuth } = createRecorder()
    for (const host of ['one.co.uk', 'api.one.co.uk', 'two.co.uk', '10.0.0.1', '10.1.0.1']) {
      await fetchWithAuth(`https://${host}/`)
    }
    expect(warnings).toHaveLength(4)
  })
})

describe('a redirect', () => {
  const redirectTo = (location: string): void =>
    network.use(
      http.all(`${API}/old`, () => new HttpResponse(null, { status: 307, headers: { location } })),
    )

  it('is followed on the same origin, with the token', async () => {
    const requests = createApi()
    redirectTo(`${API}/new`)
    const { fetchWithAuth } = createRecorder({ fetch: undefined, baseUrl: API })
    expect((await fetchWithAuth('/old')).status).toBe(200)
    expect(requests).toMatchObject([{ url: `${API}/new`, authorization: 'Bearer given-token' }])
  })

  it('security M30: does not take the token to another origin', async () => {
    const requests = createApi(undefined, OTHER)
    redirectTo(`${OTHER}/new`)
    const { fetchWithAuth } = createRecorder({ fetch: undefined, baseUrl: API })
    expect((await fetchWithAuth('/old')).status).toBe(200)
    expect(requests).toMatchObject([{ url: `${OTHER}/new`, authorization: null }])
  })

  it('security 63: is not followed by a browser that would take the token along', async () => {
    const requests = createApi(undefined, OTHER)
    redirectTo(`${OTHER}/new`)
    vi.stubGlobal('CSS', { supports: () => false })
    const { fetchWithAuth } = createRecorder({ fetch: undefined, baseUrl: API })
    await expect(fetchWithAuth('/old?a=secret')).rejects.toMatchObject({
      error: 'redirect_not_followed',
      message: expect.not.stringContaining('secret'),
    })
    expect(requests).toEqual([])
  })

  it('stays as the application wants it', async () => {
    redirectTo(`${API}/new`)
    const { fetchWithAuth } = createRecorder({ fetch: undefined, baseUrl: API })
    const response = await fetchWithAuth('/old', { redirect: 'manual' })
    const { type, status } = response as Response
    expect(type === 'opaqueredirect' || status === 307).toBe(true)
    await expect(fetchWithAuth('/old', { redirect: 'error' })).rejects.toThrow()
  })
})
