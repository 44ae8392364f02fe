import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID } from './support/browser.js'
import { logIn, post } from './support/token-client.js'

const OWN = 'https://own.example.com/'
const OTHER = 'https://other.example.com/'
const LOGIN = { audience: OWN, scope: 'openid email read:own write:own offline_access' }

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  const policies = [{ audience: OTHER, scope: ['read:other', 'write:other'] }]
  tenant = await startTenant({
    clients: [{ client_id: CLIENT_ID, origins: [APP], refresh_token: { policies } }],
  })
})
afterEach(() => tenant.close())

/**
 * @param {string} token
 * @param {Record<string, string>} [fields]
 */
const renew = async (token, fields) => {
  const request = { grant_type: 'refresh_token', refresh_token: token, ...fields }
  const response = await post(tenant, '/oauth/token', request)
  return { status: response.status, body: await response.json() }
}

/** @param {string} token */
const audiencesOf = token => [decodeJwt(token).aud].flat()

describe('a refresh request for an audience among the policies', () => {
  it('gives an access token for it, with all its scopes, and rotates as ever', async () => {
    const { refresh_token: first } = await logIn(tenant, LOGIN)
    const { status, body } = await renew(first, { audience: OTHER })

    expect(status).toBe(200)
    expect(audiencesOf(body.access_token)).toEqual([OTHER, `${tenant.url}/userinfo`])
    expect(body.scope.split(' ')).toEqual(expect.arrayContaining(['read:other', 'write:other']))
    expect(body.scope).not.toContain('own')
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: 'auth0|ada',
      azp: CLIENT_ID,
      scope: body.scope,
    })
    expect(decodeJwt(body.id_token)).toMatchObject({ email: 'ada@example.com' })
    expect(body.refresh_token).not.toBe(first)
    const { body: next } = await renew(body.refresh_token)
    expect(audiencesOf(next.access_token)).toContain(OWN)
    expect(next.scope).toBe(LOGIN.scope)
    expect((await renew(first, { audience: OTHER })).status).toBe(400)
  })

  it('gives the scopes asked for, and none that neither policy nor login allows', async () => {
    const { refresh_token } = await logIn(tenant, LOGIN)
    const scope = 'openid read:other delete:other read:own'
    const { body } = await renew(refresh_token, { audience: OTHER, scope })

    expect(body.scope).toBe('openid read:other')
    expect(decodeJwt(body.access_token).scope).toBe('openid read:other')
  })

  it('serves a login without an audience, whose own token was opaque', async () => {
    const { access_token, refresh_token } = await logIn(tenant, { scope: 'openid offline_access' })
    const { body } = await renew(refresh_token, { audience: OTHER })

    expect(access_token).not.toContain('.')
    expect(audiencesOf(body.access_token)).toContain(OTHER)
  })

  it('obeys policies that are set while the tenant runs', async () => {
    const audience = 'urn::later'
    const { refresh_token } = await logIn(tenant, LOGIN)
    const before = await renew(refresh_token, { audience })
    tenant.clients[0]?.refresh_token?.policies?.push({ audience, scope: ['read:later'] })
    const after = await renew(before.body.refresh_token, { audience })

    expect(audiencesOf(before.body.access_token)).toContain(OWN)
    expect(audiencesOf(after.body.access_token)).toContain(audience)
  })
})

describe('any other refresh request', () => {
  it.each(['https://unknown.example.com/', OWN])(
    'keeps the audience of the login when it names %s',
    async audience => {
      const { refresh_token } = await logIn(tenant, LOGIN)
      const { status, body } = await renew(refresh_token, { audience })

      expect(status).toBe(200)
      expect(audiencesOf(body.access_token)).toEqual([OWN, `${tenant.url}/userinfo`])
      expect(body.scope).toBe(LOGIN.scope)
    },
  )

  it('may ask for less than was granted, this time only', async () => {
    const { refresh_token } = await logIn(tenant, LOGIN)
    const { body: narrow } = await renew(refresh_token, { scope: 'openid read:own' })
    const { body: wide } = await renew(narrow.refresh_token)

    expect(narrow.scope).toBe('openid read:own')
    expect(decodeJwt(narrow.access_token).scope).toBe('openid read:own')
    expect(wide.scope).toBe(LOGIN.scope)
  })

  it('may ask for the scopes of all APIs at once, and gets those of its own', async () => {
    const { refresh_token } = await logIn(tenant, LOGIN)
    const { status, body } = await renew(refresh_token, { scope: 'openid read:own read:other' })

    expect(status).toBe(200)
    expect(body.scope).toBe('openid read:own')
  })

  it('may ask for nothing but what was granted, and spends nothing when it is refused', async () => {
    const { refresh_token } = await logIn(tenant, LOGIN)
    const stranger = await renew(refresh_token, { scope: 'delete:own' })
    for (const client of tenant.clients) client.refresh_token = {}
    const greedy = await renew(refresh_token, { scope: 'openid delete:own' })

    for (const { status, body } of [stranger, greedy]) {
      expect(status).toBe(400)
      expect(body.error).toBe('invalid_scope')
    }
    expect((await renew(refresh_token)).status).toBe(200)
  })
})
