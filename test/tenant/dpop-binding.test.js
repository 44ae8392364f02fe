import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { createDpopKey } from './support/dpop.js'
import { INVALID_PROOF, openDpopApp } from './support/dpop-app.js'
import { UNUSABLE } from './support/token-client.js'
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

const OFFLINE = { scope: 'openid offline_access' }
const API = { ...OFFLINE, audience: 'https://api.example.com/' }

/** @param {import('./support/browser.js').Tenant} tenant */
const eventTypes = tenant => tenant.events.map(({ type }) => type)

/** @param {string} refreshToken */
const refreshFields = refreshToken => ({
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
})

describe('a refresh token that was issued for a proof', () => {
  it.each([true, false])(
    'works with proofs by its key only, and a refusal spends nothing (rotation: %s)',
    async rotation => {
      const { tenant, app } = await start({ rotation })
      const { refresh_token } = await app.logIn(API)
      const stranger = await createDpopKey()
      const fields = refreshFields(refresh_token)

      expect(await app.send(fields, undefined)).toMatchObject(INVALID_PROOF)
      expect(await app.send(fields, await stranger.prove(app.tokenUrl))).toMatchObject(
        INVALID_PROOF,
      )
      expect(eventTypes(tenant)).toEqual(['refresh_token_issued'])
      const { status, body } = await app.refresh(refresh_token)
      expect(status).toBe(200)
      expect(body.token_type).toBe('DPoP')
      expect(readJwt(body.access_token).claims.cnf).toEqual({ jkt: app.key.thumbprint })
    },
  )

  it('stays bound when it is rotated', async () => {
    const { app } = await start()
    const { refresh_token } = await app.logIn(API)
    const { body } = await app.refresh(refresh_token)

    expect(await app.send(refreshFields(body.refresh_token), undefined)).toMatchObject(
      INVALID_PROOF,
    )
    expect((await app.refresh(body.refresh_token)).status).toBe(200)
  })

  it('stays bound after it was spent, within the leeway and later', async () => {
    stopClock()
    const { tenant, app } = await start({ leewaySeconds: 10 })
    const { refresh_token: first } = await app.logIn(API)
    const { body } = await app.refresh(first)

    expect(await app.send(refreshFields(first), undefined)).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(first)).status).toBe(200)
    passTime(11_000)
    expect(await app.send(refreshFields(first), undefined)).toMatchObject(INVALID_PROOF)
    expect(eventTypes(tenant)).not.toContain('refresh_token_reused')
    expect((await app.refresh(body.refresh_token)).status).toBe(200)
  })

  it('revokes its family when it is reused with a proof by its key', async () => {
    const { app } = await start()
    const { refresh_token: first } = await app.logIn(API)
    const { body } = await app.refresh(first)

    expect(await app.refresh(first)).toMatchObject(UNUSABLE)
    expect(await app.refresh(body.refresh_token)).toMatchObject(UNUSABLE)
  })

  it('stays bound over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tenant-dpop-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const persist = join(folder, 'state.json')
    const { tenant, app } = await start({ persist, keepAlive: false })
    const { refresh_token } = await app.logIn(API)
    const usedProof = await app.prove()
    const { body } = await app.send(refreshFields(refresh_token), usedProof)
    await tenant.close()
    await start({ persist, keepAlive: false, port: Number(new URL(tenant.url).port) })
    const fields = refreshFields(body.refresh_token)

    expect(await app.send(fields, undefined)).toMatchObject(INVALID_PROOF)
    expect(await app.send(fields, usedProof)).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(body.refresh_token)).status).toBe(200)
  })

  it('stays bound when rotation is turned on and off', async () => {
    const { tenant, app } = await start({ rotation: false })
    const { refresh_token } = await app.logIn(API)
    tenant.settings.rotation = true
    const { body } = await app.refresh(refresh_token)
    tenant.settings.rotation = false
    const migrated = await app.refresh(body.refresh_token)

    expect(migrated.status).toBe(200)
    expect(await app.send(refreshFields(migrated.body.refresh_token), undefined)).toMatchObject(
      INVALID_PROOF,
    )
  })
})

describe('a refresh token of a login without a proof', () => {
  it('works with a proof, for a bound access token, and stays unbound', async () => {
    const { app } = await start()
    const { body: login } = await app.send(await app.newCode(API), undefined)
    const bound = await app.refresh(login.refresh_token)
    const unbound = await app.send(refreshFields(bound.body.refresh_token), undefined)

    expect(login.token_type).toBe('Bearer')
    expect(bound.body.token_type).toBe('DPoP')
    expect(unbound.body.token_type).toBe('Bearer')
    expect(readJwt(unbound.body.access_token).claims).not.toHaveProperty('cnf')
  })
})

