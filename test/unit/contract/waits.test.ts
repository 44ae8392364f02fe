import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuth0Client, type ICache } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, REDIRECT_URI, redirectUrl } from '../../support/clients.ts'
import { CLIENT_ID, createTestbed, DOMAIN, grants } from '../../support/testbed.ts'
import { installFakeLocks } from '../browser/fake-locks.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
  vi.stubGlobal('indexedDB', new IDBFactory())
  // What stands still in one test must not hold a lock in the next.
  installFakeLocks()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => vi.unstubAllGlobals())

const stored = {
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  useRefreshTokensFallback: false,
} as const

const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })

const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    value => value ?? 'done',
    error => error.error ?? error,
  )

const realTimeout = globalThis.setTimeout

/** Requests, databases and cryptography take turns of the event loop, which are not faked. */
const otherTurns = (): Promise<void> => new Promise(resolve => realTimeout(resolve, 1))

/** The outcome of a call, which has this much of the clock. */
const within = async (ms: number, call: Promise<unknown>): Promise<unknown> => {
  let outcome: unknown = 'waits'
  void outcomeOf(call).then(value => {
    outcome = value
  })
  const step = Math.max(50, ms / 1000)
  for (let spent = 0; spent < ms && outcome === 'waits'; spent += step) {
    await vi.advanceTimersByTimeAsync(step)
    await otherTurns()
  }
  return outcome
}

const start = (options: object) =>
  createAuth0Client({
    domain: DOMAIN,
    clientId: CLIENT_ID,
    authorizationParams: { redirect_uri: REDIRECT_URI },
    ...options,
  })

describe('security B: a cache of the application that never answers', () => {
  /** Works until a method is silenced. */
  const createCache = () => {
    const entries = new Map<string, unknown>()
    const silent = new Set<keyof ICache>()
    const answer = async <T>(method: keyof ICache, value: T): Promise<T> =>
      silent.has(method) ? new Promise<T>(() => {}) : value
    const cache: ICache = {
      get: <T>(key: string) => answer('get', entries.get(key) as T | undefined),
      set: (key, entry) => answer('set', void entries.set(key, entry)),
      remove: key => answer('remove', void entries.delete(key)),
      allKeys: () => answer('allKeys', [...entries.keys()]),
    }
    return { cache, silent }
  }

  it('to `get` keeps neither the start of the page nor a call for more than ten seconds', async () => {
    const { cache, silent } = createCache()
    await signIn(createClient({ cache }), tenant)
    silent.add('get')
    fakeTimers()
    expect(
      await within(
        11_000,
        start({ cache }).then(() => 'started'),
      ),
    ).toBe('started')
    const client = createClient({ cache })
    expect(await within(11_000, client.getTokenSilently())).toBe('timeout')
    expect(await within(11_000, client.isAuthenticated())).toBe('timeout')
  })

  it('to `set` costs no token: this page keeps it', async () => {
    const { cache, silent } = createCache()
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    silent.add('set')
    fakeTimers()
    expect(await within(200_000, client.getTokenSilently({ cacheMode: 'off' }))).toBe('timeout')
    expect(await within(200_000, client.getTokenSilently())).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it.each(['remove', 'allKeys', 'get'] as const)(
    'to `%s` does not keep the user from leaving',
    async method => {
      const { cache, silent } = createCache()
      const client = createClient({ cache, useRefreshTokens: true })
      await signIn(client, tenant)
      silent.add(method)
      fakeTimers()
      const openUrl = vi.fn()
      await within(200_000, client.logout({ openUrl }))
      expect(openUrl).toHaveBeenCalledOnce()
    },
  )
})

describe('IndexedDB that never answers, as in some versions of Safari', () => {
  const silent = { open: () => ({}) }

  it('does not keep a renewal or a sign-out', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    vi.stubGlobal('indexedDB', silent)
    fakeTimers()
    const call = client.getTokenSilently({ cacheMode: 'off' })
    expect(await within(5_000, call)).toMatch(/^access-token-/)
    expect(await within(5_000, client.logout({ openUrl: false }))).toBe('done')
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('does not keep a login whose transaction has no other place than its cookie', async () => {
    const client = createClient({ useCookiesForTransactions: true })
    await redirectUrl(client)
    vi.stubGlobal('indexedDB', silent)
    vi.stubGlobal('localStorage', null)
    fakeTimers()
    const url = redirectUrl(client)
    expect(await within(5_000, url)).toContain('/authorize?')
    expect(document.cookie).toContain('code_verifier')
  })
})

describe('security B: a lock that is never granted', () => {
  it('ends the wait of a renewal although the lock manager does not know signals', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const request = vi.fn(() => new Promise(() => {}))
    vi.stubGlobal('navigator', { onLine: true, locks: { request } })
    fakeTimers()
    const call = client.getTokenSilently({ cacheMode: 'off', timeoutInSeconds: 5 })
    expect(await within(6_000, call)).toBe('timeout')
    expect(request).toHaveBeenCalled()
  })

  it('does not keep a sign-out for more than two seconds', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    vi.stubGlobal('navigator', { onLine: true, locks: { request: () => new Promise(() => {}) } })
    fakeTimers()
    expect(await within(3_000, client.logout({ openUrl: false }))).toBe('done')
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('does not keep `cache-only` from answering', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const [key = ''] = Object.keys({ ...localStorage }).filter(each => each.includes('::default::'))
    const entry = JSON.parse(localStorage.getItem(key) ?? '{}')
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    vi.stubGlobal('navigator', { onLine: true, locks: { request: () => new Promise(() => {}) } })
    fakeTimers()
    const call = client.getTokenSilently({ cacheMode: 'cache-only' })
    expect(await within(5_000, call)).toBe('done')
  })
})

/** Counts how often localStorage is looked at again, which is every 20 ms. */
const watchPolls = () => {
  const timers = vi.spyOn(globalThis, 'setTimeout')
  return () => timers.mock.calls.filter(([, ms]) => ms === 20).length
}

describe('a page that starts after the application has called `localStorage.clear()`', () => {
  it('does not wait for a version number that is gone as long as for one that is late', async () => {
    await signIn(createClient(stored), tenant)
    localStorage.clear()
    const polls = watchPolls()
    const client = await start(stored)
    expect(polls()).toBeGreaterThan(0)
    expect(polls()).toBeLessThan(20)
    await signIn(client, tenant)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(polls()).toBeLessThan(20)
    expect(await createClient(stored).isAuthenticated()).toBe(true)
  })
})

describe('a version number in localStorage', () => {
  const change = (to: (version: number) => string): void => {
    const item = Object.keys({ ...localStorage }).find(key => key.includes('@@generation@@')) ?? ''
    localStorage.setItem(item, to(Number(localStorage.getItem(item))))
  }

  it('that is late is waited for', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    change(version => String(version - 1))
    const polls = watchPolls()
    const call = client.getTokenSilently({ cacheMode: 'off' })
    await vi.waitFor(() => expect(polls()).toBeGreaterThan(12), 4_000)
    expect(grants(tenant, 'refresh_token')).toEqual([])
    change(version => String(version + 1))
    expect(await call).toMatch(/^access-token-/)
  })

  it.each([
    ['later than the record', (version: number) => String(version + 1), 0],
    ['no number', () => 'junk', 20],
  ])('that is %s is not waited for', async (_, to, limit) => {
    const client = createClient(stored)
    await signIn(client, tenant)
    change(to)
    const polls = watchPolls()
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(polls()).toBeLessThanOrEqual(limit)
  })
})
