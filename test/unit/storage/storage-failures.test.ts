import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CacheKey } from '../../../src/index.ts'
import { slotKey } from '../../../src/storage/cache-key.ts'
import { isAnyPending } from '../../../src/storage/take-transaction.ts'
import {
  createTransactionStore,
  webTransactionStorage,
} from '../../../src/storage/transaction-store.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, redirectUrl } from '../../support/clients.ts'
import {
  authorize,
  CLIENT_ID,
  createTestbed,
  grants,
  ISSUER,
  revokedRefreshTokens,
  tokenRequests,
} from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

describe('security 49: storage that is full, denied or missing', () => {
  it('renews and signs out if the browser stores neither cookies nor databases', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    vi.spyOn(Document.prototype, 'cookie', 'get').mockReturnValue('')
    vi.stubGlobal('indexedDB', undefined)
    expireStored()
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    await client.logout({ openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('returns the token to the caller although the custom cache cannot be written', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const entries = new Map<string, unknown>()
    let isFull = false
    const cache = {
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key: string, entry: unknown) => {
        if (isFull) throw new Error('full')
        entries.set(key, entry)
      },
      remove: (key: string) => void entries.delete(key),
      allKeys: () => [...entries.keys()],
    }
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    isFull = true
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(
        /^\[latchkey\] The `cache` does not keep .* session ends with this page/,
      ),
      expect.objectContaining({ message: 'full' }),
    )
    // The refresh token that was used must not be found again.
    expect(JSON.stringify([...entries.values()])).not.toContain('"refresh_token":"rt-')
  })

  it('warns once if a custom cache takes everything and keeps nothing, and the session goes on', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const cache = { get: () => undefined, set: async () => {}, remove: () => {} }
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    expect(await client.getUser()).toMatchObject({ name: 'Ada Lovelace' })
    const token = await client.getTokenSilently()
    expect(await client.getTokenSilently()).toBe(token)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).not.toBe(token)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[latchkey\] The `cache` does not keep/),
      expect.stringContaining('`get` returns nothing'),
    )
    await client.logout({ openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('believes a custom cache that shows late what it was given, once it shows something', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const entries = new Map<string, unknown>()
    const waiting = new Map<string, unknown>()
    const cache = {
      get: async <T>(key: string) => entries.get(key) as T | undefined,
      set: async (key: string, entry: unknown) => void waiting.set(key, entry),
      remove: async (key: string) => void entries.delete(key),
      allKeys: async () => [...entries.keys()],
    }
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    for (const [key, entry] of waiting) entries.set(key, structuredClone(entry))
    const key = [...entries.keys()].find(name => name.includes('::default::')) ?? ''
    const entry = entries.get(key) as { body: { access_token: string } }
    entry.body.access_token = 'of another tab'
    expect(await client.getTokenSilently()).toBe('of another tab')
  })

  it('warns once if localStorage is full, and the session goes on until the page is closed', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const full = {
      length: 0,
      getItem: () => null,
      removeItem: () => {},
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    }
    vi.spyOn(globalThis, 'localStorage', 'get').mockReturnValue(full as unknown as Storage)
    const client = createClient(stored)
    await signIn(client, tenant)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject({ name: 'Ada Lovelace' })
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[latchkey\] localStorage is full or denied.*Free space/),
    )
  })

  it.each([
    ['in memory', {}, 1],
    ['in localStorage', { cacheLocation: 'localstorage' } as const, 1],
    ['in localStorage with refresh tokens, which needs no cookie', stored, 0],
  ])(
    'warns if the browser does not store the cookie that a reload needs (%s)',
    async (_, options, times) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      const client = createClient({ ...options, cookieDomain: 'elsewhere.example' })
      await signIn(client, tenant)
      await signIn(client, tenant)
      expect(warn.mock.calls.filter(([text]) => /cookie/.test(text))).toHaveLength(times)
      for (const [text] of warn.mock.calls) expect(text).toMatch(/^\[latchkey\] .*`cookieDomain`/)
    },
  )

  it('keeps tokens in memory if localStorage is null', async () => {
    vi.stubGlobal('localStorage', null)
    const client = createClient(stored)
    await signIn(client, tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('still works after storage was cleared during a renewal', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.intercept('token', () => {
      localStorage.clear()
      return undefined
    })
    const token = await client.getTokenSilently({ cacheMode: 'off' })
    tenant.intercept('token', undefined)
    expect(await client.getTokenSilently()).toBe(token)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).not.toBe(token)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('rejects the login at once if sessionStorage is denied', async () => {
    vi.stubGlobal('sessionStorage', undefined)
    await expect(redirectUrl(createClient())).rejects.toMatchObject({
      error: 'transaction_not_stored',
    })
  })

  it("returns undefined for 'cache-only' if a sandbox denies Web Locks", async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    expireStored()
    const denied = async () => {
      throw new DOMException('denied', 'SecurityError')
    }
    Object.defineProperty(navigator, 'locks', { configurable: true, value: { request: denied } })
    try {
      expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    } finally {
      Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined })
    }
  })

  it('renews with an invalid version number in localStorage, and replaces it', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    await client.getTokenSilently({ cacheMode: 'off' })
    const item = Object.keys({ ...localStorage }).find(key => key.includes('@@generation@@')) ?? ''
    localStorage.setItem(item, 'junk')
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(Number(localStorage.getItem(item))).toBeGreaterThan(0)
  })
})

