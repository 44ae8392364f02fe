import { afterEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { logIn, refresh } from './support/token-client.js'
import { publishedKids, readJwt, verifySignature } from './support/tokens.js'

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  await Promise.all(cleanups.map(cleanup => cleanup()))
  cleanups = []
})

/** @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  return tenant
}

const API = { audience: 'urn::x', scope: 'openid offline_access' }

describe('a new signing key', () => {
  it('signs at once, and the old one stays published', async () => {
    const tenant = await start()
    const before = await logIn(tenant, API)
    const { kid } = await tenant.keys.rotate({ keepOld: true })
    const { body: after } = await refresh(tenant, before.refresh_token)

    expect(readJwt(after.id_token).header.kid).toBe(kid)
    expect(readJwt(after.access_token).header.kid).toBe(kid)
    expect(readJwt(before.id_token).header.kid).not.toBe(kid)
    expect(await publishedKids(tenant)).toEqual([kid, readJwt(before.id_token).header.kid])
    for (const token of [before.id_token, after.id_token, after.access_token]) {
      await expect(verifySignature(tenant, token)).resolves.toBeTruthy()
    }
  })

  it('replaces the old one if that is withdrawn', async () => {
    const tenant = await start()
    const { id_token, access_token } = await logIn(tenant, API)
    const { kid } = await tenant.keys.rotate({ keepOld: false })
    const headers = { authorization: `Bearer ${access_token}` }

    expect(await publishedKids(tenant)).toEqual([kid])
    await expect(verifySignature(tenant, id_token)).rejects.toThrow('no applicable key')
    expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(401)
  })

  it('keeps an ID token valid as a hint while its key is published', async () => {
    const tenant = await start()
    const browser = openBrowser(tenant)
    const { id_token } = await logIn(tenant, {}, browser)
    await tenant.keys.rotate({ keepOld: true })
    const kept = await browser.authorizeSilently({ id_token_hint: id_token })
    await tenant.keys.rotate({ keepOld: false })
    const withdrawn = await browser.authorizeSilently({ id_token_hint: id_token })

    expect(kept.message.response.code).toBeTruthy()
    expect(withdrawn.message.response.error).toBe('invalid_request')
  })

  it('is published without private parts, as a JWK Set, for all origins', async () => {
    const tenant = await start()
    await tenant.keys.rotate()
    const response = await fetch(`${tenant.url}/.well-known/jwks.json`, {
      headers: { origin: 'https://anywhere.example' },
    })
    const { keys } = /** @type {{ keys: object[] }} */ (await response.json())

    expect(response.headers.get('content-type')).toContain('application/jwk-set+json')
    expect(response.headers.get('access-control-allow-origin')).toBe('https://anywhere.example')
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    }
  })
})

describe('the algorithm', () => {
  it.each(/** @type {const} */ (['PS256', 'ES256', 'EdDSA']))(
    '%s signs ID tokens and access tokens, and discovery says so',
    async signingAlg => {
      const tenant = await start({ signingAlg })
      const { id_token, access_token } = await logIn(tenant, API)
      const discovery = await fetch(`${tenant.url}/.well-known/openid-configuration`)
      const headers = { authorization: `Bearer ${access_token}` }

      for (const token of [id_token, access_token]) {
        const { protectedHeader } = await verifySignature(tenant, token, [signingAlg])
        expect(protectedHeader.alg).toBe(signingAlg)
      }
      expect(await discovery.json()).toMatchObject({
        id_token_signing_alg_values_supported: [signingAlg],
      })
      expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(200)
    },
  )
})

describe('an issuer of its own', () => {
  it('is in tokens, answers and discovery, while the endpoints stay where they are', async () => {
    const issuer = 'https://login.example.com/realm'
    const tenant = await start({ issuer })
    const { answer } = await openBrowser(tenant).authorize()
    const { id_token, access_token } = await logIn(tenant, API)
    const discovery = await fetch(`${tenant.url}/.well-known/openid-configuration`)
    const headers = { authorization: `Bearer ${access_token}` }

    expect(tenant.issuer).toBe(issuer)
    expect(answer).toMatchObject({ iss: issuer })
    expect(readJwt(id_token).claims.iss).toBe(issuer)
    expect(readJwt(access_token).claims.iss).toBe(issuer)
    expect(await discovery.json()).toMatchObject({
      issuer,
      token_endpoint: `${tenant.url}/oauth/token`,
      jwks_uri: `${tenant.url}/.well-known/jwks.json`,
    })
    expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(200)
  })
})
