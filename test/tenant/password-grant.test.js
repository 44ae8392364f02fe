import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { post, refresh, UNUSABLE } from './support/token-client.js'

const REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

/**
 * @param {Record<string, string>} [fields]
 * @param {'form' | 'json'} [encoding]
 */
const signIn = async (fields, encoding) => {
  const credentials = { grant_type: 'password', username: ADA.email, password: ADA.password }
  const response = await post(tenant, '/oauth/token', { ...credentials, ...fields }, encoding)
  return { status: response.status, body: await response.json() }
}

describe('the password grant', () => {
  it.each(/** @type {const} */ (['form', 'json']))(
    'gives a rotating refresh token for offline_access when asked with a %s body',
    async encoding => {
      const { status, body } = await signIn({ scope: 'openid offline_access' }, encoding)
      const first = body.refresh_token
      const second = (await refresh(tenant, first)).body.refresh_token

      expect(status).toBe(200)
      expect(second).toBeTruthy()
      expect(second).not.toBe(first)
      expect(await refresh(tenant, first)).toEqual(UNUSABLE)
      expect(await refresh(tenant, second)).toEqual(UNUSABLE)
    },
  )

  it('issues an access token for the audience and an ID token with the claims asked for', async () => {
    const { body } = await signIn({ scope: 'openid email read:x', audience: 'https://api/' })

    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid email read:x' })
    expect(decodeJwt(body.access_token)).toMatchObject({
      aud: ['https://api/', `${tenant.url}/userinfo`],
      sub: 'auth0|ada',
      azp: CLIENT_ID,
      scope: 'openid email read:x',
    })
    expect(decodeJwt(body.id_token)).toMatchObject({
      aud: CLIENT_ID,
      sub: 'auth0|ada',
      email: ADA.email,
    })
    expect(body).not.toHaveProperty('refresh_token')
  })

  it('takes a user name in any case, and a realm with the grant type that has one', async () => {
    const fields = { grant_type: REALM_GRANT, realm: 'Username-Password-Authentication' }
    const { status, body } = await signIn({
      ...fields,
      username: 'ADA@example.com',
      scope: 'openid',
    })

    expect(status).toBe(200)
    expect(decodeJwt(body.id_token).sub).toBe('auth0|ada')
  })

  it('issues a token without scopes when none are asked for', async () => {
    const { status, body } = await signIn()

    expect(status).toBe(200)
    expect(body.access_token).toBeTruthy()
    expect(body).not.toHaveProperty('id_token')
    expect(body).not.toHaveProperty('refresh_token')
  })

  it.each([
    ['password', 'byron'],
    ['username', 'nobody@example.com'],
  ])('refuses the %s %s as Auth0 does', async (name, value) => {
    expect(await signIn({ [name]: value })).toEqual({
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Wrong email or password.' },
    })
  })

  it.each(['username', 'password'])('says so when the %s is missing', async name => {
    const { status, body } = await signIn({ [name]: '' })

    expect(status).toBe(400)
    expect(body.error).toBe('invalid_request')
    expect(body.error_description).toContain(name)
  })

  it('can be used by pages of the application only', async () => {
    const ask = (/** @type {string} */ origin) =>
      fetch(`${tenant.url}/oauth/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ client_id: CLIENT_ID, grant_type: 'password' }),
      })
    const [own, foreign] = [await ask(APP), await ask('https://evil.example')]

    expect(own.headers.get('access-control-allow-origin')).toBe(APP)
    expect(foreign.headers.has('access-control-allow-origin')).toBe(false)
  })
})

describe('the grant types of a client', () => {
  const OTHER = 'code-only'
  beforeAll(() => {
    tenant.clients.push({ client_id: OTHER, origins: [APP], grant_types: ['authorization_code'] })
  })

  it.each([
    ['password', {}],
    [REALM_GRANT, {}],
    ['refresh_token', { refresh_token: 'x' }],
    ['urn:ietf:params:oauth:grant-type:device_code', { device_code: 'x' }],
  ])('refuse %s where it is not among them', async (grantType, fields) => {
    expect(await signIn({ client_id: OTHER, grant_type: grantType, ...fields })).toEqual({
      status: 403,
      body: {
        error: 'unauthorized_client',
        error_description: `Grant type '${grantType}' not allowed for the client.`,
      },
    })
  })

  it('may be changed while the tenant runs', async () => {
    const client = { client_id: 'changing', origins: [APP], grant_types: ['refresh_token'] }
    tenant.clients.push(client)
    const before = await signIn({ client_id: 'changing' })
    client.grant_types.push('password')
    const after = await signIn({ client_id: 'changing' })

    expect([before.status, after.status]).toEqual([403, 200])
  })

  it('without refresh_token mean that no refresh token is issued', async () => {
    const client = { client_id: 'no-refresh', origins: [APP], grant_types: ['password'] }
    tenant.clients.push(client)
    const { status, body } = await signIn({
      client_id: 'no-refresh',
      scope: 'openid offline_access',
    })

    expect(status).toBe(200)
    expect(body).not.toHaveProperty('refresh_token')
  })
})
