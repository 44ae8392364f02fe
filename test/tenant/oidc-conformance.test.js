import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID } from './support/browser.js'
import { logIn, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant({
    clients: [{ client_id: CLIENT_ID, origins: [APP], oidc_conformant: false }],
  })
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

const SCOPE = 'openid offline_access'

describe('a client that is not OIDC-conformant', () => {
  it('gets refresh tokens that neither rotate nor expire, whatever its settings', async () => {
    const { refresh_token } = await logIn(tenant, { scope: SCOPE })
    vi.setSystemTime(Date.now() + 365 * 86_400_000)
    for (const _ of [1, 2]) {
      const { status, body } = await refresh(tenant, refresh_token)
      expect(status).toBe(200)
      expect(body.access_token).toBeTruthy()
      expect(body).not.toHaveProperty('refresh_token')
    }
  })

  it('gets rotating ones by asking for an audience', async () => {
    const { refresh_token } = await logIn(tenant, { scope: SCOPE, audience: 'https://api/' })
    const { body } = await refresh(tenant, refresh_token)

    expect(body.refresh_token).toBeTruthy()
    expect(await refresh(tenant, refresh_token)).toEqual(UNUSABLE)
  })

  it('becomes conformant by its setting, which replaces its existing token', async () => {
    const { refresh_token } = await logIn(tenant, { scope: SCOPE })
    for (const client of tenant.clients) client.oidc_conformant = true
    const { body } = await refresh(tenant, refresh_token)

    expect(body.refresh_token).toBeTruthy()
    expect(await refresh(tenant, refresh_token)).toEqual(UNUSABLE)
  })
})
