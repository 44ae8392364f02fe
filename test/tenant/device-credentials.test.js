import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, APP, CLIENT_ID } from './support/browser.js'
import { manage } from './support/management.js'
import { newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

const OTHER_ID = 'other-app'
const GRACE = { sub: 'auth0|grace', email: 'grace@example.com', password: 'hopper' }

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant({
    clients: [
      { client_id: CLIENT_ID, name: 'Test app', origins: [APP] },
      { client_id: OTHER_ID, origins: [APP] },
    ],
    users: [{ sub: 'auth0|ada', ...ADA }, GRACE],
  })
})
afterEach(() => tenant.close())

/** @param {Record<string, string>} [fields] */
const signIn = async fields => {
  const response = await post(tenant, '/oauth/token', {
    grant_type: 'password',
    username: ADA.email,
    password: ADA.password,
    scope: 'openid offline_access',
    ...fields,
  })
  return (await response.json()).refresh_token
}

/** @param {Record<string, string>} [filter] */
const list = async filter =>
  (await manage(tenant, 'GET', `device-credentials?${new URLSearchParams(filter)}`)).body

const ROTATING = { user_id: 'auth0|ada', type: 'rotating_refresh_token' }

describe('listing device credentials', () => {
  it("shows each login of the user in Auth0's form, and no token", async () => {
    const token = await newRefreshToken(tenant)
    const next = (await refresh(tenant, token)).body.refresh_token
    const credentials = await list({ ...ROTATING, client_id: CLIENT_ID })

    expect(credentials).toEqual([
      {
        id: expect.stringMatching(/^dcr_\w+$/),
        device_name: 'Test app',
        type: 'rotating_refresh_token',
        user_id: 'auth0|ada',
        client_id: CLIENT_ID,
      },
    ])
    expect(JSON.stringify(credentials)).not.toContain(next)
  })

  it('finds by user, client and type', async () => {
    await signIn()
    await signIn({ client_id: OTHER_ID })
    await signIn({ username: GRACE.email, password: GRACE.password })
    tenant.settings.rotation = false
    await signIn({ client_id: OTHER_ID })

    expect(await list()).toHaveLength(4)
    expect(await list({ user_id: 'auth0|ada' })).toHaveLength(3)
    expect(await list(ROTATING)).toHaveLength(2)
    expect(await list({ ...ROTATING, client_id: OTHER_ID })).toHaveLength(1)
    expect(await list({ user_id: GRACE.sub, client_id: OTHER_ID })).toEqual([])
    expect(await list({ type: 'refresh_token' })).toHaveLength(1)
    expect(await list({ type: 'public_key' })).toEqual([])
  })

  it('leaves out what can no longer be used', async () => {
    const [revoked, replayed] = [await signIn(), await signIn()]
    await refresh(tenant, replayed)
    expect(await list(ROTATING)).toHaveLength(2)
    await post(tenant, '/oauth/revoke', { token: revoked })
    await refresh(tenant, replayed)

    expect(await list(ROTATING)).toEqual([])
  })

  it('refuses a type that does not exist', async () => {
    const { status, body } = await manage(tenant, 'GET', 'device-credentials?type=cookie')

    expect(status).toBe(400)
    expect(body).toMatchObject({ statusCode: 400, errorCode: 'invalid_query_string' })
    expect(body.message).toContain('on property type')
  })
})

describe('deleting a device credential', () => {
  it('revokes the whole grant, and no other login', async () => {
    const [first, other] = [await signIn(), await signIn({ client_id: OTHER_ID })]
    const second = (await refresh(tenant, first)).body.refresh_token
    const [{ id }] = await list({ ...ROTATING, client_id: CLIENT_ID })
    const { status, body } = await manage(tenant, 'DELETE', `device-credentials/${id}`)

    expect([status, body]).toEqual([204, ''])
    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
    expect(await refresh(tenant, first)).toEqual(UNUSABLE)
    expect(tenant.events).toContainEqual(
      expect.objectContaining({ type: 'refresh_token_revoked', reason: 'device_credentials' }),
    )
    const stillGood = { client_id: OTHER_ID, grant_type: 'refresh_token', refresh_token: other }
    expect((await post(tenant, '/oauth/token', stillGood)).status).toBe(200)
  })

  it.each(['dcr_unknown', 'unknown', 'dcr_'])('answers 404 for %s', async id => {
    const { status, body } = await manage(tenant, 'DELETE', `device-credentials/${id}`)

    expect(status).toBe(404)
    expect(body).toMatchObject({ statusCode: 404, error: 'Not Found' })
  })

  it('answers 404 for one that was deleted before', async () => {
    await signIn()
    const [{ id }] = await list()
    const statuses = []
    for (const _ of [1, 2]) {
      statuses.push((await manage(tenant, 'DELETE', `device-credentials/${id}`)).status)
    }

    expect(statuses).toEqual([204, 404])
  })
})
