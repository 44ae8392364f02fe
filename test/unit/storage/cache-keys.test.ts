import { describe, expect, it } from 'vitest'
import { createCacheKeys } from '../../../src/storage/cache-keys.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import { createAsyncCache, createStores, tokens } from './stores.ts'

const MANIFEST = '@@auth0spajs@@::abc'
const keyOf = (name: string): string => `@@auth0spajs@@::abc::${name}::openid`

describe('the key manifest', () => {
  it('lists every key that was added, and the manifest itself', async () => {
    const { cache, entries } = createAsyncCache()
    const keys = createCacheKeys(cache, 'abc')
    await keys.added(keyOf('a'))
    await keys.added(keyOf('b'))
    await keys.added(keyOf('a'))
    expect(entries).toEqual(new Map([[MANIFEST, { keys: [keyOf('a'), keyOf('b')] }]]))
    expect(await keys.list('abc')).toEqual([keyOf('a'), keyOf('b'), MANIFEST])
  })

  it('keeps every key when many are added at the same time', async () => {
    const { cache } = createAsyncCache()
    const keys = createCacheKeys(cache, 'abc')
    const names = Array.from({ length: 20 }, (_, index) => keyOf(`a${index}`))
    await Promise.all(names.map(key => keys.added(key)))
    expect(await keys.list('abc')).toEqual([...names, MANIFEST])
  })

  it('keeps a key that is added while another one is removed', async () => {
    const { cache } = createAsyncCache()
    const keys = createCacheKeys(cache, 'abc')
    await keys.added(keyOf('a'))
    await Promise.all([keys.removed(keyOf('a')), keys.added(keyOf('b'))])
    expect(await keys.list('abc')).toEqual([keyOf('b'), MANIFEST])
  })

  it('is deleted with its last key', async () => {
    const { cache, entries } = createAsyncCache()
    const keys = createCacheKeys(cache, 'abc')
    await keys.added(keyOf('a'))
    await keys.removed(keyOf('a'))
    expect(entries.size).toBe(0)
  })

  it('lists the keys that an earlier page has stored', async () => {
    const { cache } = createAsyncCache(new Map([[MANIFEST, { keys: [keyOf('a')] }]]))
    const keys = createCacheKeys(cache, 'abc')
    await keys.added(keyOf('b'))
    expect(await keys.list('abc')).toEqual([keyOf('a'), keyOf('b'), MANIFEST])
  })

  it('lists the keys of access tokens and of the ID token', async () => {
    const { cache, entries } = createAsyncCache()
    const { tokenStore, identities } = createStores({ cache, clientId: 'abc' })
    await tokenStore.save({ audience: 'a', scope: 'openid' }, tokens())
    await identities.save('jwt', { claims: { __raw: 'jwt' }, user: {} })
    expect(entries.get(MANIFEST)).toEqual({ keys: [keyOf('a'), '@@auth0spajs@@::abc::@@user@@'] })
  })

  it('still works after a change that failed', async () => {
    const { cache } = createAsyncCache()
    const full = new Error('full')
    let isFull = true
    const keys = createCacheKeys(
      {
        ...cache,
        set: (key, entry) => {
          if (isFull) throw full
          return cache.set(key, entry)
        },
      },
      'abc',
    )
    await expect(keys.added(keyOf('a'))).rejects.toBe(full)
    isFull = false
    await keys.added(keyOf('b'))
    expect(await keys.list('abc')).toEqual([keyOf('b'), MANIFEST])
  })
})

describe('caches that list their keys', () => {
  it('need no manifest', async () => {
    const cache = new InMemoryCache().enclosedCache
    const keys = createCacheKeys(cache, 'abc')
    await cache.set(keyOf('a'), { keys: [] })
    await keys.added(keyOf('a'))
    await keys.removed(keyOf('a'))
    expect(await keys.list('abc')).toEqual([keyOf('a')])
  })

  it('may contain keys of other applications, which are ignored', async () => {
    const { cache, entries } = createAsyncCache(new Map(), true)
    for (const key of ['theme', keyOf('a'), '@@auth0spajs@@::abcd::a::openid', 'x::abc::a']) {
      entries.set(key, {})
    }
    const keys = createCacheKeys(cache, 'abc')
    expect(await keys.list('abc')).toEqual([keyOf('a')])
    expect(await keys.list('abcd')).toEqual(['@@auth0spajs@@::abcd::a::openid'])
    expect(await keys.list(null)).toEqual([keyOf('a'), '@@auth0spajs@@::abcd::a::openid'])
  })
})
