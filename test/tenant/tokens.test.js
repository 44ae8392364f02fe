import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { logIn, post, redeemCode, refresh } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

/**
 * @param {string} token
 * @param {string} audience
 */
const verify = async (token, audience) => {
  const keys = createRemoteJWKSet(new URL(`${tenant.url}/.well-known/jwks.json`))
  const options = { issuer: `${tenant.url}/`, audience, algorithms: ['RS256'] }
  return (await jwtVerify(token, keys, options)).payload
}

/** @param {string} token */
const userinfo = token =>
  fetch(`${tenant.url}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

describe('the ID token', () => {
  it('is signed by a published key and says who signed in, where, and for which request', async () => {
    const { answer, verifier, request } = await openBrowser(tenant).authorize()
    const { body } = await redeemCode(tenant, { code: answer.code, verifier })
    const claims = await verify(body.id_token, CLIENT_ID)

    expect(tenant.issuer).toBe(`${tenant.url}/`)
    expect(claims).toMatchObject({
      iss: `${tenant.url}/`,
      aud: CLIENT_ID,
      nonce: request.nonce,
      sub: 'auth0|ada',
      name: 'Ada Lovelace',
      nickname: 'ada',
      email: 'ada@example.com',
      email_verified: true,
    })
    expect(claims.picture).toMatch(/^data:image\/svg\+xml/)
    expect(Number(claims.exp) - Number(claims.iat)).toBe(36_000)
    expect(claims).not.toHaveProperty('password')
    expect(claims).not.toHaveProperty('org_id')
  })

  it('omits claims that were not requested', async () => {
    const claims = decodeJwt((await logIn(tenant, { scope: 'openid' })).id_token)

    expect(claims.sub).toBe('auth0|ada')
    expect(claims).not.toHaveProperty('name')
    expect(claims).not.toHaveProperty('email')
  })

  it('carries org_id for an organization id, also after a refresh', async () => {
    const params = { organization: 'org_aBc', scope: 'openid offline_access' }
    const { id_token, refresh_token } = await logIn(tenant, params)
    const { body } = await refresh(tenant, refresh_token)

    expect(decodeJwt(id_token)).toMatchObject({ org_id: 'org_aBc' })
    expect(decodeJwt(body.id_token)).toMatchObject({ org_id: 'org_aBc' })
  })

  it('carries org_name in lower case for an organization name', async () => {
    const claims = decodeJwt((await logIn(tenant, { organization: 'Acme' })).id_token)

    expect(claims).toMatchObject({ org_name: 'acme' })
    expect(claims).not.toHaveProperty('org_id')
  })

  it('contains auth_time if max_age was sent', async () => {
    const before = Math.floor(Date.now() / 1000)
    const claims = decodeJwt((await logIn(tenant, { max_age: '100' })).id_token)

    expect(claims.auth_time).toBeGreaterThanOrEqual(before)
    expect(claims.auth_time).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000))
  })
})

describe('the access token', () => {
  it('is a JWT for the audience asked for, with every scope asked for', async () => {
    const { access_token, scope } = await logIn(tenant, {
      audience: 'https://api.example.com/',
      scope: 'openid read:things write:things',
    })
    const claims = await verify(access_token, 'https://api.example.com/')

    expect(claims.aud).toEqual(['https://api.example.com/', `${tenant.url}/userinfo`])
    expect(claims).toMatchObject({ sub: 'auth0|ada', azp: CLIENT_ID, client_id: CLIENT_ID })
    expect(claims.scope).toBe('openid read:things write:things')
    expect(scope).toBe('openid read:things write:things')
    expect(Number(claims.exp) - Number(claims.iat)).toBe(86_400)
  })

  it('has only the audience as aud when openid was not requested', async () => {
    // The engine refuses a nonce without openid; an empty parameter counts as none (RFC 6749 3.1).
    const body = await logIn(tenant, { audience: 'my api', scope: 'read:x', nonce: '' })

    expect(decodeJwt(body.access_token).aud).toBe('my api')
    expect(body).not.toHaveProperty('id_token')
  })

  it.each(['urn::x', 'https://api.example.com/#part', 'plain words', 'ünïcode'])(
    'takes %s as an audience as it is, and keeps it through a refresh',
    async audience => {
      const params = { audience, scope: 'openid offline_access' }
      const { access_token, refresh_token } = await logIn(tenant, params)
      const { body } = await refresh(tenant, refresh_token)

      expect(decodeJwt(access_token).aud).toContain(audience)
      expect(decodeJwt(body.access_token).aud).toContain(audience)
    },
  )

  it('is opaque without an audience, and accepted by the userinfo endpoint', async () => {
    const { access_token } = await logIn(tenant)
    const response = await userinfo(access_token)

    expect(access_token).not.toContain('.')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ sub: 'auth0|ada', name: 'Ada Lovelace' })
  })

  it('is accepted by the userinfo endpoint as a JWT with openid, for the claims of its scope', async () => {
    const params = { audience: 'urn::x', scope: 'openid email' }
    const { access_token } = await logIn(tenant, params)
    const claims = await (await userinfo(access_token)).json()

    expect(claims).toEqual({
      sub: 'auth0|ada',
      email: 'ada@example.com',
      email_verified: true,
    })
  })

  it('is refused by the userinfo endpoint when it was tampered with', async () => {
    const { access_token } = await logIn(tenant, { audience: 'urn::x' })
    const [header, payload, signature = ''] = access_token.split('.')
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    const response = await userinfo(`${header}.${payload}.${other}`)

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('invalid_token')
  })

  it('has the lifetime of the settings at the time of issue', async () => {
    const { refresh_token } = await logIn(tenant, { scope: 'openid offline_access' })
    tenant.settings.accessTokenLifetimeSeconds = 7
    const { body } = await refresh(tenant, refresh_token)
    tenant.settings.accessTokenLifetimeSeconds = 86_400

    expect(body.expires_in).toBe(7)
  })
})

describe('the token endpoint', () => {
  it('takes a code in a JSON body', async () => {
    const { answer, verifier } = await openBrowser(tenant).authorize()
    const { status, body } = await redeemCode(tenant, { code: answer.code, verifier }, 'json')

    expect(status).toBe(200)
    expect(body.id_token).toBeTruthy()
  })

  it('takes a refresh token in a JSON body', async () => {
    const { refresh_token } = await logIn(tenant, { scope: 'openid offline_access' })
    const { status, body } = await refresh(tenant, refresh_token, 'json')

    expect(status).toBe(200)
    expect(body.refresh_token).toBeTruthy()
  })

  it('answers a body that is not JSON with invalid_request', async () => {
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":',
    })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('ignores unknown fields', async () => {
    const { answer, verifier } = await openBrowser(tenant).authorize()
    const response = await post(tenant, '/oauth/token', {
      grant_type: 'authorization_code',
      code: answer.code ?? '',
      code_verifier: verifier,
      redirect_uri: 'http://localhost:4000/callback',
      'ext-color': 'blue',
    })

    expect(response.status).toBe(200)
  })

  it('rejects an unknown client', async () => {
    const fields = { client_id: 'stranger', grant_type: 'refresh_token', refresh_token: 'x' }
    const response = await post(tenant, '/oauth/token', fields)

    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })
})

describe('discovery', () => {
  it('names the endpoints at the tenant, by the paths Auth0 uses', async () => {
    const response = await fetch(`${tenant.url}/.well-known/openid-configuration`)

    expect(await response.json()).toMatchObject({
      issuer: `${tenant.url}/`,
      authorization_endpoint: `${tenant.url}/authorize`,
      token_endpoint: `${tenant.url}/oauth/token`,
      revocation_endpoint: `${tenant.url}/oauth/revoke`,
      userinfo_endpoint: `${tenant.url}/userinfo`,
      jwks_uri: `${tenant.url}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
    })
  })

  it('publishes no private key', async () => {
    const { keys } = await (await fetch(`${tenant.url}/.well-known/jwks.json`)).json()

    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
})
