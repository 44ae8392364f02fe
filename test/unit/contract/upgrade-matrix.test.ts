import { beforeEach, describe, expect, it } from 'vitest'
import type { TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, storedEntries } from '../../support/clients.ts'
import {
  decodedToken,
  entryKey,
  fillLocalStorage,
  type Items,
  OFFLINE_SCOPE,
  type OldSession,
  SCOPE,
  takeSession,
  USER_KEY,
  version1Items,
  version1StrippedItems,
  version2Items,
  version2StrippedItems,
  writeOldCookie,
} from '../../support/fixtures/old-storage.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  ISSUER,
  revokedRefreshTokens,
  tokenRequests,
} from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const ada = { sub: 'auth0|ada', name: 'Ada Lovelace', email: 'ada@example.com' }

/** One refresh with the old token, and the successor stored in its place. */
const expectOneRefresh = ({ refresh_token }: OldSession): void => {
  expect(tokenRequests(tenant)).toEqual([
    expect.objectContaining({ grant_type: 'refresh_token', refresh_token }),
  ])
  expect(JSON.stringify({ ...localStorage })).not.toContain(`${refresh_token}"`)
  expect(activeRefreshTokens(tenant)).toEqual([expect.not.stringContaining(`${refresh_token}`)])
  for (const { body } of Object.values(storedEntries())) {
    expect(body.refresh_token).toBe(activeRefreshTokens(tenant)[0])
  }
  expect(revokedRefreshTokens(tenant)).toEqual([])
}

type Layout = (session: OldSession, age: { isExpired: boolean }) => Items
const layouts: [string, Layout][] = [
  ['1.x', version1Items],
  ['2.x', version2Items],
]

describe.each(layouts)('localStorage of %s', (layout, itemsOf) => {
  it('serves a valid token without a request, and refreshes with the old refresh token', async () => {
    const session = await takeSession(tenant)
    fillLocalStorage(itemsOf(session, { isExpired: false }))
    const client = createClient(stored)
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expect(await client.getTokenSilently()).toBe(session.access_token)
    expect(tokenRequests(tenant)).toEqual([])

    const renewed = await client.getTokenSilently({ cacheMode: 'off' })
    expect(renewed).not.toBe(session.access_token)
    expectOneRefresh(session)
    expect(Object.keys(storedEntries())).toEqual([entryKey(OFFLINE_SCOPE)])
    expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body.access_token).toBe(renewed)
  })

  it('knows the user of an expired entry at once, and renews once on load', async () => {
    const session = await takeSession(tenant)
    fillLocalStorage(itemsOf(session, { isExpired: true }))
    const client = createClient(stored)
    expect(await client.getUser()).toEqual(ada)
    expect(tokenRequests(tenant)).toEqual([])
    await client.checkSession()
    expectOneRefresh(session)
    expect(await client.getUser()).toEqual(ada)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('keeps user and refresh token of an expired entry when the renewal fails', async () => {
    const session = await takeSession(tenant)
    fillLocalStorage(itemsOf(session, { isExpired: true }))
    tenant.intercept('token', () => Response.json({ error: 'slow_down' }, { status: 429 }))
    const client = createClient(stored)
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expect(JSON.parse(localStorage.getItem(entryKey(OFFLINE_SCOPE)) ?? '{}').body).toEqual({
      refresh_token: session.refresh_token,
      audience: 'default',
      scope: OFFLINE_SCOPE,
      client_id: CLIENT_ID,
    })
    expect(JSON.parse(localStorage.getItem(USER_KEY) ?? '{}')).toEqual({
      id_token: session.id_token,
      decodedToken: decodedToken(session.id_token),
      // The ID token of 1.x was moved to its own entry by this version.
      ...(layout === '1.x' && { issuer: ISSUER }),
    })
  })

  it('serves a valid token that came without a refresh token from the cache', async () => {
    const session = await takeSession(tenant, { useRefreshTokens: false })
    fillLocalStorage(itemsOf(session, { isExpired: false }))
    writeOldCookie(`auth0.${CLIENT_ID}.is.authenticated`, true)
    const client = createClient({ cacheLocation: 'localstorage' })
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expect(await client.getTokenSilently()).toBe(session.access_token)
    expect(tokenRequests(tenant)).toEqual([])
  })

  it('takes the iframe for an expired token that came without a refresh token', async () => {
    const session = await takeSession(tenant, { useRefreshTokens: false })
    fillLocalStorage(itemsOf(session, { isExpired: true }))
    writeOldCookie(`auth0.${CLIENT_ID}.is.authenticated`, true)
    const frames = answerSilently(tenant)
    const client = createClient({ cacheLocation: 'localstorage' })
    await client.checkSession()
    frames.stop()
    expect(await client.getUser()).toEqual(ada)
    expect(frames.urls).toHaveLength(1)
    expect(tokenRequests(tenant)).toEqual([
      expect.objectContaining({ grant_type: 'authorization_code' }),
    ])
    expect(Object.keys(storedEntries())).toEqual([entryKey(SCOPE)])
  })

  it('moves on to refresh tokens silently when the application turns them on', async () => {
    const session = await takeSession(tenant, { useRefreshTokens: false })
    fillLocalStorage(itemsOf(session, { isExpired: false }))
    writeOldCookie(`auth0.${CLIENT_ID}.is.authenticated`, true)
    const frames = answerSilently(tenant)
    const client = createClient(stored)
    await client.checkSession()
    frames.stop()
    expect(frames.urls.map(url => url.searchParams.get('scope'))).toEqual([OFFLINE_SCOPE])
    expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body.refresh_token).toBe(
      activeRefreshTokens(tenant)[0],
    )
    expect(await client.getUser()).toEqual(ada)
  })

  it('finds the entry of a configured audience, also by fewer scopes', async () => {
    const session = await takeSession(tenant, { audience: 'urn::api' })
    fillLocalStorage(itemsOf(session, { isExpired: false }))
    const authorizationParams = { audience: 'urn::api', scope: 'profile' }
    const client = createClient({ ...stored, authorizationParams })
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expect(await client.getTokenSilently()).toBe(session.access_token)
    expect(tokenRequests(tenant)).toEqual([])
    await client.getTokenSilently({ cacheMode: 'off' })
    expectOneRefresh(session)
    expect(Object.keys(storedEntries()).sort()).toEqual([
      entryKey(OFFLINE_SCOPE, 'urn::api'),
      entryKey('openid profile offline_access', 'urn::api'),
    ])
  })

  it('leaves nothing behind at a sign-out', async () => {
    fillLocalStorage(itemsOf(await takeSession(tenant), { isExpired: false }))
    writeOldCookie(`auth0.${CLIENT_ID}.is.authenticated`, true)
    writeOldCookie(`_legacy_auth0.${CLIENT_ID}.is.authenticated`, true)
    writeOldCookie(`auth0.${CLIENT_ID}.organization_hint`, 'org_1')
    await createClient(stored).logout({ openUrl: false })
    expect({ ...localStorage }).toEqual({})
    expect(document.cookie).toBe('')
  })
})

