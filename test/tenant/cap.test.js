import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant({ ...structuredClone(CLIENTS), activeRefreshTokensPerUser: 3 })
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

/** @param {number} count */
const logInTimes = async count => {
  /** @type {string[]} */
  const tokens = []
  while (tokens.length < count) tokens.push(await newRefreshToken(tenant))
  return tokens
}

/** @param {string} token */
const exchange = async token => {
  const { status, body } = await refresh(tenant, token)
  expect(status).toBe(200)
  return body.refresh_token ?? token
}

const capped = () => tenant.events.filter(({ reason }) => reason === 'cap')

/**
 * @param {string} clientId
 * @param {Record<string, string>} fields
 */
const askToken = async (clientId, fields) => {
  const response = await post(tenant, '/oauth/token', { client_id: clientId, ...fields })
  return { status: response.status, body: await response.json() }
}

describe('the most active tokens of a user and application', () => {
  it('are 200 unless set', async () => {
    const other = await startTenant(structuredClone(CLIENTS))
    expect(other.settings.activeRefreshTokensPerUser).toBe(200)
    await other.close()
  })

  it('make a new login revoke the oldest', async () => {
    const [first = '', ...others] = await logInTimes(4)

    expect(capped()).toHaveLength(1)
    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    for (const token of others) await exchange(token)
    expect(capped()).toHaveLength(1)
  })

  it('revoke the token that was issued first, not the earliest login', async () => {
    const [first = '', second = '', third = ''] = await logInTimes(3)
    const rotated = await exchange(first)
    await newRefreshToken(tenant)

    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
    await exchange(rotated)
    await exchange(third)
  })

  it('do not count tokens that were spent, however many', async () => {
    const [first = '', second = ''] = await logInTimes(2)
    let token = first
    for (let exchanges = 0; exchanges < 10; exchanges += 1) token = await exchange(token)
    await newRefreshToken(tenant)

    expect(capped()).toEqual([])
    await exchange(second)
  })

  it('do not count tokens that were revoked', async () => {
    const [first = '', second = '', third = ''] = await logInTimes(3)
    await post(tenant, '/oauth/revoke', { token: second })
    await newRefreshToken(tenant)

    expect(capped()).toEqual([])
    await exchange(first)
    await exchange(third)
  })

  it('do not count tokens that have expired', async () => {
    stopClock()
    tenant.settings.refreshTokenLifetimeSeconds = 100
    await logInTimes(2)
    passTime(50_000)
    const later = await newRefreshToken(tenant)
    passTime(50_000)
    await logInTimes(2)

    expect(capped()).toEqual([])
    await exchange(later)
  })

  it('count every sibling that was issued within the leeway', async () => {
    tenant.settings.leewaySeconds = 60
    const first = await newRefreshToken(tenant)
    const oldest = await exchange(first)
    for (const _ of [1, 2]) await exchange(first)
    expect(capped()).toEqual([])
    const newest = await exchange(first)

    expect(capped()).toHaveLength(1)
    expect(await refresh(tenant, oldest)).toEqual(UNUSABLE)
    expect(tenant.events.some(({ type }) => type === 'refresh_token_reused')).toBe(false)
    await exchange(newest)
  })

  it('count for each application separately', async () => {
    tenant.clients.push({ client_id: 'other-app', origins: ['http://localhost:4100'] })
    const [first = ''] = await logInTimes(3)
    const { status } = await askToken('other-app', {
      grant_type: 'password',
      username: 'ada@example.com',
      password: 'lovelace',
      scope: 'openid offline_access',
    })

    expect(status).toBe(200)
    await exchange(first)
  })

  it('count for each user separately', async () => {
    await tenant.close()
    tenant = await startTenant({
      ...structuredClone(CLIENTS),
      activeRefreshTokensPerUser: 1,
      users: ['ada', 'grace'].map(name => ({
        sub: `auth0|${name}`,
        email: `${name}@example.com`,
        password: name,
      })),
    })
    /** @param {string} name */
    const tokenOf = async name => {
      const { body } = await askToken(CLIENT_ID, {
        grant_type: 'password',
        username: `${name}@example.com`,
        password: name,
        scope: 'openid offline_access',
      })
      return body.refresh_token
    }
    const [ofAda, ofGrace] = [await tokenOf('ada'), await tokenOf('grace')]

    await exchange(ofAda)
    await exchange(ofGrace)
    expect(capped()).toEqual([])
  })
})
