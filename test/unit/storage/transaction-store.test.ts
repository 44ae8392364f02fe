import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import { cookieTransactionStorage } from '../../../src/storage/cookie-transactions.ts'
import { isAnyPending, takeTransaction } from '../../../src/storage/take-transaction.ts'
import {
  createTransactionStore as createBareStore,
  webTransactionStorage,
} from '../../../src/storage/transaction-store.ts'

/** A store, and what finishes its transactions. */
const createTransactionStore = (parts: Parameters<typeof createBareStore>[0]) => {
  const store = createBareStore(parts)
  return {
    ...store,
    take: (state: string | undefined) => takeTransaction(store, state),
    isAnyPending: () => isAnyPending(store),
  }
}

const SINGLE_KEY = 'a0.spajs.txs.client-1'
const ISSUER = 'https://tenant.example.com/'
const HOUR = 60 * 60 * 1000
const MISSING = { reason: 'missing_transaction' }
const MISMATCH = { reason: 'state_mismatch' }
const login = (state: string, more: object = {}) => ({
  response_type: 'code' as const,
  state,
  nonce: 'n',
  code_verifier: `v-${state}`,
  scope: 'openid',
  audience: 'default',
  ...more,
})
/** The cookies of the session, with which earlier versions and auth0-spa-js write transactions. */
const earlierCookies = () => createCookies({ domain: undefined, withLegacyCopy: true })
const createCookieStorage = (cookieDomain?: string) =>
  cookieTransactionStorage({
    cookies: createCookies({ domain: cookieDomain, withLegacyCopy: false }),
    oldCookies: earlierCookies(),
    cookieDomain,
    origin: location.origin,
    local: webTransactionStorage('localStorage'),
  })
