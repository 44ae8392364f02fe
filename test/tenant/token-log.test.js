import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS } from './support/browser.js'
import { newRefreshToken, post, refresh } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

/** @param {string} token */
const hashOf = token => createHash('sha256').update(token).digest('base64url').slice(0, 12)

describe('the log of token requests', () => {
  it('contains the hashes of the presented and the issued refresh token, and the family', async () => {
    const first = await newRefreshToken(tenant)
    const login = tenant.log.entries.at(-1)
    const { body } = await refresh(tenant, first, 'json')
    const exchange = tenant.log.entries.at(-1)
    await refresh(tenant, first)
    const replay = tenant.log.entries.at(-1)

    const family = tenant.events.find(({ type }) => type === 'refresh_token_issued')?.family
    expect(family).toBeTruthy()
    expect(login).toMatchObject({ issuedRefreshTokenHash: hashOf(first), family })
    expect(login).not.toHaveProperty('refreshTokenHash')
    expect(exchange).toMatchObject({
      refreshTokenHash: hashOf(first),
      issuedRefreshTokenHash: hashOf(body.refresh_token),
      family,
    })
    expect(replay).toMatchObject({ refreshTokenHash: hashOf(first), family, status: 400 })
    expect(replay).not.toHaveProperty('issuedRefreshTokenHash')
  })

  it('contains the same for a revocation', async () => {
    const token = await newRefreshToken(tenant)
    const family = tenant.events.at(-1)?.family
    await post(tenant, '/oauth/revoke', { token })

    expect(tenant.log.entries.at(-1)).toMatchObject({ refreshTokenHash: hashOf(token), family })
  })

  it('contains no issued token where rotation is off', async () => {
    tenant.settings.rotation = false
    const token = await newRefreshToken(tenant)
    await refresh(tenant, token)
    tenant.settings.rotation = true

    expect(tenant.log.entries.at(-1)).toMatchObject({ refreshTokenHash: hashOf(token) })
    expect(tenant.log.entries.at(-1)).not.toHaveProperty('issuedRefreshTokenHash')
  })
})
