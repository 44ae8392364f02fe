import { describe, expect, it, vi } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'

const KEY = '@@auth0spajs@@::client-1::default::openid'

/** The page's localStorage, in which some writes fail. */
const failWrites = (fails: (text: string) => boolean = () => true): void => {
  const real = localStorage
  const limited = new Proxy(real, {
    get: (storage, name) => {
      if (name !== 'setItem') {
        const member: unknown = Reflect.get(storage, name)
        return typeof member === 'function' ? member.bind(storage) : member
      }
      return (key: string, text: string) => {
        if (fails(text)) throw new DOMException('full', 'QuotaExceededError')
        storage.setItem(key, text)
      }
    },
  })
  vi.spyOn(globalThis, 'localStorage', 'get').mockReturnValue(limited)
}

describe('a cache in localStorage', () => {
  it('stores one JSON item per key, which another page can read', () => {
    new LocalStorageCache().set(KEY, { body: { access_token: 'at' }, expiresAt: 1 })
    expect(localStorage.getItem(KEY)).toBe('{"body":{"access_token":"at"},"expiresAt":1}')
    expect(new LocalStorageCache().get(KEY)).toEqual({ body: { access_token: 'at' }, expiresAt: 1 })
  })

  it.each(['', '{', 'undefined', 'NaN', '[object Object]'])(
    'reads the text %j as undefined',
    text => {
      localStorage.setItem(KEY, text)
      expect(new LocalStorageCache().get(KEY)).toBeUndefined()
    },
  )

  it('removes items, also missing ones without an error', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: [] })
    cache.remove(KEY)
    cache.remove('another')
    expect(localStorage.length).toBe(0)
    expect(cache.get(KEY)).toBeUndefined()
  })

  it('lists only the keys of the SDK', () => {
    localStorage.setItem('theme', 'dark')
    localStorage.setItem(KEY, '{}')
    expect(new LocalStorageCache().allKeys()).toEqual([KEY])
  })
})

describe('security 49: a cache in a full localStorage', () => {
  it('keeps entries in memory that cannot be written, and lists them', () => {
    const cache = new LocalStorageCache()
    failWrites()
    cache.set(KEY, { keys: ['a'] })
    expect(cache.get(KEY)).toEqual({ keys: ['a'] })
    expect(cache.allKeys()).toEqual([KEY])
    cache.remove(KEY)
    expect(cache.get(KEY)).toBeUndefined()
    expect(cache.allKeys()).toEqual([])
  })

  it('returns no outdated entry, and leaves none to other pages', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: ['old'] })
    failWrites()
    cache.set(KEY, { keys: ['new'] })
    expect(cache.get(KEY)).toEqual({ keys: ['new'] })
    expect(cache.allKeys()).toEqual([KEY])
    expect(new LocalStorageCache().get(KEY)).toBeUndefined()
  })

  it('removes the old entry to make room for the new one', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: ['old'] })
    failWrites(() => localStorage.getItem(KEY) !== null)
    cache.set(KEY, { keys: ['new'] })
    expect(new LocalStorageCache().get(KEY)).toEqual({ keys: ['new'] })
  })

  it('writes to localStorage again once there is room', () => {
    const cache = new LocalStorageCache()
    let isFull = true
    failWrites(() => isFull)
    cache.set(KEY, { keys: ['a'] })
    isFull = false
    cache.set(KEY, { keys: ['b'] })
    expect(new LocalStorageCache().get(KEY)).toEqual({ keys: ['b'] })
    localStorage.setItem(KEY, '{"keys":["another tab"]}')
    expect(cache.get(KEY)).toEqual({ keys: ['another tab'] })
  })
})

describe('a cache in a denied localStorage', () => {
  it('keeps its entries in memory, without an error', () => {
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    const cache = new LocalStorageCache()
    expect(cache.get(KEY)).toBeUndefined()
    expect(cache.allKeys()).toEqual([])
    cache.set(KEY, { keys: ['a'] })
    expect(cache.get(KEY)).toEqual({ keys: ['a'] })
    expect(cache.allKeys()).toEqual([KEY])
    cache.remove(KEY)
    expect(cache.get(KEY)).toBeUndefined()
  })
})