describe('a code that was requested with dpop_jkt', () => {
  it('is redeemed with a proof by that key', async () => {
    const { app } = await start()
    const code = await app.newCode({ ...API, dpop_jkt: app.key.thumbprint })

    expect(await app.send(code, await app.prove())).toMatchObject({
      status: 200,
      body: { token_type: 'DPoP' },
    })
  })

  it('is refused without a proof and with one by another key', async () => {
    const { app } = await start()
    const stranger = await createDpopKey()

    for (const proof of [undefined, await stranger.prove(app.tokenUrl)]) {
      const code = await app.newCode({ ...API, dpop_jkt: app.key.thumbprint })
      expect(await app.send(code, proof)).toMatchObject(INVALID_PROOF)
    }
  })
})

describe('a proof at the token endpoint', () => {
  it('is accepted once, also by two requests at the same time', async () => {
    const { tenant, app } = await start({ rotation: false })
    const { refresh_token } = await app.logIn(API)
    const proof = await app.prove()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => app.send(refreshFields(refresh_token), proof)),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    expect(answers.filter(({ status }) => status === 400)).toMatchObject(
      Array(4).fill(INVALID_PROOF),
    )
    expect(tenant.events.filter(({ type }) => type === 'refresh_token_kept')).toHaveLength(1)
  })

  it('does not spend the code or the refresh token when it is a copy', async () => {
    const { app } = await start()
    const code = await app.newCode(API)
    const proof = await app.prove()
    await app.send(await app.newCode(API), proof)

    expect(await app.send(code, proof)).toMatchObject(INVALID_PROOF)
    const { status, body } = await app.send(code, await app.prove())
    expect(status).toBe(200)
    expect(await app.send(refreshFields(body.refresh_token), proof)).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(body.refresh_token)).status).toBe(200)
  })

  it.each([
    ['too old', -301],
    ['from the future', 301],
  ])('is refused when it is %s', async (_what, seconds) => {
    const { app } = await start()
    const { refresh_token } = await app.logIn(API)
    const iat = Math.floor(Date.now() / 1000) + seconds

    for (const nonce of [undefined, 'nonce-of-an-earlier-time']) {
      const proof = await app.prove({ claims: { iat, ...(nonce && { nonce }) } })
      expect(await app.send(refreshFields(refresh_token), proof)).toMatchObject(INVALID_PROOF)
    }
    expect((await app.refresh(refresh_token)).status).toBe(200)
  })

  it.each(['x', 'a.b.c', '..', 'e30.e30.e30'])('is refused when it is %j', async proof => {
    const { app } = await start()
    const { refresh_token } = await app.logIn(API)

    expect(await app.send(refreshFields(refresh_token), proof)).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(refresh_token)).status).toBe(200)
  })

  it('may be one of two headers in no request', async () => {
    const { app } = await start()
    const { refresh_token } = await app.logIn(API)
    const both = `${await app.prove()}, ${await app.prove()}`

    expect(await app.send(refreshFields(refresh_token), both)).toMatchObject(INVALID_PROOF)
  })
})

describe('the log of a tenant', () => {
  it('shows which requests had a proof, also those that were not answered by the tenant', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    tenant.faults.add({ endpoint: 'token', useDpopNonce: 'no-nonce', times: 1 })
    await app.refresh(refresh_token)
    await app.send(refreshFields(refresh_token), undefined)

    expect(tenant.log.count({ endpoint: 'token', hasProof: true })).toBe(2)
    expect(tenant.log.count({ endpoint: 'token' })).toBe(3)
  })
})

describe('a tenant that ignores proofs', () => {
  it('answers Bearer to a login, and the session stays unbound', async () => {
    const { tenant, app } = await start({ ignoreDpopProofs: true })
    const login = await app.logIn({ ...API, dpop_jkt: app.key.thumbprint })
    tenant.settings.ignoreDpopProofs = false

    expect(login.token_type).toBe('Bearer')
    expect(readJwt(login.access_token).claims).not.toHaveProperty('cnf')
    expect((await app.send(refreshFields(login.refresh_token), undefined)).status).toBe(200)
  })

  it('answers Bearer to the refresh of a bound session, which stays bound', async () => {
    const { tenant, app } = await start()
    const { refresh_token } = await app.logIn(API)
    tenant.settings.ignoreDpopProofs = true
    const downgraded = await app.refresh(refresh_token)
    const { refresh_token: second } = downgraded.body
    tenant.settings.ignoreDpopProofs = false

    expect(downgraded.body.token_type).toBe('Bearer')
    expect(readJwt(downgraded.body.access_token).claims).not.toHaveProperty('cnf')
    expect(await app.send(refreshFields(second), undefined)).toMatchObject(INVALID_PROOF)
    expect(await app.refresh(second)).toMatchObject({ status: 200, body: { token_type: 'DPoP' } })
  })
})
