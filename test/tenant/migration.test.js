import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { logIn, newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(structuredClone(CLIENTS))
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

/** @param {boolean} isOn */
const setRotation = isOn => {
  tenant.settings.rotation = isOn
}

/** @param {string} token */
const exchange = async token => {
  const { status, body } = await refresh(tenant, token)
  expect(status).toBe(200)
  expect(body.access_token).toBeTruthy()
  return body.refresh_token
}

/** @param {string} token */
const expectToStay = async token => {
  for (const _ of [1, 2, 3]) expect(await exchange(token)).toBeUndefined()
}

const eventTypes = () => tenant.events.map(({ type }) => type)

describe('without rotation', () => {
  it('keeps the same token valid and returns no new one', async () => {
    setRotation(false)
    await expectToStay(await newRefreshToken(tenant))
  })

  it('lets two requests use the token at the same time', async () => {
    setRotation(false)
    const token = await newRefreshToken(tenant)
    const answers = await Promise.all([1, 2, 3].map(() => refresh(tenant, token)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('turning rotation on', () => {
  it('replaces a token with a rotating one at the next exchange', async () => {
    setRotation(false)
    const kept = await newRefreshToken(tenant)
    await expectToStay(kept)
    setRotation(true)
    const first = await exchange(kept)
    const second = await exchange(first)

    expect(second).not.toBe(first)
    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    expect(eventTypes().at(-1)).toBe('refresh_token_reused')
    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
  })

  it('deletes all other tokens of the same client, audience and user that do not rotate', async () => {
    setRotation(false)
    const [swapped, other] = [await newRefreshToken(tenant), await newRefreshToken(tenant)]
    setRotation(true)
    const rotating = await exchange(swapped)

    expect(await refresh(tenant, swapped)).toEqual(UNUSABLE)
    expect(await refresh(tenant, other)).toEqual(UNUSABLE)
    await exchange(rotating)
  })

  it('leaves tokens of another audience, client or user, and rotating ones', async () => {
    const rotatingBefore = await newRefreshToken(tenant)
    setRotation(false)
    tenant.clients.push({ client_id: 'other-app', origins: ['http://localhost:4000'] })
    const scope = 'openid offline_access'
    const swapped = await newRefreshToken(tenant)
    const ofAudience = (await logIn(tenant, { scope, audience: 'urn:api' })).refresh_token
    const ofClient = await post(tenant, '/oauth/token', {
      client_id: 'other-app',
      grant_type: 'password',
      username: 'ada@example.com',
      password: 'lovelace',
      scope,
    })
    const { refresh_token: ofOther } = await ofClient.json()
    setRotation(true)
    await exchange(swapped)

    await exchange(ofAudience)
    await exchange(rotatingBefore)
    const answer = await post(tenant, '/oauth/token', {
      client_id: 'other-app',
      grant_type: 'refresh_token',
      refresh_token: ofOther,
    })
    expect(answer.status).toBe(200)
  })

  it('does not revoke the new token when the old one is presented late', async () => {
    setRotation(false)
    const old = await newRefreshToken(tenant)
    setRotation(true)
    const rotating = await exchange(old)

    expect(await refresh(tenant, old)).toEqual(UNUSABLE)
    await exchange(rotating)
  })

  it('accepts the old token within the leeway if the response with the new token was lost', async () => {
    stopClock()
    setRotation(false)
    const old = await newRefreshToken(tenant)
    setRotation(true)
    tenant.settings.leewaySeconds = 10
    await exchange(old)
    passTime(10_000)
    await exchange(await exchange(old))
    passTime(1)

    expect(await refresh(tenant, old)).toEqual(UNUSABLE)
  })
})

describe('turning rotation off', () => {
  it('exchanges a rotating token for a non-rotating one', async () => {
    const rotating = await exchange(await newRefreshToken(tenant))
    setRotation(false)
    const kept = await exchange(rotating)

    expect(kept).toBeTruthy()
    expect(kept).not.toBe(rotating)
    await expectToStay(kept)
  })

  it('revokes the rotating tokens of the family, but not the non-rotating one', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    const [second, sibling] = [await exchange(first), await exchange(first)]
    setRotation(false)
    tenant.settings.leewaySeconds = 0
    const kept = await exchange(second)

    for (const token of [first, second, sibling]) {
      expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    }
    await expectToStay(kept)
    expect(eventTypes()).not.toContain('refresh_token_reused')
  })

  it('does not revoke the rotating families of other logins', async () => {
    const [one, other] = [await newRefreshToken(tenant), await newRefreshToken(tenant)]
    setRotation(false)
    await exchange(one)

    await expectToStay(await exchange(other))
  })

  it('exchanges a spent token for a non-rotating one and revokes its successor, within the leeway', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    const second = await exchange(first)
    setRotation(false)
    const kept = await exchange(first)

    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
    await expectToStay(kept)
  })

  it('does not extend the leeway of a replaced token, however often rotation is switched', async () => {
    stopClock()
    setRotation(false)
    tenant.settings.leewaySeconds = 10
    const old = await newRefreshToken(tenant)
    for (const isOn of [true, false, true]) {
      setRotation(isOn)
      await exchange(old)
      passTime(5_000)
    }

    expect(await refresh(tenant, old)).toEqual(UNUSABLE)
  })

  it('can be switched any number of times without a new login', async () => {
    let token = await newRefreshToken(tenant)
    for (const isOn of [false, true, false, true, true, false]) {
      setRotation(isOn)
      token = (await exchange(token)) ?? token
    }

    await expectToStay(token)
  })

  it('follows the setting of the client, if it has one', async () => {
    const token = await newRefreshToken(tenant)
    Object.assign(tenant.clients[0] ?? {}, {
      refresh_token: { rotation_type: 'non-rotating', expiration_type: 'non-expiring' },
    })
    const kept = await exchange(token)

    expect(tenant.settings.rotation).toBe(true)
    await expectToStay(kept)
  })
})

describe('revoking a token that does not rotate', () => {
  it('ends that token', async () => {
    setRotation(false)
    const token = await newRefreshToken(tenant)
    const response = await post(tenant, '/oauth/revoke', { token })

    expect(response.status).toBe(200)
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
    expect(tenant.events.at(-1)).toMatchObject({
      type: 'refresh_token_revoked',
      reason: 'revocation_endpoint',
    })
  })

  it('does not revoke another one of the same login', async () => {
    const rotating = await newRefreshToken(tenant)
    setRotation(false)
    tenant.settings.leewaySeconds = 60
    const [one, other] = [await exchange(rotating), await exchange(rotating)]
    await post(tenant, '/oauth/revoke', { token: one })

    expect(await refresh(tenant, one)).toEqual(UNUSABLE)
    await expectToStay(other)
  })
})
