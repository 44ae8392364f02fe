import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { logIn } from './support/token-client.js'

const STRANGER = 'http://localhost:4999'
const NEIGHBOUR = 'http://localhost:4100'
const ALLOW_ORIGIN = 'access-control-allow-origin'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  const neighbour = { client_id: 'neighbour', origins: [NEIGHBOUR] }
  tenant = await startTenant({ clients: [...CLIENTS.clients, neighbour] })
})
afterAll(() => tenant.close())

/**
 * @param {string} path
 * @param {string} origin
 */
const preflight = (path, origin) =>
  fetch(tenant.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'auth0-client,content-type,dpop',
    },
  })

/**
 * @param {string} path
 * @param {string} origin
 */
const request = (path, origin) =>
  fetch(tenant.url + path, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({
      client_id: CLIENT_ID,
      grant_type: 'refresh_token',
      refresh_token: 'x',
      token: 'x',
    }),
  })

describe.each(['/oauth/token', '/oauth/revoke'])('%s', path => {
  it('answers the preflight of a registered origin, for the headers SDKs send', async () => {
    const response = await preflight(path, APP)

    expect(response.status).toBe(204)
    expect(response.headers.get(ALLOW_ORIGIN)).toBe(APP)
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    for (const name of ['auth0-client', 'content-type', 'dpop']) {
      expect(response.headers.get('access-control-allow-headers')).toContain(name)
    }
  })

  it('lets a registered origin read the response, including errors', async () => {
    const response = await request(path, APP)

    expect(response.headers.get(ALLOW_ORIGIN)).toBe(APP)
    expect(response.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
    expect(response.headers.get('vary')).toMatch(/origin/i)
  })

  it.each([STRANGER, 'null'])('grants nothing to the origin %s', async origin => {
    expect((await preflight(path, origin)).headers.has(ALLOW_ORIGIN)).toBe(false)
    expect((await request(path, origin)).headers.has(ALLOW_ORIGIN)).toBe(false)
  })

  it('allows nothing to an unknown origin whose request names no client', async () => {
    const bodies = [
      { body: new URLSearchParams({ client_id: 'nobody' }) },
      { body: 'nonsense', headers: { 'content-type': 'application/json' } },
    ]
    for (const { body, headers } of bodies) {
      const init = { method: 'POST', body, headers: { ...headers, origin: STRANGER } }
      const response = await fetch(tenant.url + path, init)
      expect(response.ok).toBe(false)
      expect(response.headers.has(ALLOW_ORIGIN)).toBe(false)
    }
  })

  it('does not let the origin of one client read the answer for another', async () => {
    expect((await request(path, NEIGHBOUR)).headers.has(ALLOW_ORIGIN)).toBe(false)
  })
})

describe('/oauth/token with a body that is not JSON', () => {
  it('lets a registered origin read the error', async () => {
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { origin: APP, 'content-type': 'application/json' },
      body: 'nonsense',
    })

    expect(response.status).toBe(400)
    expect(response.headers.get(ALLOW_ORIGIN)).toBe(APP)
  })
})

describe('/userinfo', () => {
  it.each([
    ['an opaque token', undefined],
    ['a JWT', 'urn::x'],
  ])('lets only the origins of the client read the answer to %s', async (_, audience) => {
    const { access_token } = await logIn(tenant, audience ? { audience } : {})
    /** @param {string} origin */
    const ask = origin =>
      fetch(`${tenant.url}/userinfo`, {
        headers: { origin, authorization: `Bearer ${access_token}` },
      })

    const own = await ask(APP)
    expect(own.status).toBe(200)
    expect(own.headers.get(ALLOW_ORIGIN)).toBe(APP)
    expect((await ask(STRANGER)).headers.has(ALLOW_ORIGIN)).toBe(false)
    expect((await ask(NEIGHBOUR)).headers.has(ALLOW_ORIGIN)).toBe(false)
  })
})

describe('an origin that is registered while the tenant runs', () => {
  it('is allowed from the next request on', async () => {
    expect(
      (await preflight('/oauth/token', 'http://localhost:4200')).headers.has(ALLOW_ORIGIN),
    ).toBe(false)
    tenant.clients[0]?.origins.push('http://localhost:4200')

    const { headers } = await request('/oauth/token', 'http://localhost:4200')
    expect(headers.get(ALLOW_ORIGIN)).toBe('http://localhost:4200')
  })
})