describe('entries that were reduced to their refresh token', () => {
  it.each([
    ['1.x', version1StrippedItems],
    ['2.x', version2StrippedItems],
  ])('bring the user of %s back with one refresh on load', async (_, itemsOf) => {
    const session = await takeSession(tenant)
    fillLocalStorage(itemsOf(session))
    const client = createClient(stored)
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expectOneRefresh(session)
    expect(storedEntries()[entryKey(OFFLINE_SCOPE)]?.body).toMatchObject({
      audience: 'default',
      scope: OFFLINE_SCOPE,
      client_id: CLIENT_ID,
      access_token: await client.getTokenSilently(),
    })
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('keep the user of 2.x before any request', async () => {
    fillLocalStorage(version2StrippedItems(await takeSession(tenant)))
    expect(await createClient(stored).getUser()).toEqual(ada)
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('tabs that run old and new code at once', () => {
  it('find in each other what they write: the layout of 2.x, and beside it the issuer', async () => {
    const session = await takeSession(tenant)
    fillLocalStorage(version2Items(session, { isExpired: true }))
    const client = createClient(stored)
    const access_token = `${await client.getTokenSilently()}`
    const id_token = (await client.getIdTokenClaims())?.__raw ?? ''
    const [refresh_token] = activeRefreshTokens(tenant)
    const expected = version2Items(
      { ...session, access_token, id_token, refresh_token },
      { isExpired: false },
    )
    const written = { ...localStorage }
    const key = entryKey(OFFLINE_SCOPE)
    expect(JSON.parse(written[USER_KEY])).toEqual({
      ...(expected[USER_KEY] as object),
      issuer: ISSUER,
    })
    const { body } = expected[key] as { body: object }
    // The issuer and the user of the refresh token are ours: old code leaves them alone.
    expect(JSON.parse(written[key])).toEqual({
      body: { ...body, issuer: ISSUER, login_claims: { sub: 'auth0|ada' } },
      expiresAt: expect.any(Number),
    })
  })
})
