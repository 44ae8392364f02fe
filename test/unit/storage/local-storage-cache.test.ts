import { describe, expect, it, vi } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'

const KEY = '@@auth0spajs@@::client-1::default::openid'

/** The page's localStorage, which refuses to store what the test says. */
const refuseWrites = (isRefused: (text: string) => boolean = () => true): void => {
  const real = localStorage
  const limited = new Proxy(real, {
    get: (storage, name) => {
      if (name !== 'setItem') {
        const member: unknown = Reflect.get(storage, name)
        return typeof member === 'function' ? member.bind(storage) : member
      }
      return (key: string, text: string) => {
        if (isRefused(text)) throw new DOMException('full', 'QuotaExceededError')
        storage.setItem(key, text)
      }
    },
  })
  vi.spyOn(globalThis, 'localStorage', 'get').mockReturnValue(limited)
}

describe('localStorage', () => {
  it('holds one item of JSON per key, which another page can read', () => {
    new LocalStorageCache().set(KEY, { body: { access_token: 'at' }, expiresAt: 1 })
    expect(localStorage.getItem(KEY)).toBe('{"body":{"access_token":"at"},"expiresAt":1}')
    expect(new LocalStorageCache().get(KEY)).toEqual({ body: { access_token: 'at' }, expiresAt: 1 })
  })

  it.each(['', '{', 'undefined', 'NaN', '[object Object]'])('reads %j as nothing', text => {
    localStorage.setItem(KEY, text)
    expect(new LocalStorageCache().get(KEY)).toBeUndefined()
  })

  it('removes items, and minds none that is missing', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: [] })
    cache.remove(KEY)
    cache.remove('another')
    expect(localStorage.length).toBe(0)
    expect(cache.get(KEY)).toBeUndefined()
  })

  it('lists the keys of the SDK only', () => {
    localStorage.setItem('theme', 'dark')
    localStorage.setItem(KEY, '{}')
    expect(new LocalStorageCache().allKeys()).toEqual([KEY])
  })
})

describe('security 49: localStorage that is full', () => {
  it('keeps in memory what cannot be written, and lists it', () => {
    const cache = new LocalStorageCache()
    refuseWrites()
    cache.set(KEY, { keys: ['a'] })
    expect(cache.get(KEY)).toEqual({ keys: ['a'] })
    expect(cache.allKeys()).toEqual([KEY])
    cache.remove(KEY)
    expect(cache.get(KEY)).toBeUndefined()
    expect(cache.allKeys()).toEqual([])
  })

  it('never gives back, nor leaves to another page, what is out of date', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: ['old'] })
    refuseWrites()
    cache.set(KEY, { keys: ['new'] })
    expect(cache.get(KEY)).toEqual({ keys: ['new'] })
    expect(cache.allKeys()).toEqual([KEY])
    expect(new LocalStorageCache().get(KEY)).toBeUndefined()
  })

  it('makes room with the old entry for the new one', () => {
    const cache = new LocalStorageCache()
    cache.set(KEY, { keys: ['old'] })
    refuseWrites(() => localStorage.getItem(KEY) !== null)
    cache.set(KEY, { keys: ['new'] })
    expect(new LocalStorageCache().get(KEY)).toEqual({ keys: ['new'] })
  })

  it('goes back to localStorage once there is room', () => {
    const cache = new LocalStorageCache()
    let isFull = true
    refuseWrites(() => isFull)
    cache.set(KEY, { keys: ['a'] })
    isFull = false
    cache.set(KEY, { keys: ['b'] })
    expect(new LocalStorageCache().get(KEY)).toEqual({ keys: ['b'] })
    localStorage.setItem(KEY, '{"keys":["another tab"]}')
    expect(cache.get(KEY)).toEqual({ keys: ['another tab'] })
  })
})

describe('localStorage that is denied', () => {
  it('is memory instead, and throws nothing', () => {
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
