import { describe, expect, it } from 'vitest'
import {
  type AuthorizationRequestParts,
  authorizationRequest,
} from '../../../src/protocol/authorization-request.ts'
import { codeChallenge } from '../../../src/protocol/pkce.ts'

const request = async (parts: Partial<AuthorizationRequestParts> = {}) => {
  const made = await authorizationRequest(
    { clientId: 'client-1', telemetry: { parameter: 'telemetry+/=' } },
    { authorization_endpoint: 'https://tenant.example.com/authorize' },
    {
      slot: { audience: 'default', scope: 'openid profile' },
      params: {},
      redirectUri: 'https://app.example.com/cb',
      responseMode: 'query',
      ...parts,
    },
  )
  return { ...made, query: new URL(made.url).searchParams }
}

/** 43 characters of the unreserved alphabet, then base64 with padding. */
const isRandom = (text: string | null): boolean =>
  /^[0-9A-Za-z\-_~.]{43}$/.test(atob(text ?? '')) && /^[A-Za-z0-9+/]{58}==$/.test(text ?? '')

describe('the authorization request', () => {
  it('security 1, 2: has the parameters of the protocol, and no others', async () => {
    const { url, query, transaction } = await request()
    expect(url.startsWith('https://tenant.example.com/authorize?')).toBe(true)
    expect(Object.fromEntries(query)).toEqual({
      client_id: 'client-1',
      scope: 'openid profile',
      response_type: 'code',
      response_mode: 'query',
      state: transaction.state,
      nonce: transaction.nonce,
      redirect_uri: 'https://app.example.com/cb',
      code_challenge: await codeChallenge(transaction.code_verifier),
      code_challenge_method: 'S256',
      auth0Client: 'telemetry+/=',
    })
  })

  it('ends with the telemetry, and encodes spaces as plus signs', async () => {
    const { url } = await request({ params: { screen_hint: 'sign up' } })
    expect(url.endsWith('&auth0Client=telemetry%2B%2F%3D')).toBe(true)
    expect(url).toContain('scope=openid+profile&')
    expect(url).toContain('screen_hint=sign+up&')
  })

  it('security 3, 4, 5: has a new state, nonce and verifier each time, and the three differ', async () => {
    const made = [await request(), await request()].map(({ transaction }) => transaction)
    const secrets = made.flatMap(({ state, nonce, code_verifier }) => [state, nonce, code_verifier])
    expect(new Set(secrets).size).toBe(6)
    for (const { state, nonce, code_verifier } of made) {
      expect([state, nonce].every(isRandom)).toBe(true)
      expect(code_verifier).toMatch(/^[0-9A-Za-z\-_~.]{43}$/)
    }
  })

  it('security 3: does not contain the verifier', async () => {
    const { url, transaction } = await request()
    expect(decodeURIComponent(url)).not.toContain(transaction.code_verifier)
  })

  it.each([
    'client_id',
    'scope',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'redirect_uri',
    'auth0Client',
  ])('security 9: does not let the caller replace %s', async name => {
    const { query, transaction } = await request({ params: { [name]: 'evil' } })
    expect(query.getAll(name)).toHaveLength(1)
    expect(query.get(name)).not.toBe('evil')
    expect(Object.values(transaction)).not.toContain('evil')
  })

  it('has no redirect_uri if none is configured, even if the parameters have one', async () => {
    const { query, transaction } = await request({
      redirectUri: undefined,
      params: { redirect_uri: 'https://evil.example.com' },
    })
    expect(query.has('redirect_uri')).toBe(false)
    expect(transaction).not.toHaveProperty('redirect_uri')
  })

  it('has other parameters too, without undefined ones, and objects as JSON', async () => {
    const { query } = await request({
      slot: { audience: 'urn::x', scope: 'openid' },
      params: { max_age: 0, gone: undefined, ext: { a: [1] }, flag: false },
    })
    expect(query.get('audience')).toBe('urn::x')
    expect(query.get('max_age')).toBe('0')
    expect(query.get('flag')).toBe('false')
    expect(query.has('gone')).toBe(false)
    expect(query.get('ext')).toBe('{"a":[1]}')
  })

  it('has the audience of the slot, whatever the parameters contain', async () => {
    const { query, transaction } = await request({
      slot: { audience: 'api', scope: 'openid' },
      params: { audience: 'evil' },
    })
    expect(query.getAll('audience')).toEqual(['api'])
    expect(transaction.audience).toBe('api')
  })

  it('requests a web message for frames and popups', async () => {
    const { query } = await request({ responseMode: 'web_message' })
    expect(query.get('response_mode')).toBe('web_message')
  })

  it.each([{}, { audience: undefined }, { audience: '' }])(
    'has no audience without one, also with the parameters %j, and stores it as default',
    async params => {
      const { url, query, transaction } = await request({ params })
      expect(transaction.audience).toBe('default')
      expect(query.get('audience') ?? '').toBe('')
      expect(url).not.toContain('default')
    },
  )
})

describe('security 8: the redirect URI', () => {
  it.each([
    'http://app.example.com/cb',
    'HTTP://app.example.com/cb',
    ' http://app.example.com/cb',
    'http:app.example.com',
    'http:\\\\localhost.example.com/cb',
    'http://localhost.example.com/cb',
    'http://localhost@app.example.com/cb',
    'http://localhost:1@app.example.com/cb',
    'http://127.0.0.1.example.com/cb',
    'http://notlocalhost/cb',
    'http://[::2]/cb',
    'http://192.168.0.1/cb',
  ])('must not be %j', async redirectUri => {
    await expect(request({ redirectUri })).rejects.toMatchObject({
      name: 'InvalidConfigurationError',
      error: 'invalid_configuration',
    })
  })

  it.each([
    'https://app.example.com/cb',
    'http://localhost/cb',
    'http://localhost:3000',
    'http://app.localhost:3000/cb',
    'http://127.0.0.1:8080/cb?x=1',
    'http://127.1.2.3',
    'http://[::1]:3000/',
    'com.example.app://cb',
  ])('may be %j', async redirectUri => {
    const { query } = await request({ redirectUri })
    expect(query.get('redirect_uri')).toBe(redirectUri)
  })
})

describe('the transaction of a login', () => {
  it('security 6: contains what the response is compared with', async () => {
    const { query, transaction } = await request({
      slot: { audience: 'api', scope: 'openid profile' },
      params: { organization: 'org_1', prompt: 'login' },
    })
    expect(transaction).toEqual({
      response_type: 'code',
      state: query.get('state'),
      nonce: query.get('nonce'),
      code_verifier: expect.any(String),
      scope: 'openid profile',
      audience: 'api',
      redirect_uri: 'https://app.example.com/cb',
      organization: 'org_1',
    })
  })
})
