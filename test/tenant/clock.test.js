import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { logIn, redeemCode, refresh } from './support/token-client.js'
import { readJwt, verifySignature } from './support/tokens.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => tenant.close())

const API = { audience: 'urn::x', scope: 'openid offline_access', max_age: '1000' }

describe.each([3600, -3600])('a clock that is off by %i seconds', offset => {
  beforeEach(() => {
    tenant.settings.clockOffsetSeconds = offset
  })

  it('is used for the times in tokens, which are signed as usual', async () => {
    const { id_token, access_token, expires_in } = await logIn(tenant, API)
    const now = Math.floor(Date.now() / 1000) + offset
    const { iat, exp, auth_time } = readJwt(id_token).claims
    const access = readJwt(access_token).claims

    for (const seconds of [iat, auth_time, access.iat]) {
      expect(Math.abs(Number(seconds) - now)).toBeLessThanOrEqual(2)
    }
    expect(Number(exp) - Number(iat)).toBe(36_000)
    expect(Number(access.exp) - Number(access.iat)).toBe(86_400)
    expect(expires_in).toBe(86_400)
    await expect(verifySignature(tenant, id_token)).resolves.toBeTruthy()
    await expect(verifySignature(tenant, access_token)).resolves.toBeTruthy()
  })

  it('is used for the Date header of every response', async () => {
    const { headers } = await fetch(`${tenant.url}/.well-known/jwks.json`)
    const off = Date.parse(headers.get('date') ?? '') - Date.now()

    expect(Math.abs(off - offset * 1000)).toBeLessThanOrEqual(2000)
  })

  it('does not affect the lifetime of codes, sessions and tokens', async () => {
    const browser = openBrowser(tenant)
    const { answer, verifier } = await browser.authorize(API)
    const { status, body } = await redeemCode(tenant, { code: answer.code, verifier })
    const silent = await browser.authorizeSilently({ max_age: '100' })
    const headers = { authorization: `Bearer ${body.access_token}` }

    expect(status).toBe(200)
    expect(silent.message.response.code).toBeTruthy()
    expect((await refresh(tenant, body.refresh_token)).status).toBe(200)
    expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(200)
  })

  it('is correct again when the offset is removed', async () => {
    tenant.settings.clockOffsetSeconds = 0
    const { id_token } = await logIn(tenant, API)
    const { headers } = await fetch(`${tenant.url}/.well-known/jwks.json`)

    expect(Math.abs(Number(readJwt(id_token).claims.iat) - Date.now() / 1000)).toBeLessThan(3)
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(2000)
  })
})
