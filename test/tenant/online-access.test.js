import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { INVALID_PROOF, openDpopApp } from './support/dpop-app.js'
import { post, UNUSABLE } from './support/token-client.js'
import { readJwt } from './support/tokens.js'

/** @typedef {import('../../examples/tenant/start-tenant.js').TenantOptions} TenantOptions */

// The first one loads the engine and creates a key, which takes longer than a test may.
beforeAll(async () => (await startTenant()).close(), 60_000)

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  vi.useRealTimers()
  for (const cleanup of cleanups.reverse()) await cleanup()
  cleanups = []
})

/** @param {TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  return { tenant, app: await openDpopApp(tenant) }
}

const API = { scope: 'openid profile online_access', audience: 'https://api.example.com/' }
const HOUR_MS = 3_600_000

describe('a login with online_access', () => {
  it.each([API, { scope: 'openid online_access' }])(
    'gives a refresh token that can be used again and again: %j',
    async params => {
      const { app } = await start()
      const login = await app.logIn(params)

      expect(login.scope).toBe(params.scope)
      expect(login.token_type).toBe('DPoP')
      for (const _ of [1, 2, 3]) {
        const { status, body } = await app.refresh(login.refresh_token)
        expect(status).toBe(200)
        expect(body).not.toHaveProperty('refresh_token')
        expect(body.scope).toBe(params.scope)
        expect(body.id_token).toBeTruthy()
      }
    },
  )

  it('is refused without a proof, unless the setting allows it', async () => {
    const { tenant, app } = await start()
    const refused = await app.send(await app.newCode(API), undefined)
    tenant.settings.onlineAccessRequiresDpop = false
    const accepted = await app.send(await app.newCode(API), undefined)

    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(tenant.events).toMatchObject([{ type: 'refresh_token_issued' }])
    expect(accepted.body.refresh_token).toBeTruthy()
  })

  it('binds the refresh token to the key', async () => {
    const { app } = await start()
    const { refresh_token } = await app.logIn(API)
    const fields = { grant_type: 'refresh_token', refresh_token }

    expect(await app.send(fields, undefined)).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(refresh_token)).status).toBe(200)
  })

  it('gives no refresh token to a client that may use none', async () => {
    const clients = [{ client_id: CLIENT_ID, origins: [APP], grant_types: ['authorization_code'] }]
    const { app } = await start({ clients })
    const login = await app.logIn(API)

    expect(login).not.toHaveProperty('refresh_token')
    expect(login.scope).toBe('openid profile')
  })

  it('gives a rotating refresh token when offline_access is in the scope too', async () => {
    const { app, tenant } = await start()
    const login = await app.logIn({ scope: 'openid offline_access online_access' })
    await app.browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)
    const { body } = await app.refresh(login.refresh_token)

    expect(body.refresh_token).not.toBe(login.refresh_token)
    expect(tenant.events.map(({ type }) => type)).not.toContain('refresh_token_revoked')
  })
})

describe('online access ends', () => {
  it('with the logout of its browser, at once', async () => {
    const { tenant, app } = await start()
    const other = await openDpopApp(tenant)
    const { refresh_token } = await app.logIn(API)
    const elsewhere = await other.logIn(API)
    await app.browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)

    expect(tenant.events.at(-1)).toMatchObject({
      type: 'refresh_token_revoked',
      reason: 'session_ended',
    })
    expect(await app.refresh(refresh_token)).toMatchObject(UNUSABLE)
    expect((await other.refresh(elsewhere.refresh_token)).status).toBe(200)
  })

  it('for every login of the session, and not before for one of them', async () => {
    const { app } = await start()
    const first = await app.logIn(API)
    const second = await app.logIn({ ...API, prompt: 'login' })
    const before = [await app.refresh(first.refresh_token), await app.refresh(second.refresh_token)]
    await app.browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)
    const after = [await app.refresh(first.refresh_token), await app.refresh(second.refresh_token)]

    expect(before).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(after).toMatchObject([UNUSABLE, UNUSABLE])
  })

  it('when another user signs in in the same browser, whose own access stays', async () => {
    const grace = { sub: 'auth0|grace', email: 'grace@example.com', password: 'hopper' }
    const ada = { sub: 'auth0|ada', ...ADA }
    const { app } = await start({ users: [ada, grace] })
    const { refresh_token } = await app.logIn(API)
    const { url, verifier, request } = app.browser.authorizeUrl({ ...API, prompt: 'login' })
    const page = await app.browser.follow(url)
    // The tenant ends the former session first, with a form that submits itself.
    const { response } = await app.browser.submit(page.response, grace)
    const html = await response.text()
    const inputs = [...html.matchAll(/name="([^"]+)" value="([^"]+)"/g)]
    const { left } = await app.browser.follow(/action="([^"]+)"/.exec(html)?.[1] ?? '', {
      method: 'POST',
      body: new URLSearchParams(inputs.map(([, name = '', value = '']) => [name, value])),
    })
    const fields = {
      grant_type: 'authorization_code',
      code: left?.searchParams.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: request.redirect_uri,
    }
    const { body } = await app.send(fields, await app.prove())

    expect(await app.refresh(refresh_token)).toMatchObject(UNUSABLE)
    expect((await app.refresh(body.refresh_token)).status).toBe(200)
  })

  it('with the lifetime of the session, which a refresh does not prolong', async () => {
    stopClock()
    const { app } = await start({ sessionLifetimeSeconds: 7200 })
    const { refresh_token } = await app.logIn(API)
    passTime(HOUR_MS)
    const refreshed = await app.refresh(refresh_token)
    const silent = await app.browser.authorizeSilently(API)
    passTime(HOUR_MS)

    expect(refreshed.status).toBe(200)
    expect(silent.message.response.code).toBeTruthy()
    expect(await app.refresh(refresh_token)).toMatchObject(UNUSABLE)
    const { message } = await app.browser.authorizeSilently(API)
    expect(message.response.error).toBe('login_required')
  })

  it('with a shorter lifetime that is set while it runs', async () => {
    stopClock()
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    passTime(HOUR_MS)
    tenant.settings.sessionLifetimeSeconds = 600

    expect(await app.refresh(refresh_token)).toMatchObject(UNUSABLE)
  })

  it('with its revocation, which leaves the session alone', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    await post(tenant, '/oauth/revoke', { token: refresh_token })
    const { message } = await app.browser.authorizeSilently(API)

    expect(await app.refresh(refresh_token)).toMatchObject(UNUSABLE)
    expect(message.response.code).toBeTruthy()
  })

  it('after a restart too, if the session has ended before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tenant-online-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const persist = join(folder, 'state.json')
    const { tenant, app } = await start({ persist, keepAlive: false })
    const lasting = await openDpopApp(tenant)
    const ended = await app.logIn(API)
    const kept = await lasting.logIn(API)
    await app.browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)
    await tenant.close()
    await start({ persist, keepAlive: false, port: Number(new URL(tenant.url).port) })

    expect(await app.refresh(ended.refresh_token)).toMatchObject(UNUSABLE)
    expect((await lasting.refresh(kept.refresh_token)).status).toBe(200)
  })

  it('not when the rotation of other refresh tokens is turned on', async () => {
    const { tenant, app } = await start({ rotation: false })
    const online = await app.logIn(API)
    const offline = await app.logIn({ ...API, scope: 'openid offline_access' })
    tenant.settings.rotation = true
    await app.refresh(offline.refresh_token)

    expect((await app.refresh(online.refresh_token)).status).toBe(200)
  })
})

describe('online access after a token exchange', () => {
  it('lasts for the lifetime of a session', async () => {
    stopClock()
    const { app } = await start({
      sessionLifetimeSeconds: 7200,
      tokenExchange: { 'urn:example:legacy': () => ({ sub: 'auth0|ada' }) },
    })
    const fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'x',
      subject_token_type: 'urn:example:legacy',
      scope: 'openid online_access',
    }
    const { body } = await app.send(fields, await app.prove())
    const again = await app.refresh(body.refresh_token)
    passTime(2 * HOUR_MS)

    expect(again.status).toBe(200)
    expect(again.body).not.toHaveProperty('refresh_token')
    expect(await app.refresh(body.refresh_token)).toMatchObject(UNUSABLE)
  })
})

describe('session_expiry', () => {
  it('is in ID tokens when the setting says so, and a refresh does not move it', async () => {
    stopClock()
    const { tenant, app } = await start({ sessionExpiryClaim: true })
    const login = await app.logIn(API)
    passTime(HOUR_MS)
    const { body } = await app.refresh(login.refresh_token)
    tenant.settings.sessionExpiryClaim = false
    const { body: without } = await app.refresh(login.refresh_token)
    const { auth_time: authTime, session_expiry: expiry } = readJwt(login.id_token).claims

    expect(expiry).toBe(Number(authTime) + 3 * 86_400)
    expect(readJwt(body.id_token).claims.session_expiry).toBe(expiry)
    expect(readJwt(without.id_token).claims).not.toHaveProperty('session_expiry')
  })
})
