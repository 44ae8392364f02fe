import { createServer } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { logIn, refresh } from './support/token-client.js'

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  await Promise.all(cleanups.map(cleanup => cleanup()))
  cleanups = []
  vi.restoreAllMocks()
})

/** @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  return tenant
}

/** @param {number} port */
const occupy = port =>
  new Promise((resolve, reject) => {
    const server = createServer()
    cleanups.push(() => new Promise(done => server.close(done)))
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

describe('starting and ending', () => {
  it('takes the next port when the preferred one is busy', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    const second = await start({ port })

    expect(Number(new URL(second.url).port)).toBeGreaterThan(port)
    expect((await fetch(`${second.url}/.well-known/jwks.json`)).status).toBe(200)
  })

  it('fails to start when the port is busy and no other is allowed', async () => {
    const port = Number(new URL((await start()).url).port)
    await expect(start({ port, strictPort: true })).rejects.toThrow(`Port ${port} is busy.`)
  })

  it('listens on 127.0.0.1, and on ::1 where the machine has it', async () => {
    const { url } = await start()
    const { port } = new URL(url)

    expect((await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status).toBe(200)
    const overIpv6 = await fetch(`http://[::1]:${port}/.well-known/jwks.json`).catch(error => error)
    if (overIpv6 instanceof Response) expect(overIpv6.status).toBe(200)
    else expect(overIpv6.cause.code).toMatch(/EADDRNOTAVAIL|EAFNOSUPPORT|ENETUNREACH/)
  })

  it('frees the port on close, though a client keeps its connection open', async () => {
    const tenant = await startTenant(CLIENTS)
    const port = Number(new URL(tenant.url).port)
    await fetch(`${tenant.url}/.well-known/jwks.json`)
    await tenant.close()

    await occupy(port)
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow()
  })

  it('prints nothing', async () => {
    const calls = /** @type {const} */ (['log', 'info', 'warn', 'error']).map(name =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    )
    const tenant = await start()
    await logIn(tenant)
    await refresh(tenant, 'never-issued')

    for (const call of calls) expect(call).not.toHaveBeenCalled()
  })

  it('separates two tenants in one browser, although cookies ignore the port', async () => {
    const [one, other] = [await start(), await start()]
    const { headers } = await openBrowser(one).visit(openBrowser(one).authorizeUrl().url)
    const names = headers.getSetCookie().map(header => header.split('=')[0])

    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(name).toContain(new URL(one.url).port)
    expect(one.url).not.toBe(other.url)
  })

  it('refuses an origin that could never match', async () => {
    const clients = [{ client_id: 'x', origins: ['http://localhost:4000/'] }]

    await expect(startTenant({ clients })).rejects.toThrow('is not an origin')
  })

  it('has the configured users and includes their claims', async () => {
    const user = { sub: 'u1', email: 'ada@example.com', password: 'lovelace', 'urn:role': 'admin' }
    const tenant = await start({ users: [user] })
    const { id_token } = await logIn(tenant, { scope: 'openid' })
    const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())

    expect(claims).toMatchObject({ sub: 'u1', 'urn:role': 'admin' })
  })
})

describe('the request log', () => {
  it('counts by endpoint, grant, status and prompt, and preflights only when asked', async () => {
    const tenant = await start()
    const browser = openBrowser(tenant)
    const { refresh_token } = await logIn(tenant, { scope: 'openid offline_access' }, browser)
    await browser.authorizeSilently()
    await refresh(tenant, refresh_token)
    await refresh(tenant, 'never-issued')
    await fetch(`${tenant.url}/oauth/token`, { method: 'OPTIONS' })
    const { log } = tenant

    expect(log.count({ endpoint: 'authorize' })).toBe(2)
    expect(log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
    expect(log.count({ endpoint: 'token' })).toBe(3)
    expect(log.count({ endpoint: 'token', grantType: 'authorization_code' })).toBe(1)
    expect(log.count({ grantType: 'refresh_token' })).toBe(2)
    expect(log.count({ grantType: 'refresh_token', status: 400 })).toBe(1)
    expect(log.count({ endpoint: 'token', method: 'OPTIONS' })).toBe(1)
    expect(log.count()).toBe(log.entries.length - 1)
    expect(log.entries.at(0)).toMatchObject({ client_id: CLIENT_ID, path: '/authorize' })
    log.clear()
    expect(log.count()).toBe(0)
  })

  it('contains the grant type of a JSON body and the origin of the requesting page', async () => {
    const tenant = await start()
    await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:4000' },
      body: JSON.stringify({ client_id: CLIENT_ID, grant_type: 'refresh_token' }),
    })

    expect(tenant.log.entries).toEqual([
      {
        time: expect.any(Number),
        method: 'POST',
        path: '/oauth/token',
        endpoint: 'token',
        grantType: 'refresh_token',
        status: 400,
        origin: 'http://localhost:4000',
        client_id: CLIENT_ID,
      },
    ])
  })

  it('contains no token, code, password or login page id, and neither do the events', async () => {
    const tenant = await start()
    const browser = openBrowser(tenant)
    const { answer, verifier, request } = await browser.authorize({
      scope: 'openid offline_access',
    })
    const tokens = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: CLIENT_ID,
        grant_type: 'authorization_code',
        code: answer.code ?? '',
        code_verifier: verifier,
        redirect_uri: request.redirect_uri,
      }),
    }).then(response => response.json())
    await refresh(tenant, tokens.refresh_token)
    const kept = JSON.stringify([tenant.log.entries, tenant.events])

    const secrets = [tokens.refresh_token, tokens.access_token, tokens.id_token, answer.code]
    for (const secret of [...secrets, verifier, request.state, request.nonce, 'lovelace']) {
      expect(secret).toBeTruthy()
      expect(kept).not.toContain(secret)
    }
    expect(tenant.events).toHaveLength(2)
    expect(tenant.log.entries.filter(({ endpoint }) => endpoint === 'login')).not.toHaveLength(0)
    for (const { endpoint, path } of tenant.log.entries) {
      if (endpoint === 'login') expect(path).toMatch(/^\/(login|authorize)\/:id$/)
    }
  })

  it('notifies subscribers of every request until they unsubscribe', async () => {
    const tenant = await start()
    /** @type {string[]} */
    const seen = []
    const unsubscribe = tenant.log.subscribe(({ endpoint }) => seen.push(endpoint))
    await fetch(`${tenant.url}/.well-known/jwks.json`)
    unsubscribe()
    await fetch(`${tenant.url}/.well-known/openid-configuration`)

    expect(seen).toEqual(['jwks'])
  })
})
