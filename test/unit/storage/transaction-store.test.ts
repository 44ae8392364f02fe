import { describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import {
  createTransactionStore,
  sessionStoragePlace,
} from '../../../src/storage/transaction-store.ts'

const SLOT = 'a0.spajs.txs.client-1'
const ISSUER = 'https://tenant.example.com/'
const HOUR = 60 * 60 * 1000
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
  ['sessionStorage', sessionStoragePlace],
  ['cookies', () => createCookies({ domain: undefined, withLegacyTwin: true })],
])('logins under way, kept in %s', (_, createPlace) => {
  const createStore = (clientId = 'client-1') => {
    const place = createPlace()
    return { place, store: createTransactionStore(place, clientId, ISSUER) }
  }

  it('keeps one login per state, under a key that names it', () => {
    const { place, store } = createStore()
    store.save(login('a=='))
    store.save(login('b'))
    expect(place.names().sort()).toEqual([`${SLOT}.a==`, `${SLOT}.b`])
    expect(store.take('a==')).toEqual(login('a=='))
    expect(store.take('b')).toEqual(login('b'))
  })

  it('gives a login back with everything that was remembered', () => {
    const { store } = createStore()
    const whole = login('a', {
      redirect_uri: 'https://app.example.com/cb?x=1;y',
      organization: 'org_1',
      appState: { to: '/ä?b', list: [1, null] },
    })
    store.save(whole)
    expect(store.take('a')).toEqual(whole)
  })

  it('security 4, 17: gives each login once, also to another page', () => {
    const { store } = createStore()
    store.save(login('a'))
    expect(createStore().store.take('a')).toBeDefined()
    expect(store.take('a')).toBeUndefined()
    expect(createStore().place.names()).toEqual([])
  })

  it('leaves every login alone when the state is unknown or missing', () => {
    const { store } = createStore()
    store.save(login('a'))
    for (const state of ['b', '', undefined, '__proto__']) expect(store.take(state)).toBeUndefined()
    expect(store.isAnyPending()).toBe(true)
    expect(store.take('a')).toBeDefined()
    expect(store.isAnyPending()).toBe(false)
  })

  it('security 6, 23: keeps issuers apart, though clients of both have the same id', () => {
    const { place, store } = createStore()
    const other = createTransactionStore(place, 'client-1', 'https://other.example.com/')
    store.save(login('a'))
    expect(other.isAnyPending()).toBe(false)
    expect(other.take('a')).toBeUndefined()
    expect(store.take('a')).toEqual(login('a'))
  })

  it('keeps clients apart', () => {
    createStore().store.save(login('a'))
    const { store } = createStore('client-12')
    expect(store.take('a')).toBeUndefined()
    expect(store.isAnyPending()).toBe(false)
  })

  it('security 6: keeps eight logins at most, the latest ones', () => {
    vi.useFakeTimers()
    const { place, store } = createStore()
    for (const state of states(11)) {
      store.save(login(state))
      vi.advanceTimersByTime(1000)
    }
    expect(place.names()).toHaveLength(8)
    expect(states(11).filter(state => store.take(state))).toEqual(states(11).slice(3))
  })

  it.each([
    [HOUR - 1000, true],
    [HOUR, false],
  ])('security 6: after %i ms still knows a login: %j', (later, isKnown) => {
    vi.useFakeTimers()
    const { place, store } = createStore()
    store.save(login('a'))
    vi.advanceTimersByTime(later)
    expect(store.take('a') !== undefined).toBe(isKnown)
    expect(place.names()).toEqual([])
  })

  describe('the single slot of earlier versions', () => {
    const legacy = { nonce: 'n', code_verifier: 'v', scope: 'openid', audience: 'default' }
    const createWith = (stored: object) => {
      const made = createStore()
      made.place.set(SLOT, stored, HOUR)
      return made
    }

    it('is read for its own state, and left alone for another', () => {
      const { place, store } = createWith({ ...legacy, state: 'a' })
      expect(store.isAnyPending()).toBe(true)
      expect(store.take('b')).toBeUndefined()
      expect(store.take(undefined)).toBeUndefined()
      expect(store.take('a')).toEqual({ ...legacy, state: 'a' })
      expect(place.names()).toEqual([])
    })

    it.each(['a', undefined])('without a state is read for any (%j)', state => {
      const { place, store } = createWith(legacy)
      expect(store.take(state)).toEqual(legacy)
      expect(place.names()).toEqual([])
    })

    it('is not touched by an answer to a newer login', () => {
      const { place, store } = createWith(legacy)
      store.save(login('a'))
      expect(store.take('a')).toEqual(login('a'))
      expect(place.names()).toEqual([SLOT])
    })

    it('names the organization as organizationId', () => {
      const { store } = createWith({ ...legacy, organizationId: 'org_1' })
      expect(store.take('a')).toEqual({ ...legacy, organization: 'org_1' })
    })

    it.each([7, 'text', null, []])('holding %j is no login', stored => {
      const { place, store } = createStore()
      place.set(SLOT, stored, HOUR)
      expect(store.take('a')?.code_verifier).toBeUndefined()
    })
  })
})

describe('sessionStorage', () => {
  it.each(['', '{', 'undefined'])('holding %j holds no login', text => {
    sessionStorage.setItem(SLOT, text)
    sessionStorage.setItem(`${SLOT}.a`, text)
    const store = createTransactionStore(sessionStoragePlace(), 'client-1', ISSUER)
    expect(store.take('a')).toBeUndefined()
    store.save(login('b'))
    expect(store.take('b')).toBeDefined()
  })

  it('that is full fails the login at once, with the reason', () => {
    const full = new DOMException('full', 'QuotaExceededError')
    const limited = {
      length: 0,
      getItem: () => null,
      setItem: () => {
        throw full
      },
    }
    vi.spyOn(globalThis, 'sessionStorage', 'get').mockReturnValue(limited as unknown as Storage)
    const store = createTransactionStore(sessionStoragePlace(), 'client-1', ISSUER)
    expect(() => store.save(login('a'))).toThrow(
      expect.objectContaining({
        error: 'transaction_not_stored',
        message: expect.stringContaining('sessionStorage is full, denied'),
      }),
    )
  })
})

describe('cookies', () => {
  it('double each login for old browsers, and remove both', () => {
    const store = createTransactionStore(
      createCookies({ domain: undefined, withLegacyTwin: true }),
      'client-1',
      ISSUER,
    )
    store.save(login('a'))
    expect(document.cookie.split('; ').map(pair => pair.split('=')[0])).toEqual([
      `${SLOT}.a`,
      `_legacy_${SLOT}.a`,
    ])
    store.take('a')
    expect(document.cookie).toBe('')
  })
})
