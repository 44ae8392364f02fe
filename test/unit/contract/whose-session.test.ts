import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client, Auth0ClientOptions } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  createClient,
  expireStored,
  recordFrames,
  refuseSilently,
  sessionItems,
  storedEntries,
  tokenKeys,
} from '../../support/clients.ts'
import {
  fillLocalStorage,
  OFFLINE_SCOPE,
  version1Items,
  version2Items,
} from '../../support/fixtures/old-storage.ts'
import { begin, post } from '../../support/popups.ts'
import {
  activeRefreshTokens,
  authorize,
  createTestbed,
  DOMAIN,
  grants,
  tokenRequests,
} from '../../support/testbed.ts'

const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }
const leave = { openUrl: false } as const
const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

let tenant: TestTenant
let frames: { urls: URL[]; stop: () => void } | undefined
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  tenant = createTestbed()
})
afterEach(() => {
  vi.unstubAllGlobals()
  frames?.stop()
  frames = undefined
})

/** What a page knows of its user. */
const seenBy = async (client: Auth0Client) => ({
  sub: (await client.getUser())?.sub,
  claims: (await client.getIdTokenClaims())?.sub,
  isAuthenticated: await client.isAuthenticated(),
})
const ada = { sub: 'auth0|ada', claims: 'auth0|ada', isAuthenticated: true }
const grace = { sub: 'auth0|grace', claims: 'auth0|grace', isAuthenticated: true }
const noUser = { sub: undefined, claims: undefined, isAuthenticated: false }

/** Signs another user in with a popup. */
const linkAccount = async (client: Auth0Client) => {
  tenant.user = GRACE
  const { login, url } = await begin(client)
  post(await authorize(tenant, url))
  await login
}

/** Resolves when the messages that were posted until now have arrived: two later ones then have too. */
const messagesArrived = async () => {
  const [from, to] = [0, 1].map(() => new BroadcastChannel('auth0.sessions'))
  for (const round of [1, 2]) {
    const arrived = new Promise<void>(resolve => {
      if (to) to.onmessage = ({ data }) => data === round && resolve()
    })
    from?.postMessage(round)
    await arrived
  }
  for (const channel of [from, to]) channel?.close()
}

describe('account linking with a second client of the same id', () => {
  it.each<[string, Partial<Auth0ClientOptions>]>([
    ['memory', {}],
    ['memory, with refresh tokens', { useRefreshTokens: true }],
    ['localStorage', { cacheLocation: 'localstorage' }],
    ['localStorage, with refresh tokens', stored],
  ])('whose tokens are in memory leaves the user and tokens in %s', async (_, options) => {
    const [page, otherTab] = [createClient(options), createClient(options)]
    await signIn(page, tenant)
    await signIn(otherTab, tenant)
    const tokens = [await page.getTokenSilently(), await otherTab.getTokenSilently()]
    const [cookies, items] = [document.cookie, sessionItems()]
    const linking = createClient()
    await linkAccount(linking)
    await messagesArrived()
    expect(await seenBy(linking)).toEqual(grace)
    expect(await seenBy(page)).toEqual(ada)
    expect(await seenBy(otherTab)).toEqual(ada)
    expect([await page.getTokenSilently(), await otherTab.getTokenSilently()]).toEqual(tokens)
    expect(document.cookie).toBe(cookies)
    expect(sessionItems()).toEqual(items)
  })

  it('whose tokens are in memory ends no call that is under way in a page with localStorage', async () => {
    const page = createClient(stored)
    await signIn(page, tenant)
    expireStored()
    let release = (): void => {}
    const arrived = new Promise<void>(resolve => {
      tenant.intercept('token', ({ parameters }) => {
        if (parameters.grant_type !== 'refresh_token') return undefined
        resolve()
        return new Promise<undefined>(open => {
          release = () => open(undefined)
        })
      })
    })
    const call = page.getTokenSilently()
    await arrived
    await linkAccount(createClient())
    await messagesArrived()
    tenant.user = { sub: 'auth0|ada', name: 'Ada Lovelace' }
    release()
    expect(await call).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(await seenBy(page)).toEqual(ada)
  })

  it('in localStorage changes the user of the clients in localStorage, but not of those in memory', async () => {
    const [memory, shared] = [createClient(), createClient(stored)]
    await signIn(memory, tenant)
    await signIn(shared, tenant)
    await linkAccount(createClient(stored))
    await messagesArrived()
    expect(await seenBy(memory)).toEqual(ada)
    expect(await seenBy(shared)).toEqual(grace)
  })

  it.each<[string, Partial<Auth0ClientOptions>]>([
    ['memory', {}],
    ['localStorage', stored],
  ])('signs the page out too when it signs out, with tokens in %s', async (_, options) => {
    const page = createClient(options)
    await signIn(page, tenant)
    const linking = createClient()
    await linkAccount(linking)
    await linking.logout(leave)
    await expect.poll(() => seenBy(page)).toEqual(noUser)
    expect(tokenKeys()).toEqual([])
    expect(document.cookie).toBe('')
  })
})

