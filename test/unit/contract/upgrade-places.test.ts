import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, recordFrames } from '../../support/clients.ts'
import { beginOldLogin, type OldLogin, SLOT } from '../../support/fixtures/old-login.ts'
import {
  entryKey,
  fillLocalStorage,
  type Items,
  OFFLINE_SCOPE,
  PREFIX,
  SCOPE,
  takeSession,
  USER_KEY,
  version1Items,
  version2Items,
  withManifest,
  writeOldCookie,
} from '../../support/fixtures/old-storage.ts'
import { CLIENT_ID, createTestbed, tokenRequests } from '../../support/testbed.ts'
import { installFakeLocks } from '../browser/fake-locks.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const ada = { sub: 'auth0|ada', name: 'Ada Lovelace', email: 'ada@example.com' }

/** A cache of an application, without a way of listing its keys. */
const cacheOf = (items: Items, answer: <T>(value: T) => T | Promise<T>) => {
  const entries = new Map<string, unknown>(Object.entries(structuredClone(items)))
  return {
    entries,
    cache: {
      get: <T>(key: string) => answer(structuredClone(entries.get(key)) as T | undefined),
      set: (key: string, entry: unknown) => answer(void entries.set(key, structuredClone(entry))),
      remove: (key: string) => answer(void entries.delete(key)),
    },
  }
}
const atOnce = <T>(value: T): T => value
const later = async <T>(value: T): Promise<T> => value

describe('caches of the application with a key manifest', () => {
  const matrix = [
    ['1.x', 'at once', version1Items, atOnce],
    ['1.x', 'later', version1Items, later],
    ['2.x', 'at once', version2Items, atOnce],
    ['2.x', 'later', version2Items, later],
  ] as const

  it.each(matrix)('of %s that answer %s keep the user signed in', async (_, __, itemsOf, when) => {
    const session = await takeSession(tenant)
    const { cache, entries } = cacheOf(withManifest(itemsOf(session, { isExpired: true })), when)
    const client = createClient({ cache, useRefreshTokens: true })
    await client.checkSession()
    expect(await client.getUser()).toEqual(ada)
    expect(tokenRequests(tenant)).toEqual([
      expect.objectContaining({
        grant_type: 'refresh_token',
        refresh_token: session.refresh_token,
      }),
    ])
    const { keys } = entries.get(PREFIX) as { keys: string[] }
    expect([...keys].sort()).toEqual([USER_KEY, entryKey(OFFLINE_SCOPE)].sort())
    expect(JSON.stringify([...entries.values()])).not.toContain(`${session.refresh_token}"`)
  })

  it.each(matrix)('of %s that answer %s find fewer scopes through it', async (...row) => {
    const [, , itemsOf, when] = row
    const session = await takeSession(tenant)
    const { cache } = cacheOf(withManifest(itemsOf(session, { isExpired: false })), when)
    const authorizationParams = { scope: 'email' }
    const client = createClient({ cache, useRefreshTokens: true, authorizationParams })
    expect(await client.getTokenSilently()).toBe(session.access_token)
    expect(await client.getUser()).toEqual(ada)
    expect(tokenRequests(tenant)).toEqual([])
  })

  it.each(matrix)('of %s that answer %s are empty after a sign-out', async (...row) => {
    const [, , itemsOf, when] = row
    const items = withManifest(itemsOf(await takeSession(tenant), { isExpired: false }))
    const { cache, entries } = cacheOf(items, when)
    await createClient({ cache, useRefreshTokens: true }).logout({ openUrl: false })
    expect([...entries]).toEqual([])
  })
})

