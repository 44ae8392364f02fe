import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { newRefreshToken, post, redeemCode, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(structuredClone(CLIENTS))
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

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

  it('recognises the reuse of a token however long ago it was spent', async () => {
    const first = await newRefreshToken(tenant)
    let newest = first
    for (let exchanges = 0; exchanges < 120; exchanges += 1) newest = await exchange(newest)

    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    expect(eventTypes().at(-1)).toBe('refresh_token_reused')
    expect(await refresh(tenant, newest)).toEqual(UNUSABLE)
  })

  it('takes a made-up token of an existing family for an unknown one', async () => {
    const token = await newRefreshToken(tenant)

    expect(await refresh(tenant, `${token.slice(0, -3)}xyz`)).toEqual(UNUSABLE)
    await exchange(token)
  })

  it('says in the event whose token was reused, but not the token', async () => {
    const first = await newRefreshToken(tenant)
    await exchange(first)
    await refresh(tenant, first)

    expect(tenant.events.at(-1)).toMatchObject({
      type: 'refresh_token_reused',
      client_id: 'test-app',
      sub: 'auth0|ada',
      generation: 0,
    })
    expect(JSON.stringify(tenant.events)).not.toContain(first)
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

  it('issues nothing that works when a revocation overlaps with an exchange', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const token = await newRefreshToken(tenant)
      const [answer] = await Promise.all([
        refresh(tenant, token),
        post(tenant, '/oauth/revoke', { token }),
      ])

      expect(await refresh(tenant, answer.body.refresh_token ?? token)).toEqual(UNUSABLE)
    }
  })

  it('revokes the family when the code of its login is redeemed again', async () => {
    const { answer, verifier } = await openBrowser(tenant).authorize({
      scope: 'openid offline_access',
    })
    const { body } = await redeemCode(tenant, { code: answer.code, verifier })
    expect((await redeemCode(tenant, { code: answer.code, verifier })).status).toBe(400)

    expect(await refresh(tenant, body.refresh_token)).toEqual(UNUSABLE)
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

  it('counts the others as the previous token once one of several siblings is exchanged', async () => {
    stopClock()
    tenant.settings.leewaySeconds = 10
    const first = await newRefreshToken(tenant)
    const [second, sibling] = [await exchange(first), await exchange(first)]
    passTime(8_000)
    const third = await exchange(second)
    passTime(8_000)
    const nephew = await exchange(sibling)
    await exchange(nephew)
    passTime(2_001)

    expect(await refresh(tenant, sibling)).toEqual(UNUSABLE)
    expect(eventTypes().at(-1)).toBe('refresh_token_reused')
    expect(await refresh(tenant, third)).toEqual(UNUSABLE)
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