describe('clients of two ids with one cache of the application', () => {
  it('keep their users, tokens and organizations apart', async () => {
    const entries = new Map<string, unknown>()
    const cache = {
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key: string, entry: unknown) => void entries.set(key, entry),
      remove: (key: string) => void entries.delete(key),
      allKeys: () => [...entries.keys()],
    }
    const first = createClient({ cache })
    const second = createClient({ cache, clientId: 'client-2' })
    await signIn(first, tenant)
    tenant.user = GRACE
    await signIn(second, tenant, { authorizationParams: { organization: 'org_2' } })
    expect(await seenBy(first)).toEqual(ada)
    expect(await seenBy(second)).toEqual(grace)
    await second.logout(leave)
    expect(await seenBy(first)).toEqual(ada)
    expect(await first.getTokenSilently({ cacheMode: 'cache-only' })).toMatch(/^access-token-/)
  })
})

describe('a renewal that comes back as another user', () => {
  it.each<[string, Partial<Auth0ClientOptions>]>([
    ['by a hidden iframe, with tokens in memory', {}],
    ['by a hidden iframe, with tokens in localStorage', { cacheLocation: 'localstorage' }],
    ['by a refresh token', stored],
  ])('%s: stores nothing, ends the session and hands out no token', async (_, options) => {
    const client = createClient(options)
    await signIn(client, tenant)
    frames = recordFrames(tenant)
    tenant.user = GRACE
    tenant.idTokenClaims = GRACE
    await expect(
      client.getTokenSilently({ cacheMode: 'off', detailedResponse: true }),
    ).rejects.toMatchObject({ error: 'login_required' })
    expect(await seenBy(client)).toEqual(noUser)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    expect(tokenKeys()).toEqual([])
    expect(document.cookie).toBe('')
  })

  it('is not handed out in a page whose storage the application has emptied in the meantime', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    expect(await seenBy(client)).toEqual(ada)
    for (const key of Object.keys(sessionItems())) localStorage.removeItem(key)
    frames = recordFrames(tenant)
    tenant.user = GRACE
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    expect(await seenBy(client)).toEqual(noUser)
  })

  it('is taken over when a page starts and knows no user', async () => {
    await signIn(createClient(), tenant)
    tenant.user = GRACE
    frames = recordFrames(tenant)
    const reloaded = createClient()
    await reloaded.checkSession()
    expect(await seenBy(reloaded)).toEqual(grace)
  })
})

describe('a tenant that has a new issuer', () => {
  const OLD = 'https://old.example.com/'
  const OLD_SESSION = { issuer: OLD } as const
  const moved = { ...stored, formerIssuers: ['old.example.com'] }
  const noFrame = { ...stored, useRefreshTokensFallback: false } as const

  beforeEach(() => {
    tenant.idTokenClaims = { iss: OLD }
  })
  const signInBefore = async () => {
    await signIn(createClient({ ...stored, ...OLD_SESSION }), tenant)
    tenant.idTokenClaims = {}
    tenant.clearRequests()
  }
  const spent = () => tokenRequests(tenant).flatMap(({ refresh_token }) => refresh_token ?? [])

  it('has no session of the one before, and hands out none of its tokens', async () => {
    await signInBefore()
    const client = createClient(noFrame)
    await client.checkSession()
    expect(await seenBy(client)).toEqual(noUser)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    await client.revokeRefreshToken()
    expect(tenant.requests).toEqual([])
    await signIn(client, tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
  })

  it('takes the session over with `formerIssuers` by spending its refresh token once', async () => {
    await signInBefore()
    const [before] = activeRefreshTokens(tenant)
    const client = createClient(moved)
    expect(await seenBy(client)).toEqual(noUser)
    await client.checkSession()
    expect(await seenBy(client)).toEqual(ada)
    expect((await client.getIdTokenClaims())?.iss).toBe(`https://${DOMAIN}/`)
    await client.getTokenSilently()
    expect(spent()).toEqual([before])
    expect(await seenBy(createClient(stored))).toEqual(ada)
  })

  it.each([
    ['2.x', version2Items],
    ['1.x', version1Items],
  ])('takes over what auth0-spa-js %s has stored', async (_, itemsOf) => {
    const old = createClient({ ...stored, ...OLD_SESSION })
    await signIn(old, tenant)
    const [entry] = Object.values(storedEntries())
    const issuedBefore = {
      access_token: `${entry?.body.access_token}`,
      refresh_token: `${entry?.body.refresh_token}`,
      id_token: `${(await old.getIdTokenClaims())?.__raw}`,
      scope: OFFLINE_SCOPE,
      audience: 'default',
    }
    tenant.idTokenClaims = {}
    tenant.clearRequests()
    for (const isExpired of [false, true]) {
      localStorage.clear()
      fillLocalStorage(itemsOf(issuedBefore, { isExpired }))
      expect(await seenBy(createClient(noFrame))).toEqual(noUser)
      await expect(createClient(noFrame).getTokenSilently()).rejects.toThrow()
      expect(await seenBy(createClient(noFrame))).toEqual(noUser)
    }
    const client = createClient(moved)
    expect(await seenBy(client)).toEqual(noUser)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await seenBy(client)).toEqual(ada)
    expect(spent()).toEqual([issuedBefore.refresh_token])
  })

  it('revokes the refresh token of a former issuer, and removes it at a sign-out', async () => {
    await signInBefore()
    const [before] = activeRefreshTokens(tenant)
    await createClient(moved).revokeRefreshToken()
    expect(tenant.requestsTo('revoke').map(({ parameters }) => parameters.token)).toEqual([before])
    tenant.idTokenClaims = { iss: OLD }
    await signInBefore()
    await createClient(moved).logout(leave)
    expect(tokenKeys()).toEqual([])
  })
})

