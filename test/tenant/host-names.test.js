import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createApi } from '../../examples/api/create-api.js'
import { readSwitches } from '../../examples/tenant/cli/switches.js'
import { listen } from '../../examples/tenant/http/listen.js'
import { startTenant } from '../../examples/tenant/start-tenant.js'
import { APP, CLIENTS, openBrowser } from './support/browser.js'
import { post } from './support/token-client.js'

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  await Promise.all(cleanups.map(cleanup => cleanup()))
  cleanups = []
})

/** @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  return tenant
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<number | undefined>} the status
 */
const ask = (url, headers) =>
  new Promise((resolve, reject) => {
    const { port, pathname } = new URL(url)
    const asked = request({ host: '127.0.0.1', port, path: pathname, headers }, response => {
      resolve(response.statusCode)
      response.resume()
    })
    asked.once('error', reject).end()
  })

const PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/jwks.json',
  '/authorize',
  '/login/x',
  '/dashboard',
  '/_tenant/log',
  '/api/v2/clients',
  '/nothing',
]

/** @param {string | number} port */
const foreignHosts = port => [
  'rebound.example.com',
  `rebound.example.com:${port}`,
  `localhost.example.com:${port}`,
  `notlocalhost:${port}`,
  `localhost:${port}@evil.example`,
  'evil.example/.localhost',
  '10.0.0.1',
]

describe('security G: a site whose name resolves to this machine', () => {
  it('reads nothing from the tenant', async () => {
    const tenant = await start()
    for (const path of PATHS) {
      for (const host of foreignHosts(new URL(tenant.url).port)) {
        expect([path, host, await ask(tenant.url + path, { Host: host })]).toEqual([
          path,
          host,
          403,
        ])
      }
    }
    expect(tenant.log.entries).toEqual([])
  })

  it('reads nothing from the API', async () => {
    const onRequest = createApi({ issuer: 'http://localhost:9/', audience: 'x', origins: [APP] })
    const server = await listen({
      hostname: 'localhost',
      port: 0,
      onRequest,
      allowedHosts: ['all.example'],
    })
    cleanups.push(server.close)
    const url = `http://localhost:${server.port}/api/public`
    for (const host of [...foreignHosts(server.port), 'all.example']) {
      expect([host, await ask(url, { Host: host })]).toEqual([host, 403])
    }
    expect(await ask(url, { Host: `localhost:${server.port}` })).toBe(200)
  })
})

describe('the names that requests may use', () => {
  it.each(['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '[::1]', 'localhost:1'])(
    'include %s',
    async host => {
      const tenant = await start()
      expect(await ask(`${tenant.url}/.well-known/jwks.json`, { Host: host })).toBe(200)
    },
  )

  it('include that of the issuer and the allowed ones', async () => {
    const tenant = await start({
      issuer: 'https://login.example.com/',
      allowedHosts: ['tenant.internal'],
    })
    const url = `${tenant.url}/.well-known/jwks.json`
    for (const host of ['login.example.com', 'tenant.internal', 'Tenant.Internal:4001']) {
      expect(await ask(url, { Host: host })).toBe(200)
    }
    expect(await ask(url, { Host: 'other.internal' })).toBe(403)
  })

  it('can be given on the command line', () => {
    const { overrides } = readSwitches(['--allow-host', 'a.internal', '--allow-host', 'b.internal'])
    expect(overrides.allowedHosts).toEqual(['a.internal', 'b.internal'])
  })

  it('of the API can be given', async () => {
    const options = { issuer: 'http://localhost:9/', audience: 'x', origins: [] }
    const onRequest = createApi({ ...options, hosts: ['api.internal'] })
    const server = await listen({
      hostname: 'localhost',
      port: 0,
      onRequest,
      allowedHosts: ['api.internal'],
    })
    cleanups.push(server.close)
    const url = `http://localhost:${server.port}/api/public`
    expect(await ask(url, { Host: 'api.internal' })).toBe(200)
  })
})

describe('a request that changes something', () => {
  /** @param {string | undefined} origin */
  const revoke = async origin => {
    const tenant = await start()
    const response = await fetch(`${tenant.url}/oauth/revoke`, {
      method: 'POST',
      headers: { ...(origin && { origin: origin.replace('OWN', tenant.url) }) },
      body: new URLSearchParams({ client_id: 'test-app', token: 'x' }),
    })
    return response.status
  }

  it.each(['https://evil.example', 'http://localhost:4999', 'http://rebound.example.com'])(
    'is refused from a page of %s',
    async origin => expect(await revoke(origin)).toBe(403),
  )

  it.each([APP, undefined])('is accepted from %s', async origin =>
    expect(await revoke(origin)).toBe(200),
  )

  // The engine then answers 400 at this endpoint, because the origin is none of the client's.
  it.each(['OWN', 'null'])('reaches its endpoint from %s', async origin =>
    expect(await revoke(origin)).toBe(400),
  )

  it('is accepted from the login page and from programs', async () => {
    const tenant = await start()
    expect((await openBrowser(tenant).authorize()).answer.code).toBeTruthy()
    const { status } = await post(tenant, '/oauth/revoke', { token: 'x' })
    expect(status).toBe(200)
  })
})