describe('memory, of which only a cookie survives the reload', () => {
  it.each([
    [`auth0.${CLIENT_ID}.is.authenticated`, false],
    [`auth0.${CLIENT_ID}.is.authenticated`, true],
    [`_legacy_auth0.${CLIENT_ID}.is.authenticated`, false],
    ['auth0.is.authenticated', false],
    ['auth0.is.authenticated', true],
    ['_legacy_auth0.is.authenticated', false],
  ])('%s: signs in by the iframe, with useRefreshTokens %s', async (name, useRefreshTokens) => {
    writeOldCookie(name, true)
    const frames = answerSilently(tenant)
    const client = createClient({ useRefreshTokens })
    await client.checkSession()
    frames.stop()
    expect(await client.getUser()).toEqual(ada)
    expect(frames.urls.map(url => url.searchParams.get('scope'))).toEqual([
      useRefreshTokens ? OFFLINE_SCOPE : SCOPE,
    ])
    expect(tokenRequests(tenant)).toHaveLength(1)
    const names = document.cookie.split('; ').map(pair => pair.split('=')[0])
    expect(names.sort()).toEqual([
      `_legacy_auth0.${CLIENT_ID}.is.authenticated`,
      `auth0.${CLIENT_ID}.is.authenticated`,
    ])
  })

  it('asks within the organization that an old cookie names', async () => {
    writeOldCookie(`auth0.${CLIENT_ID}.is.authenticated`, true)
    writeOldCookie(`auth0.${CLIENT_ID}.organization_hint`, 'org_1')
    tenant.idTokenClaims = { org_id: 'org_1' }
    const frames = answerSilently(tenant)
    const client = createClient()
    await client.checkSession()
    frames.stop()
    expect(frames.urls[0]?.searchParams.get('organization')).toBe('org_1')
    expect(await client.getUser()).toEqual({ ...ada, org_id: 'org_1' })
    expect(document.cookie).toContain(`auth0.${CLIENT_ID}.organization_hint=%22org_1%22`)
  })

  it("makes no request for another client's cookie", async () => {
    writeOldCookie('auth0.another.is.authenticated', true)
    const frames = recordFrames(tenant, () => undefined)
    await createClient().checkSession()
    frames.stop()
    expect(frames.urls).toEqual([])
  })
})

describe('a login that was under way during the upgrade', () => {
  const logins: OldLogin[] = ['of 2.x', 'without a state', 'with organizationId']
  const places = ['sessionStorage', 'cookie', 'legacy cookie'] as const
  const cases = logins.flatMap(login => places.map(place => [login, place] as const))

  it.each(cases)('%s in the %s is finished', async (login, place) => {
    const url = await beginOldLogin(login, place)
    tenant.idTokenClaims = { org_id: 'org_1' }
    const client = createClient({ useCookiesForTransactions: place !== 'sessionStorage' })
    const result = await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(result).toEqual({ appState: { returnTo: '/inbox' }, response_type: 'code' })
    expect(await client.getUser()).toEqual({ ...ada, org_id: 'org_1' })
    expect(tokenRequests(tenant)).toHaveLength(1)
    expect(sessionStorage).toHaveLength(0)
    expect(document.cookie).not.toContain(SLOT)
  })

  it.each(['of 2.x', 'with organizationId'] as const)(
    '%s still wants the organization it was begun for',
    async login => {
      const url = await beginOldLogin(login, 'sessionStorage')
      tenant.idTokenClaims = { org_id: 'org_2' }
      const client = createClient()
      await expect(
        client.handleRedirectCallback(await tenant.answerLogin(url)),
      ).rejects.toMatchObject({
        error: 'invalid_token',
        message: expect.stringContaining('org_1'),
      })
      expect(await client.isAuthenticated()).toBe(false)
    },
  )

  it.each(['code=c&state=forged', 'code=success', 'error=expired'])(
    'of 2.x refuses ?%s, and is finished by its own state',
    async query => {
      const url = await beginOldLogin('of 2.x', 'sessionStorage')
      tenant.idTokenClaims = { org_id: 'org_1' }
      const client = createClient()
      const forged = `https://app.example.com/callback?${query}`
      await expect(client.handleRedirectCallback(forged)).rejects.toMatchObject({
        error: 'state_mismatch',
      })
      expect(tokenRequests(tenant)).toEqual([])
      await client.handleRedirectCallback(await tenant.answerLogin(url))
      expect(await client.isAuthenticated()).toBe(true)
    },
  )
})

describe('tabs that run old and new code at once take the same locks', () => {
  it('for a refresh, and around the iframe', async () => {
    const locks = installFakeLocks()
    fillLocalStorage(version2Items(await takeSession(tenant), { isExpired: true }))
    const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
    await createClient(stored).getTokenSilently()
    expect(locks.names()).toContain(`auth0.lock.getTokenSilently.${CLIENT_ID}.default`)
    const frames = answerSilently(tenant)
    await createClient().getTokenSilently()
    frames.stop()
    expect(locks.names()).toContain(`auth0.lock.getTokenFromIFrame.${CLIENT_ID}`)
  })
})
