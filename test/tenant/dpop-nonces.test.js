import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { openDpopApp } from './support/dpop-app.js'

/** @typedef {import('../../examples/tenant/start-tenant.js').TenantOptions} TenantOptions */

// The first one loads the engine and creates a key, which takes longer than a test may.
beforeAll(async () => (await startTenant()).close(), 60_000)

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(cleanups.map(cleanup => cleanup()))
  cleanups = []
})

/** @param {TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  return { tenant, app: await openDpopApp(tenant) }
}

const API = { scope: 'openid offline_access', audience: 'https://api.example.com/' }

const NONCE_WANTED = {
  status: 400,
  nonce: expect.any(String),
  body: { error: 'use_dpop_nonce' },
}

/**
 * @param {import('./support/browser.js').Tenant} tenant
 * @param {string} path
 * @param {{ method: string, body?: string }} init
 */
const ask = ({ url, managementToken }, path, init) =>
  fetch(`${url}/_tenant/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${managementToken}` },
  })

describe('nonces of the token endpoint', () => {
  it('are required from the moment the setting says so, and no longer when it is off', async () => {
    const { tenant, app } = await start({ rotation: false })
    const { refresh_token } = await app.logIn(API)
    tenant.settings.requireDpopNonce = true
    const refused = await app.refresh(refresh_token)
    const accepted = await app.refresh(refresh_token, { nonce: refused.nonce })
    tenant.settings.requireDpopNonce = false
    const without = await app.refresh(refresh_token)
    const withOld = await app.refresh(refresh_token, { nonce: refused.nonce })

    expect(refused).toMatchObject(NONCE_WANTED)
    expect(accepted).toMatchObject({ status: 200, nonce: expect.any(String) })
    expect(without).toMatchObject({ status: 200, nonce: undefined })
    expect(withOld).toMatchObject({ status: 200, nonce: undefined })
  })

  it('are required through the API of the tenant', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    const body = JSON.stringify({ requireDpopNonce: true })
    const patched = await ask(tenant, 'settings', { method: 'PATCH', body })

    expect(await patched.json()).toMatchObject({ requireDpopNonce: true })
    expect(await app.refresh(refresh_token)).toMatchObject(NONCE_WANTED)
  })

  it('do not spend a refresh token or a code by being required', async () => {
    const { tenant, app } = await start({ requireDpopNonce: true })
    const code = await app.newCode(API)
    const { nonce } = await app.send(code, await app.prove())
    const login = await app.send(code, await app.prove({ nonce: nonce ?? '' }))
    const { refresh_token } = login.body
    const refused = await app.refresh(refresh_token, { nonce: 'unknown' })

    expect(login.status).toBe(200)
    expect(refused).toMatchObject(NONCE_WANTED)
    expect(tenant.events.map(({ type }) => type)).toEqual(['refresh_token_issued'])
    expect((await app.refresh(refresh_token, { nonce: refused.nonce })).status).toBe(200)
  })

  it('come with every success, and can be read by the page with the challenge', async () => {
    const { app } = await start({ requireDpopNonce: true, rotation: false })
    const code = await app.newCode(API)
    const first = await app.send(code, await app.prove())
    const login = await app.send(code, await app.prove({ nonce: first.nonce ?? '' }))
    const again = await app.refresh(login.body.refresh_token, { nonce: login.nonce })

    expect(login).toMatchObject({ status: 200, nonce: expect.any(String) })
    expect(again).toMatchObject({ status: 200, nonce: expect.any(String) })
    for (const { headers } of [first, login, again]) {
      expect(headers.get('access-control-allow-origin')).toBe(APP)
      expect(headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
      expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    }
  })

  it('change with time, and the one before stays valid for some minutes', async () => {
    stopClock()
    const { app } = await start({ requireDpopNonce: true, rotation: false })
    const code = await app.newCode(API)
    const { nonce: first } = await app.send(code, await app.prove())
    passTime(61_000)
    const login = await app.send(code, await app.prove({ nonce: first ?? '' }))

    // A code lives for a minute, so this one has expired; the nonce has not.
    expect(login).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(login.nonce).not.toBe(first)
    const { body } = await app.send(
      await app.newCode(API),
      await app.prove({ nonce: login.nonce ?? '' }),
    )
    expect(await app.refresh(body.refresh_token, { nonce: first })).toMatchObject({ status: 200 })
    passTime(300_000)
    expect(await app.refresh(body.refresh_token, { nonce: login.nonce })).toMatchObject(
      NONCE_WANTED,
    )
  })

  it('can all be made invalid at once, while requests are under way', async () => {
    const { tenant, app } = await start({ requireDpopNonce: true, rotation: false })
    const code = await app.newCode(API)
    const { nonce } = await app.send(code, await app.prove())
    const { body } = await app.send(code, await app.prove({ nonce: nonce ?? '' }))
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'before' })
    const calls = Array.from({ length: 20 }, () => app.refresh(body.refresh_token, { nonce }))
    await hold.arrived(20)
    tenant.dpopNonces.rotate()
    hold.release()
    const answers = await Promise.all(calls)

    expect(answers).toMatchObject(Array(20).fill(NONCE_WANTED))
    const [{ nonce: next } = { nonce: undefined }] = answers
    expect(next).not.toBe(nonce)
    expect((await app.refresh(body.refresh_token, { nonce: next })).status).toBe(200)
  })

  it('can be made invalid through the API of the tenant', async () => {
    const { tenant, app } = await start({ requireDpopNonce: true, rotation: false })
    const code = await app.newCode(API)
    const { nonce } = await app.send(code, await app.prove())
    const { body } = await app.send(code, await app.prove({ nonce: nonce ?? '' }))
    const { status } = await ask(tenant, 'dpop-nonces/rotate', { method: 'POST' })

    expect(status).toBe(204)
    expect(await app.refresh(body.refresh_token, { nonce })).toMatchObject(NONCE_WANTED)
  })

  it('are not asked of a request without a proof', async () => {
    const { app } = await start({ requireDpopNonce: true })
    const login = await app.send(await app.newCode(API), undefined)

    expect(login).toMatchObject({ status: 200, nonce: undefined, body: { token_type: 'Bearer' } })
  })
})

