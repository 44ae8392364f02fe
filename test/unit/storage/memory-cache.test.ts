import { expect, it } from 'vitest'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'

it('a memory cache stores the objects themselves, and shares them with no other instance', () => {
  const { enclosedCache: cache } = new InMemoryCache()
  const { enclosedCache: other } = new InMemoryCache()
  const entry = { body: { access_token: 'at' }, expiresAt: 1 }
  cache.set('a', entry)
  expect(cache.get('a')).toBe(entry)
  expect(cache.allKeys?.()).toEqual(['a'])
  expect(other.get('a')).toBeUndefined()
  cache.remove('a')
  expect(cache.get('a')).toBeUndefined()
  expect(cache.allKeys?.()).toEqual([])
})
