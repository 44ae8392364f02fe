import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { openLiveStream } from './support/live-stream.js'
import { newRefreshToken, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => tenant.close())

/**
 * `fetch` would not send these headers.
 *
 * @param {string} path
 * @param {Record<string, string>} headers
 * @returns {Promise<number | undefined>} the status
 */
const ask = (path, headers) =>
  new Promise((resolve, reject) => {
    const { port } = new URL(tenant.url)
    const asked = request({ host: '127.0.0.1', port, path, headers }, response => {
      resolve(response.statusCode)
      response.destroy()
    })
    asked.once('error', reject).end()
  })

const open = () => openLiveStream(tenant)

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 */
const act = async (method, path, body, headers) => {
  const stream = await open()
  const { key } = stream.overview()
  stream.close()
  return fetch(`${tenant.url}/dashboard/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-Dashboard-Key': key, ...headers },
    body: JSON.stringify(body),
  })
}

describe('the page', () => {
  it('may run no script but its own files, and be framed by nobody', async () => {
    const response = await fetch(`${tenant.url}/dashboard`)
    const html = await response.text()
    const policy = response.headers.get('content-security-policy')

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/)
  })

  it('is served with every file it names', async () => {
    const html = await (await fetch(`${tenant.url}/dashboard`)).text()
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)

    expect(addresses.length).toBeGreaterThan(3)
    for (const address of addresses) {
      expect((await fetch(tenant.url + address)).status, address).toBe(200)
    }
  })

  it.each(['../start-tenant.js', '%2e%2e%2fstart-tenant.js', 'nothing.js', 'families'])(
    'does not serve %s',
    async path => {
      expect(await ask(`/dashboard/${path}`, { Host: new URL(tenant.url).host })).toBe(404)
    },
  )
})

describe('the live stream', () => {
  it('begins with what has happened already', async () => {
    await newRefreshToken(tenant)
    const stream = await open()

    expect(stream.overview()).toMatchObject({
      url: tenant.url,
      families: [{ client_id: CLIENT_ID, sub: 'auth0|ada', status: 'active' }],
      clients: [{ client_id: CLIENT_ID, rotation_type: 'rotating', leeway: 0 }],
    })
    expect(stream.overview().requests.map(({ endpoint }) => endpoint)).toContain('token')
    expect(stream.overview().events.map(({ type }) => type)).toEqual(['refresh_token_issued'])
    stream.close()
  })

  it('tells of a family that is rotated, replayed and dies', async () => {
    const stream = await open()
    const stolen = await newRefreshToken(tenant)
    await stream.next('family')
    await refresh(tenant, stolen)
    const rotated = await stream.next('family')
    await refresh(tenant, stolen)
    const dead = await stream.next('family')

    expect(rotated.tokens).toMatchObject([
      { status: 'spent', reason: 'rotated' },
      { status: 'active', parent: rotated.tokens[0]?.id },
    ])
    expect(dead).toMatchObject({ name: rotated.name, status: 'revoked', reason: 'reuse' })
    expect(dead.tokens).toMatchObject([
      { status: 'spent', reusedAtMs: expect.any(Number) },
      { status: 'revoked', reason: 'reuse' },
    ])
    stream.close()
  })

  it('never holds a token', async () => {
    const stream = await open()
    const first = await newRefreshToken(tenant)
    const { body } = await refresh(tenant, first)
    await refresh(tenant, first)
    const later = await open()
    await stream.until(text => text.includes('refresh_token_reused'))

    for (const token of [first, body.refresh_token, body.access_token, body.id_token]) {
      expect(token.length).toBeGreaterThan(20)
      expect(stream.text()).not.toContain(token)
      expect(later.text()).not.toContain(token)
    }
    stream.close()
    later.close()
  })

  it('tells of settings that were changed by code', async () => {
    const stream = await open()
    tenant.settings.leewaySeconds = 7

    expect(await stream.next('clients')).toMatchObject([{ client_id: CLIENT_ID, leeway: 7 }])
    stream.close()
  })

  it('leaves no trace in the request log, and no error when it is closed', async () => {
    const stream = await open()
    stream.close()
    await fetch(`${tenant.url}/dashboard`)

    expect(tenant.log.entries).toEqual([])
    expect(tenant.events).toEqual([])
  })

  it('ends when the tenant does', async () => {
    const stream = await open()
    await tenant.close()
    await stream.ended
  })

  it('is given to a limited number of pages, and to others once those are gone', async () => {
    const streams = await Promise.all(Array.from({ length: 40 }, open))
    const address = `${tenant.url}/dashboard/live`
    expect((await fetch(address)).status).toBe(503)

    for (const stream of streams) stream.close()
    await expect
      .poll(async () => {
        const response = await fetch(address)
        await response.body?.cancel()
        return response.status
      })
      .toBe(200)
  })
})

describe('who may look', () => {
  const paths = ['/dashboard/live', '/dashboard/dashboard.js']

  it('refuses another name for this machine: it may be somebody’s own', async () => {
    for (const path of [...paths, '/dashboard']) {
      expect(await ask(path, { Host: 'rebound.example.com' })).toBe(403)
      expect(await ask(path, { Host: `rebound.example.com:${new URL(tenant.url).port}` })).toBe(403)
    }
  })

  it('answers at the addresses the tenant listens on', async () => {
    const { port } = new URL(tenant.url)
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      expect(await ask('/dashboard/live', { Host: `${name}:${port}` })).toBe(200)
    }
  })

  it('refuses what pages of other origins ask for, also those of an application', async () => {
    const { host } = new URL(tenant.url)
    for (const path of paths) {
      for (const site of ['cross-site', 'same-site']) {
        expect(await ask(path, { Host: host, 'Sec-Fetch-Site': site })).toBe(403)
      }
      expect(await ask(path, { Host: host, Origin: APP })).toBe(403)
      expect(await ask(path, { Host: host, Origin: 'null' })).toBe(403)
    }
    const response = await fetch(`${tenant.url}/dashboard`, { headers: { Origin: APP } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('lets other pages link to it', async () => {
    const { host } = new URL(tenant.url)
    expect(await ask('/dashboard', { Host: host, 'Sec-Fetch-Site': 'cross-site' })).toBe(200)
  })
})

describe('the buttons', () => {
  it('revoke a family', async () => {
    const token = await newRefreshToken(tenant)
    const stream = await open()
    const name = stream.overview().families[0]?.name
    const response = await act('POST', `families/${name}/revoke`, {})

    expect(response.status).toBe(204)
    expect(await stream.next('family')).toMatchObject({ status: 'revoked', reason: 'dashboard' })
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect((await act('POST', `families/${name}/revoke`, {})).status).toBe(404)
    stream.close()
  })

  it('change the rotation and the leeway of an application', async () => {
    const change = { rotation_type: 'non-rotating', leeway: '4' }
    const stream = await open()
    expect((await act('PATCH', `clients/${CLIENT_ID}`, change)).status).toBe(204)

    expect(await stream.next('clients')).toMatchObject([{ ...change, leeway: 4 }])
    const token = await newRefreshToken(tenant)
    expect((await refresh(tenant, token)).status).toBe(200)
    expect((await refresh(tenant, token)).status).toBe(200)
    stream.close()
  })

  it('say what is wrong with a value', async () => {
    const response = await act('PATCH', `clients/${CLIENT_ID}`, {
      rotation_type: 'rotating',
      leeway: -1,
    })
    expect(response.status).toBe(400)
    expect((await response.json()).message).toContain('leeway')
    for (const body of [undefined, null, [], 'text']) {
      expect((await act('PATCH', `clients/${CLIENT_ID}`, body)).status).toBe(400)
    }
    expect((await act('PATCH', 'clients/nobody', {})).status).toBe(400)
  })

  it('do nothing without the key that only the page has', async () => {
    await newRefreshToken(tenant)
    const stream = await open()
    const name = stream.overview().families[0]?.name
    const wrong = { 'X-Dashboard-Key': 'guess' }

    expect((await act('POST', `families/${name}/revoke`, {}, wrong)).status).toBe(403)
    expect((await act('POST', `families/${name}/revoke`, {}, { Origin: APP })).status).toBe(403)
    expect((await act('DELETE', `families/${name}`, {})).status).toBe(404)
    expect((await act('POST', 'families/%zz/revoke', {})).status).toBe(404)
    stream.close()
    const later = await open()
    expect(later.overview().families[0]?.status).toBe('active')
    later.close()
  })
})
