import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, CLIENTS } from './support/browser.js'
import { logIn, refresh } from './support/token-client.js'
import { publishedKids, readJwt, verifySignature } from './support/tokens.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => tenant.faults.clear())
afterAll(() => tenant.close())

/** @param {import('../../examples/tenant/faults/fault.js').JwtChange} change */
const idTokenWith = async change => {
  tenant.faults.add({ endpoint: 'token', idToken: change })
  return (await logIn(tenant)).id_token
}

describe('an ID token with something changed', () => {
  it.each([
    [
      'another iss',
      { claims: { iss: 'https://other.example/' } },
      { iss: 'https://other.example/' },
    ],
    ['no sub', { removeClaims: ['sub'] }, { sub: undefined }],
    [
      'another audience',
      { claims: { aud: ['x', CLIENT_ID], azp: 'x' } },
      { aud: ['x', CLIENT_ID] },
    ],
    ['no nonce', { removeClaims: ['nonce'] }, { nonce: undefined }],
    ['an odd exp', { claims: { exp: 'soon' } }, { exp: 'soon' }],
  ])('has %s, and is signed by the published key all the same', async (_what, change, expected) => {
    const token = await idTokenWith(change)
    const { claims } = readJwt(token)

    for (const [name, value] of Object.entries(expected)) expect(claims[name]).toEqual(value)
    expect(claims.name).toBe('Ada Lovelace')
    await expect(verifySignature(tenant, token)).resolves.toBeTruthy()
  })

  it('can hold a claim named __proto__', async () => {
    const token = await idTokenWith({ claims: JSON.parse('{"__proto__":{"admin":true}}') })

    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain(
      '"__proto__":{"admin":true}',
    )
  })

  it('is in refresh responses only, if the fault says so', async () => {
    const change = { claims: { sub: 'mallory' } }
    tenant.faults.add({ endpoint: 'token', grantType: 'refresh_token', idToken: change })
    const { id_token, refresh_token } = await logIn(tenant, { scope: 'openid offline_access' })
    const { body } = await refresh(tenant, refresh_token)

    expect(readJwt(id_token).claims.sub).toBe('auth0|ada')
    expect(readJwt(body.id_token).claims.sub).toBe('mallory')
  })
})

describe('an ID token with another header', () => {
  it('has an unknown kid, no kid, or an unknown critical extension', async () => {
    const unknown = await idTokenWith({ header: { kid: 'nobody', crit: ['b64'], b64: false } })
    tenant.faults.clear()
    const none = await idTokenWith({ removeHeader: ['kid'] })

    expect(readJwt(unknown).header).toMatchObject({ kid: 'nobody', crit: ['b64'] })
    expect(readJwt(none).header).not.toHaveProperty('kid')
    expect(readJwt(none).header).toHaveProperty('alg', 'RS256')
    await expect(verifySignature(tenant, none)).resolves.toBeTruthy()
  })

  it('has an alg of null where that is set', async () => {
    const token = await idTokenWith({ header: { alg: null } })

    expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).toContain('"alg":null')
  })
})

describe('an ID token of another algorithm', () => {
  it('has no signature when that is none', async () => {
    const { header, signature } = readJwt(await idTokenWith({ alg: 'none' }))

    expect(header.alg).toBe('none')
    expect(signature).toBe('')
  })

  it('uses the public key as the shared secret when that is HS256', async () => {
    const { subtle } = globalThis.crypto
    const token = await idTokenWith({ alg: 'HS256' })
    const secret = tenant.keys.current().publicKey.export({ type: 'spki', format: 'pem' })
    const key = await subtle.importKey(
      'raw',
      Buffer.from(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    )
    const [header, payload, signature = ''] = token.split('.')
    const signed = Buffer.from(`${header}.${payload}`)

    expect(readJwt(token).header.alg).toBe('HS256')
    expect(await subtle.verify('HMAC', key, Buffer.from(signature, 'base64url'), signed)).toBe(true)
  })

  it.each(['RS384', 'PS256', 'PS512', 'ES256', 'ES384', 'EdDSA'])(
    'is signed with a published key of %s',
    async alg => {
      const token = await idTokenWith({ alg })
      const { protectedHeader } = await verifySignature(tenant, token, [alg])

      expect(protectedHeader.alg).toBe(alg)
      expect(await publishedKids(tenant)).toContain(protectedHeader.kid)
      tenant.faults.clear()
      expect(readJwt((await logIn(tenant)).id_token).header.alg).toBe('RS256')
    },
  )
})

describe('an ID token with a wrong signature', () => {
  it.each(/** @type {const} */ (['wrong-key', 'tampered']))(
    'by %s names the right key, and does not verify',
    async signature => {
      const token = await idTokenWith({ signature })

      expect(readJwt(token).header.kid).toBe(tenant.keys.current().kid)
      expect(Buffer.from(readJwt(token).signature, 'base64url')).toHaveLength(256)
      await expect(verifySignature(tenant, token)).rejects.toThrow('signature verification failed')
    },
  )

  it('that was stripped has three parts, the last one empty', async () => {
    expect(await idTokenWith({ signature: 'stripped' })).toMatch(/^[\w-]+\.[\w-]+\.$/)
  })
})

describe('an access token with something changed', () => {
  it('is rejected if its audience does not match any more', async () => {
    tenant.faults.add({ endpoint: 'token', accessToken: { claims: { aud: 'elsewhere' } } })
    const { access_token } = await logIn(tenant, { audience: 'urn::x' })
    const headers = { authorization: `Bearer ${access_token}` }

    expect(readJwt(access_token).claims).toMatchObject({ aud: 'elsewhere', azp: CLIENT_ID })
    expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(401)
  })

  it('is not changed when it is opaque', async () => {
    tenant.faults.add({ endpoint: 'token', accessToken: { claims: { aud: 'elsewhere' } } })
    const { access_token } = await logIn(tenant)
    const headers = { authorization: `Bearer ${access_token}` }

    expect((await fetch(`${tenant.url}/userinfo`, { headers })).status).toBe(200)
  })
})