describe('the organization of a call', () => {
  const of = (organization: string) => ({ authorizationParams: { organization } })
  const signInTo = async (organization: string, options: Partial<Auth0ClientOptions> = stored) => {
    const client = createClient(options)
    await signIn(client, tenant, of(organization))
    return client
  }

  it.each([
    ['org_a', 'org_b'],
    ['org_a', 'ORG_A'],
    ['acme', 'globex'],
    ['org_a', 'acme'],
    ['acme', 'org_a'],
  ])('is not answered from the cache of another: %s, then %s', async (before, asked) => {
    const client = await signInTo(before)
    const token = await client.getTokenSilently(of(before))
    const only = { ...of(asked), cacheMode: 'cache-only' } as const
    expect(await client.getTokenSilently(only)).toBeUndefined()
    frames = recordFrames(tenant)
    const details = await client.getTokenSilently({ ...of(asked), detailedResponse: true })
    expect(details?.access_token).not.toBe(token)
    expect(frames.urls.map(url => url.searchParams.get('organization'))).toEqual([asked])
    expect(grants(tenant, 'refresh_token')).toEqual([])
    expect(details?.id_token).toBe((await client.getIdTokenClaims())?.__raw)
  })

  it.each([
    ['org_a', ' org_a '],
    ['acme', 'ACME'],
    ['Acme', 'acme'],
  ])('is answered from the cache if it is the same: %s, then %j', async (before, asked) => {
    const client = await signInTo(before)
    const token = await client.getTokenSilently()
    expect(await client.getTokenSilently(of(asked))).toBe(token)
    expect(
      await client.getTokenSilently({
        ...of(asked),
        cacheMode: 'cache-only',
        detailedResponse: true,
      }),
    ).toMatchObject({ access_token: token })
  })

  it.each<[string, Partial<Auth0ClientOptions>]>([
    ['with refresh tokens', stored],
    ['without', { cacheLocation: 'localstorage' }],
  ])(
    'does not sign out of the present one if the tenant asks for a login to it, %s',
    async (_, options) => {
      const client = await signInTo('org_a', options)
      const token = await client.getTokenSilently()
      frames = refuseSilently(tenant)
      await expect(client.getTokenSilently(of('org_b'))).rejects.toMatchObject({
        error: 'login_required',
      })
      expect(await client.getIdTokenClaims()).toMatchObject({ org_id: 'org_a' })
      expect(await client.getTokenSilently()).toBe(token)
      expect(document.cookie).toContain('is.authenticated')
    },
  )

  const ofB = { cacheLocation: 'localstorage', ...of('org_b') } as const

  it('counts when a page of another one starts', async () => {
    await signInTo('org_a', { cacheLocation: 'localstorage' })
    frames = recordFrames(tenant)
    const page = createClient(ofB)
    await page.checkSession()
    expect(frames.urls.map(url => url.searchParams.get('organization'))).toEqual(['org_b'])
    expect(await page.getIdTokenClaims()).toMatchObject({ org_id: 'org_b' })
  })

  it('leaves the present session if a page of another one starts without a login to it', async () => {
    await signInTo('org_a', { cacheLocation: 'localstorage' })
    frames = refuseSilently(tenant)
    const page = createClient(ofB)
    await page.checkSession()
    expect(frames.urls).toHaveLength(1)
    expect(await page.getIdTokenClaims()).toMatchObject({ org_id: 'org_a' })
  })
})
