import { beforeEach, describe, expect, it } from 'vitest'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { createTestKey, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, storedEntries } from '../../support/clients.ts'
import {
  entryKey,
  fillLocalStorage,
  OFFLINE_SCOPE,
  takeSession,
  USER_KEY,
  version1Items,
  version2Items,
  version2StrippedItems,
} from '../../support/fixtures/old-storage.ts'
import { activeRefreshTokens, createTestbed, DOMAIN, tokenRequests } from '../../support/testbed.ts'

const OTHER_DOMAIN = 'other.example.com'
const otherKey = await createTestKey({ kid: 'other' })
const options = {
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  useRefreshTokensFallback: false,
} as const
const create = (domain: string, more: Partial<Auth0ClientOptions> = {}) =>
  createClient({ ...options, domain, ...more })
const API = { authorizationParams: { audience: 'api' } }

let ours: TestTenant
let theirs: TestTenant
beforeEach(() => {
  ours = createTestbed()
  theirs = createTestbed({
    domain: OTHER_DOMAIN,
    signingKey: otherKey,
    jwks: { keys: [otherKey.jwk] },
  })
})

/** Every refresh token that a tenant was sent. */
const sentTo = (tenant: TestTenant) =>
  [
    ...tokenRequests(tenant),
    ...tenant.requestsTo('revoke').map(({ parameters }) => parameters),
  ].flatMap(({ refresh_token, token }) => refresh_token ?? token ?? [])

describe('security C: two tenants at one origin with one client id', () => {
  it('do not see the user, the access token or the refresh token of each other', async () => {
    await signIn(create(OTHER_DOMAIN), theirs)
    const client = create(DOMAIN)
    await client.checkSession()
    expect(await client.getUser()).toBeUndefined()
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    expireStored()
    await expect(client.getTokenSilently()).rejects.toThrow()
    await client.revokeRefreshToken()
    expect(sentTo(ours)).toEqual([])
    expect(await create(OTHER_DOMAIN).isAuthenticated()).toBe(true)
  })

  it('keep the entries of each other at a sign-out', async () => {
    await signIn(create(OTHER_DOMAIN), theirs)
    const client = create(DOMAIN)
    await signIn(client, ours, API)
    await client.logout({ openUrl: false })
    expect(Object.values(storedEntries()).map(({ body }) => body.issuer)).toEqual([
      `https://${OTHER_DOMAIN}/`,
    ])
    await create(OTHER_DOMAIN).getTokenSilently({ cacheMode: 'off' })
    expect(await create(OTHER_DOMAIN).isAuthenticated()).toBe(true)
    await create(OTHER_DOMAIN).logout({ openUrl: false })
    expect(storedEntries()).toEqual({})
  })

  it('use no entry for more scopes of each other, and spend no refresh token of each other', async () => {
    // The second token of the one tenant differs from the first of the other.
    for (let login = 0; login < 2; login++) {
      await signIn(create(OTHER_DOMAIN, { useMrrt: true }), theirs)
    }
    const client = create(DOMAIN, { useMrrt: true })
    await signIn(client, ours, API)
    const [own] = activeRefreshTokens(ours)
    const call = { authorizationParams: { scope: 'email' } }
    expect(await client.getTokenSilently({ ...call, cacheMode: 'cache-only' })).toBeUndefined()
    await client.getTokenSilently(call)
    expect(sentTo(ours)).toEqual([own])
    expect(sentTo(theirs)).toEqual([])
  })

  it.each([
    ['2.x', version2Items],
    ['1.x', version1Items],
  ] as const)(
    'do not use entries of each other that auth0-spa-js %s has written',
    async (_, items) => {
      fillLocalStorage(items(await takeSession(theirs, {}, OTHER_DOMAIN), { isExpired: false }))
      const client = create(DOMAIN)
      await client.checkSession()
      expect(await client.isAuthenticated()).toBe(false)
      await expect(client.getTokenSilently()).rejects.toThrow()
      expect(sentTo(ours)).toEqual([])
      await client.logout({ openUrl: false })
      expect(await create(OTHER_DOMAIN).isAuthenticated()).toBe(true)
      expect(await create(OTHER_DOMAIN).getTokenSilently()).toMatch(/^access-token/)
    },
  )

  it('do not take over what auth0-spa-js has written for the other by a sign-in of their own', async () => {
    const session = await takeSession(theirs, { audience: 'api' }, OTHER_DOMAIN)
    fillLocalStorage(version2Items(session, { isExpired: false }))
    const client = create(DOMAIN)
    await signIn(client, ours)
    await expect(client.getTokenSilently(API)).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    expect(sentTo(ours)).toEqual([])
    expect(await create(OTHER_DOMAIN, API).getTokenSilently({ cacheMode: 'off' })).toMatch(
      /^access-token/,
    )
  })

  it('use a refresh token of auth0-spa-js without an ID token', async () => {
    const session = await takeSession(ours)
    fillLocalStorage(version2StrippedItems(session))
    localStorage.removeItem(USER_KEY)
    expect(await create(DOMAIN).getTokenSilently()).toMatch(/^access-token/)
    expect(sentTo(ours)).toEqual([session.refresh_token])
    expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body.issuer).toBe(`https://${DOMAIN}/`)
  })
})

describe('formerIssuers', () => {
  it('are those whose refresh tokens are spent at the present one, and whose access tokens are not used', async () => {
    const before = createClient({ ...options, issuer: 'old.example.com' })
    ours.idTokenClaims = { iss: 'https://old.example.com/' }
    await signIn(before, ours)
    const [old] = Object.values(storedEntries())
    ours.idTokenClaims = {}

    expect(await create(DOMAIN).getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    const client = create(DOMAIN, { formerIssuers: ['old.example.com'] })
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    await client.checkSession()
    expect(sentTo(ours)).toEqual([old?.body.refresh_token])
    expect(await client.getUser()).toMatchObject({ name: 'Ada Lovelace' })
    const [entry] = Object.values(storedEntries())
    expect(entry?.body.issuer).toBe(`https://${DOMAIN}/`)
    expect(await client.getTokenSilently()).toBe(entry?.body.access_token)
    expect(entry?.body.access_token).not.toBe(old?.body.access_token)
  })
})
