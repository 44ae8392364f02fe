import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENTS } from './support/browser.js'
import { logIn, refresh } from './support/token-client.js'
import { publishedKids, readJwt } from './support/tokens.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => tenant.faults.clear())
afterAll(() => tenant.close())

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
const ask = async (method, path, body) => {
  const response = await fetch(`${tenant.url}/_tenant/${path}`, {
    method,
    headers: { authorization: `Bearer ${tenant.managementToken}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

describe('faults', () => {
  it('are added, listed with their uses, and removed one by one', async () => {
    const fault = { endpoint: 'token', status: 503, json: { error: 'busy' } }
    const added = await ask('POST', 'faults', fault)
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({ ...fault, name: 'status 503, json', uses: 0 })

    expect(await refresh(tenant, 'x')).toEqual({ status: 503, body: { error: 'busy' } })
    expect((await ask('GET', 'faults')).body).toEqual([{ ...added.body, uses: 1 }])
    expect(await ask('DELETE', `faults/${added.body.id}`)).toEqual({ status: 204 })
    expect((await refresh(tenant, 'x')).status).toBe(400)
    expect((await ask('DELETE', `faults/${added.body.id}`)).status).toBe(404)
  })

  it('are removed all at once, and let go whoever they held', async () => {
    await ask('POST', 'faults', { endpoint: 'token', hold: 'before' })
    const held = refresh(tenant, 'x')
    await expect.poll(async () => (await ask('GET', 'faults')).body[0].uses).toBe(1)

    expect((await ask('DELETE', 'faults')).status).toBe(204)
    expect((await held).status).toBe(400)
    expect((await ask('GET', 'faults')).body).toEqual([])
  })

  it('that make no sense are refused, with what is wrong', async () => {
    const fault = { endpoint: 'tokens', status: '503', colour: 'blue' }
    const { status, body } = await ask('POST', 'faults', fault)

    expect(status).toBe(400)
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' })
    expect(body.problems.map((/** @type {{ path: string }} */ { path }) => path).sort()).toEqual([
      'colour',
      'endpoint',
      'status',
    ])
    expect(tenant.faults.active()).toEqual([])
  })
})

describe('settings', () => {
  it('are told and changed while the tenant runs', async () => {
    const { refresh_token } = await logIn(tenant, { scope: 'openid offline_access' })
    const { status, body } = await ask('PATCH', 'settings', { accessTokenLifetimeSeconds: 11 })

    expect(status).toBe(200)
    expect(body).toEqual(tenant.settings)
    expect((await ask('GET', 'settings')).body).toMatchObject({ accessTokenLifetimeSeconds: 11 })
    expect((await refresh(tenant, refresh_token)).body.expires_in).toBe(11)
  })

  it('stay as they are when one of them does not fit', async () => {
    const before = { ...tenant.settings }
    const patch = { leewaySeconds: 5, rotation: 'yes', clockOffsetSeconds: 1.5, colour: 'blue' }
    const { status, body } = await ask('PATCH', 'settings', patch)

    expect(status).toBe(400)
    expect(body.problems).toEqual([
      { path: 'rotation', message: 'must be true or false' },
      { path: 'clockOffsetSeconds', message: 'must be a whole number of seconds' },
      { path: 'colour', message: 'is not a setting' },
    ])
    expect(tenant.settings).toEqual(before)
  })

  it('can be patched one and all', async () => {
    const { body } = await ask('GET', 'settings')

    expect((await ask('PATCH', 'settings', body)).status).toBe(200)
  })
})

describe('keys', () => {
  it('are rotated, keeping the old one unless told otherwise', async () => {
    const before = await publishedKids(tenant)
    const kept = await ask('POST', 'keys/rotate')
    expect(await publishedKids(tenant)).toEqual([kept.body.kid, ...before])

    const alone = await ask('POST', 'keys/rotate', { keepOld: false })
    expect(await publishedKids(tenant)).toEqual([alone.body.kid])
    expect(readJwt((await logIn(tenant)).id_token).header.kid).toBe(alone.body.kid)
    expect((await ask('POST', 'keys/rotate', { keepOld: 'no' })).status).toBe(400)
  })
})

describe('what happened', () => {
  it('is told by the log and the events, which the API itself is not in', async () => {
    await ask('DELETE', 'log')
    await logIn(tenant, { scope: 'openid offline_access' })
    const log = (await ask('GET', 'log')).body
    const events = (await ask('GET', 'events')).body

    expect(log).toEqual(tenant.log.entries)
    expect(log.at(-1)).toMatchObject({ endpoint: 'token', status: 200 })
    expect(JSON.stringify(log)).not.toContain('_tenant')
    expect(events).toEqual(tenant.events)
    expect(events.at(-1)).toMatchObject({ type: 'refresh_token_issued' })
  })
})

describe('who may use it', () => {
  it.each([
    ['without a token', {}],
    ['with another token', { authorization: 'Bearer something' }],
    ['with an empty token', { authorization: 'Bearer ' }],
    ['with the token in another scheme', { authorization: 'Basic x' }],
  ])('is not somebody %s', async (_who, headers) => {
    for (const path of ['faults', 'log', 'nothing']) {
      const response = await fetch(`${tenant.url}/_tenant/${path}`, { headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toMatchObject({ statusCode: 401, error: 'Unauthorized' })
    }
  })

  it('is no page, since nothing of it can be read across origins', async () => {
    const authorization = `Bearer ${tenant.managementToken}`
    const preflight = await fetch(`${tenant.url}/_tenant/faults`, {
      method: 'OPTIONS',
      headers: {
        origin: APP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
    const answer = await fetch(`${tenant.url}/_tenant/faults`, {
      headers: { origin: APP, authorization },
    })

    expect(preflight.ok).toBe(false)
    for (const { headers } of [preflight, answer]) {
      expect([...headers.keys()].filter(name => name.startsWith('access-control-'))).toEqual([])
    }
  })
})

describe('a request it does not understand', () => {
  it('is answered in JSON, with what would be understood', async () => {
    const headers = { authorization: `Bearer ${tenant.managementToken}` }
    const init = { method: 'POST', headers, body: '{"endpoint":' }
    const broken = await fetch(`${tenant.url}/_tenant/faults`, init)
    const wrongMethod = await fetch(`${tenant.url}/_tenant/events`, { method: 'PUT', headers })

    expect(broken.status).toBe(400)
    expect(await broken.json()).toMatchObject({ message: 'The request body is not a JSON object.' })
    expect(wrongMethod.status).toBe(405)
    expect(wrongMethod.headers.get('allow')).toBe('GET')
    expect((await ask('GET', 'nothing')).status).toBe(404)
    expect((await ask('GET', 'toString')).status).toBe(404)
    expect((await ask('GET', 'faults/a/b')).status).toBe(404)
    expect((await ask('POST', 'faults', [])).status).toBe(400)
  })
})