const createSessionStorage = () => webTransactionStorage('sessionStorage')
const states = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`)

describe.each([
  [
    'sessionStorage',
    createSessionStorage,
    (name: string, value: unknown) => sessionStorage.setItem(name, JSON.stringify(value)),
  ],
  [
    'cookies',
    createCookieStorage,
    (name: string, value: unknown) => earlierCookies().set(name, value, HOUR),
  ],
])('pending transactions in %s', (_, createStorage, put) => {
  const createStore = (clientId = 'client-1', issuer = ISSUER) => {
    const storage = createStorage()
    const store = createTransactionStore({ loadStorage: () => storage, clientId, issuer })
    return { storage, store }
  }

  it('keeps one transaction per state, under a key with the state', async () => {
    const { storage, store } = createStore()
    await store.save(login('a=='))
    await store.save(login('b'))
    expect([...(await storage.names())].sort()).toEqual([`${SINGLE_KEY}.a==`, `${SINGLE_KEY}.b`])
    expect(await store.take('a==')).toEqual({ transaction: login('a==') })
    expect(await store.take('b')).toEqual({ transaction: login('b') })
  })

  it('returns a transaction with all its members', async () => {
    const { store } = createStore()
    const whole = login('a', {
      redirect_uri: 'https://app.example.com/cb?x=1;y',
      organization: 'org_1',
      appState: { to: '/ä?b', list: [1, null] },
    })
    await store.save(whole)
    expect(await store.take('a')).toEqual({ transaction: whole })
  })

  it('security 4, 17: returns each transaction once, over all pages', async () => {
    const { store } = createStore()
    await store.save(login('a'))
    expect(await createStore().store.take('a')).toHaveProperty('transaction')
    expect(await store.take('a')).toEqual(MISSING)
    expect(await createStore().storage.names()).toEqual([])
  })

  it('removes no transaction if the state is unknown or missing', async () => {
    const { store } = createStore()
    await store.save(login('a'))
    for (const state of ['b', '', undefined, '__proto__']) {
      expect(await store.take(state)).toEqual(MISMATCH)
    }
    expect(await store.isAnyPending()).toBe(true)
    expect(await store.take('a')).toHaveProperty('transaction')
    expect(await store.isAnyPending()).toBe(false)
  })

  it('security 6, 23: separates issuers, even if clients of both have the same id', async () => {
    const { store } = createStore()
    const other = createStore('client-1', 'https://other.example.com/').store
    await store.save(login('a'))
    expect(await other.isAnyPending()).toBe(false)
    expect(await other.take('a')).toEqual(MISSING)
    expect(await store.take('a')).toEqual({ transaction: login('a') })
  })

  it('separates clients', async () => {
    await createStore().store.save(login('a'))
    const { store } = createStore('client-12')
    expect(await store.take('a')).toEqual(MISSING)
    expect(await store.isAnyPending()).toBe(false)
  })

  it('security 6: keeps at most eight transactions, the latest ones', async () => {
    vi.useFakeTimers()
    const { storage, store } = createStore()
    for (const state of states(11)) {
      await store.save(login(state))
      vi.advanceTimersByTime(1000)
    }
    expect(await storage.names()).toHaveLength(8)
    const found: string[] = []
    for (const state of states(11))
      if ('transaction' in (await store.take(state))) found.push(state)
    expect(found).toEqual(states(11).slice(3))
  })

  it.each([
    [HOUR - 1000, true],
    [HOUR, false],
  ])('security 6: still has a transaction after %i ms: %j', async (later, isKnown) => {
    vi.useFakeTimers()
    const { storage, store } = createStore()
    await store.save(login('a'))
    vi.advanceTimersByTime(later)
    expect(await store.take('a')).toEqual(isKnown ? { transaction: login('a') } : MISSING)
    expect(await storage.names()).toEqual([])
  })

  it('says whether a transaction is missing, or has another state', async () => {
    const { store } = createStore()
    expect(await store.take('a')).toEqual(MISSING)
    expect(await store.take(undefined)).toEqual(MISSING)
    await store.save(login('a'))
    expect(await store.take('b')).toEqual(MISMATCH)
    expect(await store.take('a')).toEqual({ transaction: login('a') })
    expect(await store.take('b')).toEqual(MISSING)
  })

  it('counts an expired transaction as missing', async () => {
    vi.useFakeTimers()
    const { store } = createStore()
    await store.save(login('a'))
    expect(await store.isPending('a')).toBe(true)
    vi.advanceTimersByTime(HOUR)
    expect(await store.isPending('a')).toBe(false)
    expect(await store.take('b')).toEqual(MISSING)
    expect(await store.take('a')).toEqual(MISSING)
  })

  describe('the single key of auth0-spa-js', () => {
    /** 1.x stored no `response_type`; it is added when the transaction is read. */
    const stored = { nonce: 'n', code_verifier: 'v', scope: 'openid', audience: 'default' }
    const legacy = { response_type: 'code', ...stored }
    const createWith = (value: object) => {
      const made = createStore()
      put(SINGLE_KEY, value)
      return made
    }

    it('is read for its own state only', async () => {
      const { storage, store } = createWith({ ...stored, state: 'a' })
      expect(await store.isAnyPending()).toBe(true)
      expect(await store.take('b')).toEqual(MISMATCH)
      expect(await store.take(undefined)).toEqual(MISMATCH)
      expect(await store.take('a')).toEqual({ transaction: { ...legacy, state: 'a' } })
      expect(await storage.names()).toEqual([])
    })

    it.each(['a', undefined])('without a state is read for any state (%j)', async state => {
      const { storage, store } = createWith(stored)
      expect(await store.take(state)).toEqual({ transaction: legacy })
      expect(await storage.names()).toEqual([])
    })

    it('is not changed by the response to a newer login', async () => {
      const { storage, store } = createWith(stored)
      await store.save(login('a'))
      expect(await store.take('a')).toEqual({ transaction: login('a') })
      expect(await storage.names()).toEqual([SINGLE_KEY])
    })

    it('contains the organization as organizationId', async () => {
      const { store } = createWith({ ...stored, organizationId: 'org_1' })
      expect(await store.take('a')).toEqual({ transaction: { ...legacy, organization: 'org_1' } })
    })

    const connect = {
      response_type: 'connect_code',
      state: 'a',
      code_verifier: 'v',
      auth_session: 'session-1',
      redirect_uri: 'https://app.example.com/cb',
      connection: 'github',
    }

    it('may contain a transaction that connects an account, which is read with its type', async () => {
      const { storage, store } = createWith({ ...connect, appState: { to: '/' } })
      expect(await store.isPending('b')).toBe(false)
      expect(await store.take('b')).toEqual(MISMATCH)
      expect(await store.take('a')).toEqual({ transaction: { ...connect, appState: { to: '/' } } })
      expect(await storage.names()).toEqual([])
    })

    it.each(['auth_session', 'state', 'connection', 'redirect_uri', 'code_verifier'])(
      'is ignored if such a transaction has no %s',
      async name => {
        const { store } = createWith({ ...connect, [name]: undefined })
        expect(await store.isAnyPending()).toBe(false)
        expect(await store.take('a')).toEqual(MISSING)
      },
    )

    it('is ignored if its response_type is unknown', async () => {
      const { store } = createWith({ ...legacy, state: 'a', response_type: 'token' })
      expect(await store.take('a')).toEqual(MISSING)
    })

    it.each([7, 'text', null, []])('is ignored if its value is %j', async value => {
      const { store } = createStore()
      put(SINGLE_KEY, value)
      expect(await store.take('a')).toEqual(MISSING)
    })
  })
})

describe('sessionStorage', () => {
  it.each(['', '{', 'undefined'])('with the text %j contains no transaction', async text => {
    sessionStorage.setItem(SINGLE_KEY, text)
    sessionStorage.setItem(`${SINGLE_KEY}.a`, text)
    const store = createTransactionStore({
      loadStorage: createSessionStorage,
      clientId: 'client-1',
      issuer: ISSUER,
    })
    expect(await store.take('a')).toEqual(MISSING)
    await store.save(login('b'))
    expect(await store.take('b')).toHaveProperty('transaction')
  })

  const createStore = () =>
    createTransactionStore({
      loadStorage: createSessionStorage,
      clientId: 'client-1',
      issuer: ISSUER,
    })

  it('that ignores what is written rejects the login at once', async () => {
    const ignoring = { length: 0, getItem: () => null, setItem: () => {}, removeItem: () => {} }
    vi.spyOn(globalThis, 'sessionStorage', 'get').mockReturnValue(ignoring as unknown as Storage)
    await expect(createStore().save(login('a'))).rejects.toMatchObject({
      error: 'transaction_not_stored',
      message: expect.stringContaining('`useCookiesForTransactions`'),
    })
  })

  it('that is full of earlier logins loses the oldest of them, not the new one', async () => {
    vi.useFakeTimers()
    const real = sessionStorage
    const limited = new Proxy(real, {
      get: (storage, name) => {
        const member: unknown = Reflect.get(storage, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => {
          if (name === 'setItem' && storage.length >= 3)
            throw new DOMException('full', 'QuotaExceededError')
          return member.apply(storage, given)
        }
      },
    })
    vi.spyOn(globalThis, 'sessionStorage', 'get').mockReturnValue(limited)
    const store = createStore()
    for (const state of states(5)) {
      await store.save(login(state, { appState: 'large' }))
      vi.advanceTimersByTime(1000)
    }
    const pending = await store.readPending()
    expect(pending.map(({ state }) => state)).toEqual(['s4', 's3', 's2'])
  })

  it('that is full rejects the login at once, with the reason', async () => {
    const full = new DOMException('full', 'QuotaExceededError')
    const limited = {
      length: 0,
      getItem: () => null,
      setItem: () => {
        throw full
      },
    }
    vi.spyOn(globalThis, 'sessionStorage', 'get').mockReturnValue(limited as unknown as Storage)
    const store = createTransactionStore({
      loadStorage: createSessionStorage,
      clientId: 'client-1',
      issuer: ISSUER,
    })
    await expect(store.save(login('a'))).rejects.toMatchObject({
      error: 'transaction_not_stored',
      message: expect.stringContaining('sessionStorage is full, denied'),
    })
  })
})

/** Sets a cookie for the parent domain, as a page of a sibling domain can. */
const plant = (name: string, value: unknown): void => {
  const text = encodeURIComponent(JSON.stringify(value))
  // biome-ignore lint/suspicious/noDocumentCookie: a cookie as the browser has it
  document.cookie = `${encodeURIComponent(name)}=${text}; path=/; domain=example.com`
}

describe('pending transactions in cookies', () => {
  const createStore = ({
    cookieDomain = undefined as string | undefined,
    clientId = 'client-1',
  } = {}) => {
    const storage = createCookieStorage(cookieDomain)
    return createTransactionStore({ loadStorage: () => storage, clientId, issuer: ISSUER })
  }
  const names = (): string[] =>
    document.cookie
      .split('; ')
      .filter(Boolean)
      .map(pair => pair.split('=')[0] ?? '')

  it('have no legacy copies, and contain neither the verifier nor the state of the application', async () => {
    await createStore().save(login('a', { appState: { to: '/inbox' } }))
    expect(names()).toEqual([`__Host-${SINGLE_KEY}.a`])
    expect(decodeURIComponent(document.cookie)).not.toMatch(/code_verifier|v-a|inbox/)
    expect(await createStore().take('a')).toEqual({
      transaction: login('a', { appState: { to: '/inbox' } }),
    })
    expect({ ...localStorage }).toEqual({})
  })

  it('are of the host alone on https, by the prefix of their name', async () => {
    const set = vi.spyOn(document, 'cookie', 'set')
    await createStore().save(login('a'))
    const [text = ''] = set.mock.calls[0] ?? []
    expect(text).toMatch(/^__Host-a0\.spajs\.txs\.client-1\.a=.*; path=\/; expires=.*; secure/)
    expect(text).not.toContain('domain')
  })

  it.each([undefined, 'example.com'])(
    'security 12: are ignored if another host has set them (cookieDomain: %j)',
    async cookieDomain => {
      const mine = login('forged')
      plant(`${SINGLE_KEY}.forged`, { ...mine, issuer: ISSUER, createdAt: Date.now() })
      expect(await createStore({ cookieDomain }).take('forged')).toHaveProperty('reason')
    },
  )

  it('security 12: are ignored without a verifier at this origin', async () => {
    const { code_verifier: _, ...shared } = login('forged')
    const forged = { ...shared, issuer: ISSUER, createdAt: Date.now() }
    plant(`${SINGLE_KEY}.forged`, forged)
    expect(await createStore().take('forged')).toEqual(MISSING)
    expect(await createStore({ cookieDomain: 'example.com' }).take('forged')).toEqual(MISSING)
  })

  it('security 12: are not believed if there are two of one name', async () => {
    earlierCookies().set(SINGLE_KEY, login('a'), HOUR)
    plant(SINGLE_KEY, { ...login('a'), nonce: 'forged' })
    expect(await createStore().take('a')).toHaveProperty('reason')
  })

  it('are kept within 3 kB together, the latest ones', async () => {
    vi.useFakeTimers()
    const store = createStore()
    for (const state of states(8)) {
      await store.save(login(state, { redirect_uri: `https://a.example/${'x'.repeat(500)}` }))
      vi.advanceTimersByTime(1000)
    }
    expect(document.cookie.length).toBeLessThan(3000)
    expect(document.cookie.length).toBeGreaterThan(2000)
    expect(await store.isPending('s7')).toBe(true)
    expect(await store.isPending('s0')).toBe(false)
    expect(Object.keys(localStorage)).toHaveLength(names().length)
  })

  it('that the browser does not store are noticed', async () => {
    vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
    await expect(createStore().save(login('a'))).rejects.toMatchObject({
      error: 'transaction_not_stored',
    })
    expect({ ...localStorage }).toEqual({})
  })

  it('leave the state of the application for an hour, if the login is not finished', async () => {
    vi.useFakeTimers()
    await createStore().save(login('a', { appState: 'x' }))
    vi.advanceTimersByTime(HOUR + 1)
    await createStore().save(login('b'))
    expect(Object.keys(localStorage)).toEqual([`${SINGLE_KEY}.b`])
  })

  describe('where localStorage cannot be written', () => {
    beforeEach(() => {
      const full = {
        getItem: () => null,
        removeItem: () => {},
        setItem: () => {
          throw new DOMException('full', 'QuotaExceededError')
        },
      }
      vi.spyOn(globalThis, 'localStorage', 'get').mockReturnValue(full as unknown as Storage)
    })
    afterEach(() => vi.unstubAllGlobals())

    it('have their verifier in IndexedDB', async () => {
      vi.stubGlobal('indexedDB', new IDBFactory())
      await createStore().save(login('a', { appState: 'x' }))
      expect(decodeURIComponent(document.cookie)).not.toContain('code_verifier')
      expect(await createStore().take('a')).toEqual({ transaction: login('a', { appState: 'x' }) })
    })

    it('have all in the cookie if IndexedDB is full and gives up its transaction', async () => {
      const factory = new IDBFactory()
      vi.stubGlobal('indexedDB', factory)
      const { put } = IDBObjectStore.prototype
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
        this: IDBObjectStore,
        ...given
      ) {
        const request = put.apply(this, given)
        this.transaction.abort()
        return request
      })
      await createStore().save(login('a', { appState: 'x' }))
      expect(decodeURIComponent(document.cookie)).toContain('code_verifier')
      expect(await createStore().take('a')).toEqual({ transaction: login('a', { appState: 'x' }) })
    })

    it('have all in the cookie if IndexedDB never answers, after a second', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      vi.stubGlobal('indexedDB', { open: () => ({}) })
      const saved = createStore().save(login('a'))
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
      await vi.advanceTimersByTimeAsync(1_000)
      await saved
      expect(decodeURIComponent(document.cookie)).toContain('code_verifier')
    })

    it('and without IndexedDB have all in the cookie, unless other hosts can read it', async () => {
      vi.stubGlobal('indexedDB', undefined)
      await createStore().save(login('a', { appState: 'x' }))
      expect(await createStore().take('a')).toEqual({ transaction: login('a', { appState: 'x' }) })
      await expect(createStore({ cookieDomain: 'example.com' }).save(login('b'))).rejects.toThrow(
        'neither localStorage nor IndexedDB',
      )
    })
  })
})

describe('client ids that begin alike', () => {
  it('do not touch the pending logins of each other', async () => {
    vi.useFakeTimers()
    const createStore = (clientId: string) =>
      createTransactionStore({ loadStorage: createSessionStorage, clientId, issuer: ISSUER })
    await createStore('shop.admin').save(login('first'))
    sessionStorage.setItem(
      'a0.spajs.txs.shop.admin',
      JSON.stringify({ nonce: 'n', code_verifier: 'v', scope: 's', audience: 'a' }),
    )
    expect(await createStore('shop').take('admin')).toEqual(MISSING)
    for (const state of states(9)) {
      vi.advanceTimersByTime(1000)
      await createStore('shop').save(login(state))
    }
    expect(await createStore('shop.admin').take('first')).toHaveProperty('transaction')
    expect(await createStore('shop.admin').take('x')).toHaveProperty('transaction')
  })
})