describe('token responses that are partly invalid', () => {
  it.each([
    ['an invalid lifetime', { expires_in: -1 }],
    ['no access token', { access_token: undefined }],
  ])('stores the new refresh token of a response with %s', async (_, answer) => {
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.tokenResponse = answer
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'request_error',
    })
    tenant.tokenResponse = {}
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })
})

describe('audiences with ::', () => {
  it('does not return the token of urn::x to a call for urn', async () => {
    const client = createClient({ authorizationParams: { audience: 'urn::x' }, ...stored })
    await signIn(client, tenant, { authorizationParams: { audience: 'urn::x' } })
    const key = slotKey(CLIENT_ID, {
      audience: 'urn::x',
      scope: 'openid profile email offline_access',
    })
    expect(localStorage.getItem(key)).not.toBeNull()
    expect(CacheKey.fromKey(key)).toMatchObject({ audience: 'urn::x' })
    const call = { cacheMode: 'cache-only', authorizationParams: { audience: 'urn' } } as const
    expect(await client.getTokenSilently(call)).toBeUndefined()
  })

  it('does not use an anonymous session as a token of the user', async () => {
    const client = createClient(stored)
    const body = { refresh_token: 'anonymous', access_token: 'a' }
    const expiresAt = Math.floor(Date.now() / 1000) + 1000
    localStorage.setItem(
      `@@auth0spajs@@::${CLIENT_ID}::anonymous::session`,
      JSON.stringify({ body, expiresAt }),
    )
    await client.checkSession()
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('abandoned logins', () => {
  it('expire after an hour, and then fail with missing_transaction', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const client = createClient()
    const url = await redirectUrl(client)
    vi.setSystemTime(Date.now() + 61 * 60 * 1000)
    await expect(
      client.handleRedirectCallback(await tenant.answerLogin(url)),
    ).rejects.toMatchObject({
      error: 'missing_transaction',
    })
    expect(
      await isAnyPending(
        createTransactionStore({
          loadStorage: () => webTransactionStorage('sessionStorage'),
          clientId: CLIENT_ID,
          issuer: ISSUER,
        }),
      ),
    ).toBe(false)
  })
})

describe('an invalid item under the single transaction key', () => {
  it.each(['null', '5', '"text"', '{oops'])('does not block callbacks if it is %s', async text => {
    sessionStorage.setItem(`a0.spajs.txs.${CLIENT_ID}`, text)
    const client = createClient()
    const answer = 'https://app.example.com/callback?code=c&state=s'
    await expect(client.handleRedirectCallback(answer)).rejects.toMatchObject({
      error: 'missing_transaction',
    })
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('an entry of 1.x with another audience', () => {
  it('is found although another audience is configured', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant, { authorizationParams: { audience: 'api-1' } })
    const idTokenKey = `@@auth0spajs@@::${CLIENT_ID}::@@user@@`
    const { id_token, decodedToken } = JSON.parse(localStorage.getItem(idTokenKey) ?? '{}')
    localStorage.removeItem(idTokenKey)
    const key = slotKey(CLIENT_ID, { audience: 'api-1', scope: 'openid profile email' })
    const { body, expiresAt } = JSON.parse(localStorage.getItem(key) ?? '{}')
    const old = { body: { ...body, id_token, decodedToken }, expiresAt }
    localStorage.setItem(key, JSON.stringify(old))
    const upgraded = createClient({ cacheLocation: 'localstorage' })
    expect(await upgraded.getUser()).toMatchObject({ name: 'Ada Lovelace' })
  })
})

describe('audiences named like members of Object.prototype', () => {
  it.each(['toString', 'constructor', '__proto__'])(
    'request the default scopes: %s',
    async audience => {
      const client = createClient({ authorizationParams: { audience } })
      const url = new URL(await redirectUrl(client))
      expect(url.searchParams.get('scope')).toBe('openid profile email')
    },
  )
})

describe('cleanUrl', () => {
  it('removes the response from a hash route and keeps the rest exactly', async () => {
    const client = createClient()
    const { code, state } = await authorize(tenant, await redirectUrl(client))
    const answer = new URLSearchParams({ code, state, iss: 'https://tenant.example.com/' })
    history.replaceState(null, '', `/app?#x`)
    history.replaceState(null, '', `/#/cb?flag&x=a%20b&${answer}`)
    await client.handleRedirectCallback(location.href, { cleanUrl: true })
    expect(location.href).toBe('https://app.example.com/#/cb?flag&x=a%20b')
  })
})

describe('cookies of an earlier version', () => {
  it('are removed with their legacy copies, also if those are no longer written', async () => {
    await signIn(createClient(), tenant)
    expect(document.cookie).toContain('_legacy_')
    await createClient({ legacySameSiteCookie: false }).logout({ openUrl: false })
    expect(document.cookie).toBe('')
  })
})

describe('security 73: hostile claims', () => {
  it('a claim named __raw does not replace the raw token', async () => {
    const client = createClient()
    tenant.idTokenClaims = { __raw: 'forged' }
    await signIn(client, tenant)
    expect((await client.getIdTokenClaims())?.__raw).toMatch(/^ey/)
  })
})
