import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../examples/api/create-api.js'
import { listen } from '../../examples/tenant/http/listen.js'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENTS } from './support/browser.js'
import { logIn } from './support/token-client.js'
import { publishedKids, readJwt } from './support/tokens.js'

const AUDIENCE = 'https://api.example.com/'
const SCOPE = 'openid profile read:messages'

/** @type {import('./support/browser.js').Tenant} */
let tenant
/** @type {{ url: string, close(): Promise<void> }} */
let api

/** @param {string} issuer */
const startApi = async issuer => {
  const onRequest = createApi({ issuer, audience: AUDIENCE, origins: [APP] })
  const { port, close } = await listen({ hostname: 'localhost', port: 0, onRequest })
  return { url: `http://localhost:${port}`, close }
}

beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
  api = await startApi(tenant.issuer)
})
afterEach(() => tenant.faults.clear())
afterAll(async () => {
  await Promise.all([api.close(), tenant.close()])
})

/**
 * @param {Partial<Record<'audience' | 'scope', string>>} [params]
 * @returns {Promise<string>} the access token of a new login
 */
const newToken = async params =>
  (await logIn(tenant, { audience: AUDIENCE, scope: SCOPE, ...params })).access_token

/** @param {import('../../examples/tenant/faults/fault.js').JwtChange} change */
const changedToken = async change => {
  tenant.faults.add({ endpoint: 'token', accessToken: change })
  return newToken()
}

/**
 * @param {string} path
 * @param {string} [authorization]
 * @param {string} [url] another API's
 */
const ask = async (path, authorization, url = api.url) => {
  const headers = { origin: APP, ...(authorization && { authorization }) }
  const response = await fetch(url + path, { headers })
  return {
    status: response.status,
    body: /** @type {Record<string, unknown>} */ (await response.json()),
    challenge: response.headers.get('www-authenticate'),
    allowedOrigin: response.headers.get('access-control-allow-origin'),
  }
}

/** @param {string} token */
const askWith = token => ask('/api/private-scoped', `Bearer ${token}`)

const seconds = () => Math.floor(Date.now() / 1000)