describe('a fault that always requires another nonce', () => {
  it('never accepts the nonce that it sends', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    tenant.faults.add({ endpoint: 'token', useDpopNonce: 'new-nonce' })
    const first = await app.refresh(refresh_token)
    const second = await app.refresh(refresh_token, { nonce: first.nonce })
    tenant.faults.clear()

    expect(first).toMatchObject(NONCE_WANTED)
    expect(second).toMatchObject(NONCE_WANTED)
    expect(second.nonce).not.toBe(first.nonce)
    expect(first.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    expect((await app.refresh(refresh_token)).status).toBe(200)
  })

  it('can send no nonce at all', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    tenant.faults.add({ endpoint: 'token', useDpopNonce: 'no-nonce', times: 1 })

    expect(await app.refresh(refresh_token)).toMatchObject({ ...NONCE_WANTED, nonce: undefined })
    expect((await app.refresh(refresh_token)).status).toBe(200)
  })

  it('sends a challenge from the userinfo endpoint', async () => {
    const { tenant } = await start()
    tenant.faults.add({ endpoint: 'userinfo', useDpopNonce: 'new-nonce' })
    const response = await fetch(`${tenant.url}/userinfo`, { headers: { origin: APP } })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"')
    expect(response.headers.get('dpop-nonce')).toBeTruthy()
  })

  it('has no other body', async () => {
    const { tenant } = await start()

    expect(() =>
      tenant.faults.add({ endpoint: 'token', useDpopNonce: 'no-nonce', body: 'x' }),
    ).toThrow('useDpopNonce')
  })
})

describe('a preflight of the token endpoint', () => {
  it('allows the header of the proof', async () => {
    const { tenant } = await start()
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'OPTIONS',
      headers: {
        origin: APP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'dpop,auth0-client',
      },
    })

    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toContain('dpop')
  })
})
