import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, sessionItems } from '../../support/clients.ts'
import {
  CLIENT_ID,
  createTestbed,
  grants,
  keyRequests,
  revokedRefreshTokens,
  tokenRequests,
} from '../../support/testbed.ts'

type Claims = TestTenant['idTokenClaims']

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const hashOf = (accessToken: string): string =>
  createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')

let tenant: TestTenant
let channel: BroadcastChannel
let announced: unknown[]
beforeEach(() => {
  tenant = createTestbed()
  announced = []
  channel = new BroadcastChannel('auth0.sessions')
  channel.onmessage = ({ data }) => announced.push(data)
})
afterEach(() => channel.close())

describe('a login whose ID token is wrong', () => {
  it.each<[string, string, () => Claims]>([
    ['30, M2', 'another issuer', () => ({ iss: 'https://other.example.com/' })],
    ['30, M2', 'the issuer without its slash', () => ({ iss: 'https://tenant.example.com' })],
    ['30, M2', 'the issuer in capitals', () => ({ iss: 'https://TENANT.example.com/' })],
    ['30, M2', 'no issuer', () => ({ iss: undefined })],
    ['39, M3', 'no subject', () => ({ sub: undefined })],
    ['39, M3', 'an empty subject', () => ({ sub: '' })],
    ['35, M3', 'no time of issue', () => ({ iat: undefined })],
    ['31, M4', 'a foreign audience', () => ({ aud: 'client-2' })],
    ['31, M4', 'no audience', () => ({ aud: undefined })],
    ['31, M4', 'one audience more', () => ({ aud: [CLIENT_ID, 'other'] })],
    ['31, M4', 'one audience more, the party', () => ({ aud: [CLIENT_ID, 'other'], azp: 'other' })],
    ['36, M9', 'another nonce', () => ({ nonce: 'another' })],
    ['36, M9', 'no nonce', () => ({ nonce: undefined })],
    ['35, M12', 'no expiry', () => ({ exp: undefined })],
    ['35, M12', 'an expiry that has passed', () => ({ exp: nowSeconds() - 62 })],
    ['35, M12', 'a beginning in the future', () => ({ nbf: nowSeconds() + 90 })],
    ['38, M13', 'the hash of another access token', () => ({ at_hash: hashOf('another') })],
    ['32, M13', 'another authorized party', () => ({ azp: 'client-2' })],
    ['29, M13', 'more text than anybody reads', () => ({ name: 'x'.repeat(70_000) })],
  ])('security %s: (%s) is refused, and leaves nothing', async (_, __, claims) => {
    tenant.idTokenClaims = claims()
    const client = createClient(stored)
    await expect(signIn(client, tenant)).rejects.toMatchObject({
      name: 'GenericError',
      error: 'invalid_token',
    })
    expect(sessionItems()).toEqual({})
    expect(document.cookie).toBe('')
    expect(await client.isAuthenticated()).toBe(false)
    expect([tokenRequests(tenant).length, keyRequests(tenant)]).toEqual([1, 1])
    // What is announced first after it is the login that follows.
    tenant.idTokenClaims = {}
    await signIn(client, tenant)
    await expect.poll(() => announced).toMatchObject([{ type: 'signed_in', sub: 'auth0|ada' }])
  })

  it.each(['', 'a.b', 'a.b.c', 'a.b.c.d.e', '{}', 'x'.repeat(1_000_000)])(
    'security 29, M13: is refused where it is no ID token at all (%#)',
    async id_token => {
      tenant.tokenResponse = { id_token }
      await expect(signIn(createClient(stored), tenant)).rejects.toMatchObject({
        error: 'invalid_token',
      })
      expect(sessionItems()).toEqual({})
    },
  )

  it.each([undefined, nowSeconds() - 400])(
    'security 37, M29: is refused where the user signed in too long ago for max_age (%j)',
    async auth_time => {
      tenant.idTokenClaims = { auth_time }
      const client = createClient({ ...stored, authorizationParams: { max_age: 300 } })
      await expect(signIn(client, tenant)).rejects.toMatchObject({ error: 'invalid_token' })
      expect(sessionItems()).toEqual({})
    },
  )

  it.each<[string, Claims, Claims]>([
    ['M5', { aud: [CLIENT_ID] }, {}],
    ['31', { aud: ['other', CLIENT_ID], azp: CLIENT_ID }, {}],
    ['32', { azp: CLIENT_ID }, {}],
    ['38', { at_hash: hashOf('at-1') }, { access_token: 'at-1' }],
  ])('security %s: is taken in where %j is right', async (_, claims, answer) => {
    tenant.idTokenClaims = claims
    tenant.tokenResponse = answer
    const client = createClient(stored)
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('a refresh whose ID token is not that of the login', () => {
  const atLogin = { auth_time: nowSeconds() - 100, azp: CLIENT_ID }

  it.each<[string, object]>([
    ['issuer', { iss: 'https://other.example.com/' }],
    ['time of login', { auth_time: nowSeconds() }],
    ['authorized party', { azp: 'client-2' }],
    ['authorized party, which is missing', { azp: undefined }],
    ['audience', { aud: 'client-2' }],
    ['nonce', { nonce: 'another' }],
  ])(
    'security 43, M21: (another %s) is refused as a whole, but for the new refresh token',
    async (_, claims) => {
      tenant.idTokenClaims = atLogin
      await signIn(createClient(stored), tenant)
      expireStored()
      // Another page: nothing is remembered but what is stored.
      const client = createClient(stored)
      const before = await client.getIdTokenClaims()
      tenant.idTokenClaims = { ...atLogin, ...claims }
      await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token' })
      expect(grants(tenant, 'refresh_token')).toHaveLength(1)
      expect(await client.getIdTokenClaims()).toEqual(before)
      expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
      // The new one works, and the old one was not sent again.
      tenant.idTokenClaims = atLogin
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
      expect(revokedRefreshTokens(tenant)).toEqual([])
    },
  )

  it('security 43, M21: (another subject) ends the session here, and nothing of it is stored', async () => {
    tenant.idTokenClaims = atLogin
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    tenant.idTokenClaims = { ...atLogin, sub: 'auth0|grace' }
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    expect(await client.getUser()).toBeUndefined()
    expect(sessionItems()).toEqual({})
  })

  it('security 43, M21: (another subject) is refused also if the identity entry is missing', async () => {
    await signIn(createClient(stored), tenant)
    const isIdentity = (key: string): boolean => key.endsWith('@@user@@')
    for (const key of Object.keys(sessionItems()).filter(isIdentity)) localStorage.removeItem(key)
    expireStored()
    const client = createClient(stored)
    tenant.idTokenClaims = { sub: 'auth0|grace' }
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token' })
    expect(await client.getUser()).toBeUndefined()
    tenant.idTokenClaims = {}
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject({ sub: 'auth0|ada' })
  })

  it('security 43: is compared with the login that its own refresh token comes from', async () => {
    const start = nowSeconds()
    tenant.idTokenClaims = { auth_time: start - 100 }
    const client = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { audience: 'api-1' } })
    tenant.idTokenClaims = { auth_time: start - 50 }
    await signIn(client, tenant, { authorizationParams: { audience: 'api-2' } })
    expireStored()
    for (const [audience, age] of [
      ['api-1', 100],
      ['api-2', 50],
      ['api-1', 100],
    ] as const) {
      tenant.idTokenClaims = { auth_time: start - age }
      const call = { cacheMode: 'off', authorizationParams: { audience } } as const
      expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    }
  })

  it('security 43: keeps comparing after refreshes that left claims out', async () => {
    tenant.idTokenClaims = atLogin
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.idTokenClaims = { azp: CLIENT_ID }
    await client.getTokenSilently({ cacheMode: 'off' })
    tenant.idTokenClaims = { ...atLogin, auth_time: nowSeconds() }
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'invalid_token',
    })
  })
})