describe('the protected API', () => {
  it('accepts every request on its public route, also with an invalid token', async () => {
    expect(await ask('/api/public')).toMatchObject({ status: 200, challenge: null })
    expect(await ask('/api/public', 'Bearer x')).toMatchObject({ status: 200, challenge: null })
  })

  it('accepts a valid token and identifies its user', async () => {
    const token = await newToken()

    expect(await ask('/api/private', `bearer ${token}`)).toMatchObject({
      status: 200,
      body: { sub: 'auth0|ada' },
    })
    expect(await askWith(token)).toMatchObject({ status: 200, body: { scope: SCOPE } })
  })

  it.each([undefined, 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer one two'])(
    'asks for a token, and names no error, where the header is %j',
    async header => {
      expect(await ask('/api/private', header)).toMatchObject({
        status: 401,
        challenge: 'Bearer realm="api"',
      })
    },
  )

  it('accepts a token that expired a few seconds ago, but not earlier', async () => {
    const justExpired = await changedToken({ claims: { exp: seconds() - 1 } })
    tenant.faults.clear()
    const expired = await changedToken({ claims: { exp: seconds() - 10 } })

    expect((await askWith(justExpired)).status).toBe(200)
    expect(await askWith(expired)).toMatchObject({
      status: 401,
      challenge: expect.stringContaining(
        'error="invalid_token", error_description="The access token has expired"',
      ),
    })
  })

  it.each([
    ['for another audience', { claims: { aud: 'https://other.example.com/' } }, 'wrong aud'],
    ['of another issuer', { claims: { iss: 'https://other.example.com/' } }, 'wrong iss'],
    ['that is not valid yet', { claims: { nbf: seconds() + 600 } }, 'wrong nbf'],
    ['that never expires', { removeClaims: ['exp'] }, 'wrong exp'],
    ['about nobody', { removeClaims: ['sub'] }, 'wrong sub'],
    ['of alg none', { alg: 'none' }, 'not valid'],
    ['signed HS256 with the public key', { alg: 'HS256' }, 'not valid'],
    ['of a key nobody knows', { header: { kid: 'nobody' } }, 'not valid'],
    ['with what nobody understands', { header: { crit: ['x'], x: 1 } }, 'not valid'],
    ['signed by somebody else', { signature: 'wrong-key' }, 'not valid'],
    ['without its signature', { signature: 'stripped' }, 'not valid'],
    ['bound to the key of a DPoP proof', { claims: { cnf: { jkt: 'x' } } }, 'bound to a key'],
    ['bound to a certificate', { claims: { cnf: { 'x5t#S256': 'x' } } }, 'bound to a key'],
    ['bound to something unknown', { claims: { cnf: {} } }, 'bound to a key'],
  ])('refuses a token %s', async (_what, change, reason) => {
    const token = await changedToken(
      /** @type {import('../../examples/tenant/faults/fault.js').JwtChange} */ (change),
    )

    expect(await askWith(token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', message: expect.stringContaining(reason) },
      challenge: expect.stringContaining('error="invalid_token"'),
    })
  })

  it('rejects an algorithm that is not on its list, even if the tenant has a key for it', async () => {
    const token = await changedToken({ alg: 'PS256' })
    // It fetches the keys only now, and so finds the one that verifies the token.
    const other = await startApi(tenant.issuer)
    const answer = await ask('/api/private', `Bearer ${token}`, other.url)
    await other.close()

    expect(await publishedKids(tenant)).toContain(readJwt(token).header.kid)
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  })

  it('refuses an HMAC made with any public form of the key', async () => {
    const { claims, header } = readJwt(await newToken())
    const { publicKey } = tenant.keys.current()
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
    ]

    for (const secret of forms) {
      const forged = await new SignJWT({ ...claims, scope: SCOPE })
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(Buffer.from(secret))
      expect((await askWith(forged)).status).toBe(401)
    }
  })

  it('rejects an ID token, an opaque token, and text that is not a token', async () => {
    const { id_token, access_token } = await logIn(tenant, { scope: SCOPE })

    for (const text of [id_token, access_token, 'x', 'a.b.c', 'e30.e30.e30', '..']) {
      expect(await askWith(text)).toMatchObject({
        status: 401,
        body: { error: 'invalid_token' },
      })
    }
  })

  it('rejects a token without the scope with 403, and names the scope', async () => {
    const token = await newToken({ scope: 'openid profile read:messages:all' })

    expect((await ask('/api/private', `Bearer ${token}`)).status).toBe(200)
    expect(await askWith(token)).toMatchObject({
      status: 403,
      challenge: 'Bearer realm="api", error="insufficient_scope", scope="read:messages"',
    })
  })

  it('does not report an invalid token when the keys cannot be fetched', async () => {
    const token = await newToken()
    const nowhere = await startApi('http://localhost:9/')
    const answer = await ask('/api/private', `Bearer ${token}`, nowhere.url)
    await nowhere.close()

    expect(answer).toMatchObject({ status: 503, challenge: null })
  })

  it('can be read by pages of the application only, including the reason of a rejection', async () => {
    const headers = { origin: 'https://stranger.example' }
    const stranger = await fetch(`${api.url}/api/public`, { headers })
    const preflight = await fetch(`${api.url}/api/private`, {
      method: 'OPTIONS',
      headers: { origin: APP, 'access-control-request-headers': 'authorization' },
    })

    expect(stranger.headers.get('access-control-allow-origin')).toBeNull()
    expect(stranger.headers.get('vary')).toBe('Origin')
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(APP)
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'Authorization, DPoP, Content-Type',
    )
    expect(preflight.headers.get('access-control-expose-headers')).toBe(
      'DPoP-Nonce, WWW-Authenticate',
    )
    expect((await ask('/api/private')).allowedOrigin).toBe(APP)
  })

  it('serves its routes with GET only', async () => {
    expect((await ask('/api/private/', `Bearer ${await newToken()}`)).status).toBe(404)
    expect((await fetch(`${api.url}/api/public`, { method: 'POST' })).status).toBe(405)
    expect((await ask('/')).body.routes).toContain('/api/private')
  })
})
