import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS } from './support/browser.js'
import { DAY_MS, passTime, stopClock } from './support/clock.js'
import { logIn, newRefreshToken, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(structuredClone(CLIENTS))
  stopClock()
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

/**
 * @param {string} token
 * @returns {Promise<string>} the token to go on with
 */
const exchange = async token => {
  const { status, body } = await refresh(tenant, token)
  expect(status).toBe(200)
  return body.refresh_token ?? token
}

/** @param {Partial<import('../../examples/tenant/settings/refresh-token-settings.js').RefreshTokenSettings>} settings */
const configureClient = settings =>
  Object.assign(tenant.clients[0] ?? {}, { refresh_token: settings })

const lastEvent = () => tenant.events.at(-1)

describe('the absolute lifetime', () => {
  it('counts from the login, however often the token was rotated', async () => {
    tenant.settings.refreshTokenLifetimeSeconds = 100
    let token = await newRefreshToken(tenant)
    passTime(99_000)
    token = await exchange(await exchange(token))
    passTime(1_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect(lastEvent()).toMatchObject({
      type: 'refresh_token_expired',
      reason: 'absolute_lifetime',
    })
  })

  it('is 30 days unless set', async () => {
    const [one, other] = [await newRefreshToken(tenant), await newRefreshToken(tenant)]
    passTime(30 * DAY_MS - 1)
    await exchange(one)
    passTime(1)

    expect(await refresh(tenant, other)).toEqual(UNUSABLE)
  })

  it('ends tokens that do not rotate, too', async () => {
    tenant.settings.rotation = false
    tenant.settings.refreshTokenLifetimeSeconds = 100
    const token = await newRefreshToken(tenant)
    passTime(99_999)
    await exchange(token)
    passTime(1)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('survives a migration there and back', async () => {
    tenant.settings.refreshTokenLifetimeSeconds = 100
    let token = await newRefreshToken(tenant)
    for (const rotation of [false, true]) {
      passTime(40_000)
      tenant.settings.rotation = rotation
      token = await exchange(token)
    }
    passTime(20_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('ends older tokens as soon as it is made shorter', async () => {
    const token = await newRefreshToken(tenant)
    passTime(100_000)
    tenant.settings.refreshTokenLifetimeSeconds = 100

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('extends tokens that are still active when it is made longer', async () => {
    tenant.settings.refreshTokenLifetimeSeconds = 100
    const token = await newRefreshToken(tenant)
    passTime(99_000)
    tenant.settings.refreshTokenLifetimeSeconds = 90 * 86_400
    passTime(89 * DAY_MS)

    await exchange(await exchange(token))
  })

  it('does not reactivate ended tokens when it is made longer', async () => {
    tenant.settings.refreshTokenLifetimeSeconds = 100
    const token = await newRefreshToken(tenant)
    passTime(100_001)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    tenant.settings.refreshTokenLifetimeSeconds = 3600
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('can be set for one client', async () => {
    configureClient({ token_lifetime: 5 })
    const token = await newRefreshToken(tenant)
    passTime(5_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })
})

describe('the idle lifetime', () => {
  it.each([true, false])('starts anew with every exchange (with rotation: %s)', async rotation => {
    tenant.settings.rotation = rotation
    tenant.settings.refreshTokenIdleLifetimeSeconds = 60
    let token = await newRefreshToken(tenant)
    for (let exchanges = 0; exchanges < 4; exchanges += 1) {
      passTime(59_999)
      token = await exchange(token)
    }
    passTime(60_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect(lastEvent()).toMatchObject({ type: 'refresh_token_expired', reason: 'idle_lifetime' })
  })

  it('can be set for one client', async () => {
    configureClient({ idle_token_lifetime: 60 })
    const token = await newRefreshToken(tenant)
    passTime(60_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('does not extend the absolute one', async () => {
    tenant.settings.refreshTokenIdleLifetimeSeconds = 60
    tenant.settings.refreshTokenLifetimeSeconds = 100
    let token = await newRefreshToken(tenant)
    passTime(50_000)
    token = await exchange(token)
    passTime(50_000)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect(lastEvent()).toMatchObject({ reason: 'absolute_lifetime' })
  })

  it('is off unless set', async () => {
    const token = await newRefreshToken(tenant)
    passTime(29 * DAY_MS)

    await exchange(token)
  })
})

describe('non-expiring tokens', () => {
  it.each([true, false])('outlive every lifetime (with rotation: %s)', async rotation => {
    tenant.settings.rotation = rotation
    tenant.settings.refreshTokenLifetimeSeconds = 100
    tenant.settings.refreshTokenIdleLifetimeSeconds = 100
    configureClient({ expiration_type: 'non-expiring', token_lifetime: 5, idle_token_lifetime: 5 })
    let token = await newRefreshToken(tenant)
    for (let exchanges = 0; exchanges < 3; exchanges += 1) {
      passTime(3 * 365 * DAY_MS)
      token = await exchange(token)
    }
  })

  it('end when they are set to expire', async () => {
    configureClient({ expiration_type: 'non-expiring' })
    const token = await newRefreshToken(tenant)
    passTime(31 * DAY_MS)
    configureClient({ expiration_type: 'expiring' })

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('still carry the organization of the login years later', async () => {
    configureClient({ expiration_type: 'non-expiring' })
    const params = { organization: 'org_aBc', scope: 'openid offline_access' }
    const { refresh_token } = await logIn(tenant, params)
    passTime(1000 * DAY_MS)
    const { body } = await refresh(tenant, refresh_token)

    expect(decodeJwt(body.id_token)).toMatchObject({ org_id: 'org_aBc' })
  })
})
