import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../../examples/tenant/start-tenant.js'
import { CLIENTS } from './support/browser.js'
import { newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

/** From now on only the test moves the clock; timers and sockets go on as usual. */
const stopClock = () => vi.useFakeTimers({ toFake: ['Date'] })

/** @param {number} ms */
const passTime = ms => vi.setSystemTime(Date.now() + ms)

/** @param {string} token */
const exchange = async token => {
  const answer = await refresh(tenant, token)
  expect(answer.status).toBe(200)
  return answer.body.refresh_token
}

const eventTypes = () => tenant.events.map(({ type }) => type)

describe('rotation', () => {
  it('issues a new refresh token, an access token and an ID token with every exchange', async () => {
    const first = await newRefreshToken(tenant)
    const { status, body } = await refresh(tenant, first)

    expect(status).toBe(200)
    expect(body.refresh_token).toBeTruthy()
    expect(body.refresh_token).not.toBe(first)
    expect(body.access_token).toBeTruthy()
    expect(body.id_token).toBeTruthy()
    await exchange(await exchange(body.refresh_token))
    expect(eventTypes()).toEqual([
      'refresh_token_issued',
      'refresh_token_rotated',
      'refresh_token_rotated',
      'refresh_token_rotated',
    ])
  })

  it('revokes the family at once when a spent token is presented', async () => {
    const first = await newRefreshToken(tenant)
    const second = await exchange(first)
    const third = await exchange(second)

    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    expect(await refresh(tenant, third)).toEqual(UNUSABLE)
    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
    expect(eventTypes().filter(type => type === 'refresh_token_reused')).toHaveLength(1)
  })

  it('leaves the families of other logins alone', async () => {
    const [stolen, other] = [await newRefreshToken(tenant), await newRefreshToken(tenant)]
    await exchange(stolen)

    expect(await refresh(tenant, stolen)).toEqual(UNUSABLE)
    await exchange(other)
  })

  it('answers an unknown token with the same words', async () => {
    expect(await refresh(tenant, 'never-issued')).toEqual(UNUSABLE)
  })

  it('refuses a token of another client without spending it', async () => {
    tenant.clients.push({ client_id: 'other-app', origins: ['http://localhost:4100'] })
    const token = await newRefreshToken(tenant)
    const response = await post(tenant, '/oauth/token', {
      client_id: 'other-app',
      grant_type: 'refresh_token',
      refresh_token: token,
    })

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual(UNUSABLE.body)
    await exchange(token)
  })

  it('lets one of two simultaneous exchanges win, and then revokes the family', async () => {
    const token = await newRefreshToken(tenant)
    const answers = await Promise.all([refresh(tenant, token), refresh(tenant, token)])
    const winners = answers.filter(({ status }) => status === 200)

    expect(winners).toHaveLength(1)
    expect(answers.find(({ status }) => status !== 200)).toEqual(UNUSABLE)
    expect(await refresh(tenant, winners[0]?.body.refresh_token ?? '')).toEqual(UNUSABLE)
  })
})

describe('leeway', () => {
  it('lets the previous token be used again within the window, for a new token each time', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    const second = await exchange(first)
    const sibling = await exchange(first)

    expect(sibling).not.toBe(second)
    expect(sibling).not.toBe(first)
    await exchange(sibling)
    expect(tenant.events).toContainEqual(
      expect.objectContaining({ type: 'refresh_token_rotated', withinLeeway: true }),
    )
  })

  it('revokes the family for the second to last token, even within the window', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    const second = await exchange(first)
    const third = await exchange(second)

    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    expect(await refresh(tenant, third)).toEqual(UNUSABLE)
    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
  })

  it('lets simultaneous exchanges all win within the window', async () => {
    tenant.settings.leewaySeconds = 60
    const token = await newRefreshToken(tenant)
    const answers = await Promise.all([1, 2, 3].map(() => refresh(tenant, token)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(3)
  })

  it('ends with the window, which using the previous token does not prolong', async () => {
    stopClock()
    tenant.settings.leewaySeconds = 10
    const first = await newRefreshToken(tenant)
    await exchange(first)
    passTime(9_000)
    await exchange(first)
    passTime(1_001)

    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
  })

  it('is over as soon as the setting is taken back', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    await exchange(first)
    tenant.settings.leewaySeconds = 0

    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
  })
})

describe('rotation turned off', () => {
  it('keeps the same token working and returns no other', async () => {
    tenant.settings.rotation = false
    const token = await newRefreshToken(tenant)
    for (const _ of [1, 2, 3]) {
      const { status, body } = await refresh(tenant, token)
      expect(status).toBe(200)
      expect(body.access_token).toBeTruthy()
      expect(body).not.toHaveProperty('refresh_token')
    }
  })

  it('rotates from the next exchange on when it is turned on again', async () => {
    tenant.settings.rotation = false
    const token = await newRefreshToken(tenant)
    await refresh(tenant, token)
    tenant.settings.rotation = true
    await exchange(token)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })
})

describe('expiry', () => {
  it('counts from the login, however often the token was rotated', async () => {
    stopClock()
    tenant.settings.refreshTokenLifetimeSeconds = 100
    let token = await newRefreshToken(tenant)
    passTime(99_000)
    token = await exchange(await exchange(token))
    passTime(1_001)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect(eventTypes().at(-1)).toBe('refresh_token_expired')
  })

  it('is not put off by a longer lifetime that is set after the login', async () => {
    stopClock()
    tenant.settings.refreshTokenLifetimeSeconds = 100
    const token = await newRefreshToken(tenant)
    passTime(100_001)

    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    tenant.settings.refreshTokenLifetimeSeconds = 3600
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })
})
