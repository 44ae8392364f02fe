import { describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import {
  createTransactionStore,
  sessionTransactionStorage,
} from '../../../src/storage/transaction-store.ts'

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
const states = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`)

describe.each([
  ['sessionStorage', sessionTransactionStorage],
  ['cookies', () => createCookies({ domain: undefined, withLegacyCopy: true })],
])('pending transactions in %s', (_, createStorage) => {
  const createStore = (clientId = 'client-1') => {
    const storage = createStorage()
    return { storage, store: createTransactionStore({ storage, clientId, issuer: ISSUER }) }
  }

  it('keeps one transaction per state, under a key with the state', () => {
    const { storage, store } = createStore()
    store.save(login('a=='))
    store.save(login('b'))
    expect(storage.names().sort()).toEqual([`${SINGLE_KEY}.a==`, `${SINGLE_KEY}.b`])
    expect(store.take('a==')).toEqual({ transaction: login('a==') })
    expect(store.take('b')).toEqual({ transaction: login('b') })
  })

  it('returns a transaction with all its members', () => {
    const { store } = createStore()
    const whole = login('a', {
      redirect_uri: 'https://app.example.com/cb?x=1;y',
      organization: 'org_1',
      appState: { to: '/ä?b', list: [1, null] },
    })
    store.save(whole)
    expect(store.take('a')).toEqual({ transaction: whole })
  })

  it('security 4, 17: returns each transaction once, over all pages', () => {
    const { store } = createStore()
    store.save(login('a'))
    expect(createStore().store.take('a')).toHaveProperty('transaction')
    expect(store.take('a')).toEqual(MISSING)
    expect(createStore().storage.names()).toEqual([])
  })

  it('removes no transaction if the state is unknown or missing', () => {
    const { store } = createStore()
    store.save(login('a'))
    for (const state of ['b', '', undefined, '__proto__']) {
      expect(store.take(state)).toEqual(MISMATCH)
    }
    expect(store.isAnyPending()).toBe(true)
    expect(store.take('a')).toHaveProperty('transaction')
    expect(store.isAnyPending()).toBe(false)
  })

  it('security 6, 23: separates issuers, even if clients of both have the same id', () => {
    const { storage, store } = createStore()
    const issuer = 'https://other.example.com/'
    const other = createTransactionStore({ storage, clientId: 'client-1', issuer })
    store.save(login('a'))
    expect(other.isAnyPending()).toBe(false)
    expect(other.take('a')).toEqual(MISSING)
    expect(store.take('a')).toEqual({ transaction: login('a') })
  })

  it('separates clients', () => {
    createStore().store.save(login('a'))
    const { store } = createStore('client-12')
    expect(store.take('a')).toEqual(MISSING)
    expect(store.isAnyPending()).toBe(false)
  })

  it('security 6: keeps at most eight transactions, the latest ones', () => {
    vi.useFakeTimers()
    const { storage, store } = createStore()
    for (const state of states(11)) {
      store.save(login(state))
      vi.advanceTimersByTime(1000)
    }
    expect(storage.names()).toHaveLength(8)
    expect(states(11).filter(state => 'transaction' in store.take(state))).toEqual(
      states(11).slice(3),
    )
  })

  it.each([
    [HOUR - 1000, true],
    [HOUR, false],
  ])('security 6: still has a transaction after %i ms: %j', (later, isKnown) => {
    vi.useFakeTimers()
    const { storage, store } = createStore()
    store.save(login('a'))
    vi.advanceTimersByTime(later)
    expect(store.take('a')).toEqual(isKnown ? { transaction: login('a') } : MISSING)
    expect(storage.names()).toEqual([])
  })

  it('says whether a transaction is missing, or has another state', () => {
    const { store } = createStore()
    expect(store.take('a')).toEqual(MISSING)
    expect(store.take(undefined)).toEqual(MISSING)
    store.save(login('a'))
    expect(store.take('b')).toEqual(MISMATCH)
    expect(store.take('a')).toEqual({ transaction: login('a') })
    expect(store.take('b')).toEqual(MISSING)
  })

  it('counts an expired transaction as missing', () => {
    vi.useFakeTimers()
    const { store } = createStore()
    store.save(login('a'))
    expect(store.isPending('a')).toBe(true)
    vi.advanceTimersByTime(HOUR)
    expect(store.isPending('a')).toBe(false)
    expect(store.take('b')).toEqual(MISSING)
    expect(store.take('a')).toEqual(MISSING)
  })

  describe('the single key of auth0-spa-js', () => {
    /** 1.x stored no `response_type`; it is added when the transaction is read. */
    const stored = { nonce: 'n', code_verifier: 'v', scope: 'openid', audience: 'default' }
    const legacy = { response_type: 'code', ...stored }
    const createWith = (value: object) => {
      const made = createStore()
      made.storage.set(SINGLE_KEY, value, HOUR)
      return made
    }

    it('is read for its own state only', () => {
      const { storage, store } = createWith({ ...stored, state: 'a' })
      expect(store.isAnyPending()).toBe(true)
      expect(store.take('b')).toEqual(MISMATCH)
      expect(store.take(undefined)).toEqual(MISMATCH)
      expect(store.take('a')).toEqual({ transaction: { ...legacy, state: 'a' } })
      expect(storage.names()).toEqual([])
    })

    it.each(['a', undefined])('without a state is read for any state (%j)', state => {
      const { storage, store } = createWith(stored)
      expect(store.take(state)).toEqual({ transaction: legacy })
      expect(storage.names()).toEqual([])
    })

    it('is not changed by the response to a newer login', () => {
      const { storage, store } = createWith(stored)
      store.save(login('a'))
      expect(store.take('a')).toEqual({ transaction: login('a') })
      expect(storage.names()).toEqual([SINGLE_KEY])
    })

    it('contains the organization as organizationId', () => {
      const { store } = createWith({ ...stored, organizationId: 'org_1' })
      expect(store.take('a')).toEqual({ transaction: { ...legacy, organization: 'org_1' } })
    })

    const connect = {
      response_type: 'connect_code',
      state: 'a',
      code_verifier: 'v',
      auth_session: 'session-1',
      redirect_uri: 'https://app.example.com/cb',
      connection: 'github',
    }

    it('may contain a transaction that connects an account, which is read with its type', () => {
      const { storage, store } = createWith({ ...connect, appState: { to: '/' } })
      expect(store.isPending('b')).toBe(false)
      expect(store.take('b')).toEqual(MISMATCH)
      expect(store.take('a')).toEqual({ transaction: { ...connect, appState: { to: '/' } } })
      expect(storage.names()).toEqual([])
    })

    it.each(['auth_session', 'state', 'connection', 'redirect_uri', 'code_verifier'])(
      'is ignored if such a transaction has no %s',
      name => {
        const { store } = createWith({ ...connect, [name]: undefined })
        expect(store.isAnyPending()).toBe(false)
        expect(store.take('a')).toEqual(MISSING)
      },
    )

    it('is ignored if its response_type is unknown', () => {
      const { store } = createWith({ ...legacy, state: 'a', response_type: 'token' })
      expect(store.take('a')).toEqual(MISSING)
    })

    it.each([7, 'text', null, []])('is ignored if its value is %j', value => {
      const { storage, store } = createStore()
      storage.set(SINGLE_KEY, value, HOUR)
      expect(store.take('a')).toEqual(MISSING)
    })
  })
})

describe('sessionStorage', () => {
  it.each(['', '{', 'undefined'])('with the text %j contains no transaction', text => {
    sessionStorage.setItem(SINGLE_KEY, text)
    sessionStorage.setItem(`${SINGLE_KEY}.a`, text)
    const store = createTransactionStore({
      storage: sessionTransactionStorage(),
      clientId: 'client-1',
      issuer: ISSUER,
    })
    expect(store.take('a')).toEqual(MISSING)
    store.save(login('b'))
    expect(store.take('b')).toHaveProperty('transaction')
  })

  it('that is full rejects the login at once, with the reason', () => {
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
      storage: sessionTransactionStorage(),
      clientId: 'client-1',
      issuer: ISSUER,
    })
    expect(() => store.save(login('a'))).toThrow(
      expect.objectContaining({
        error: 'transaction_not_stored',
        message: expect.stringContaining('sessionStorage is full, denied'),
      }),
    )
  })
})

describe('cookies', () => {
  it('have a legacy copy of each transaction, and both are removed', () => {
    const store = createTransactionStore({
      storage: createCookies({ domain: undefined, withLegacyCopy: true }),
      clientId: 'client-1',
      issuer: ISSUER,
    })
    store.save(login('a'))
    expect(document.cookie.split('; ').map(pair => pair.split('=')[0])).toEqual([
      `${SINGLE_KEY}.a`,
      `_legacy_${SINGLE_KEY}.a`,
    ])
    store.take('a')
    expect(document.cookie).toBe('')
  })
})
