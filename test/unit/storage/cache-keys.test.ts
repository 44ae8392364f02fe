import { describe, expect, it } from 'vitest'
import { createKeyList } from '../../../src/storage/cache-keys.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import { createAsyncCache, createStores, tokens } from './stores.ts'

const MANIFEST = '@@auth0spajs@@::abc'
const keyOf = (name: string): string => `@@auth0spajs@@::abc::${name}::openid`

describe('the key manifest', () => {
  it('lists every key added, with the manifest itself', async () => {
    const { cache, entries } = createAsyncCache()
    const keys = createKeyList(cache, 'abc')
    await keys.added(keyOf('a'))
    await keys.added(keyOf('b'))
    await keys.added(keyOf('a'))
    expect(entries).toEqual(new Map([[MANIFEST, { keys: [keyOf('a'), keyOf('b')] }]]))
    expect(await keys.of('abc')).toEqual([keyOf('a'), keyOf('b'), MANIFEST])
  })

  it('loses no key when many are added at once', async () => {
    const { cache } = createAsyncCache()
    const keys = createKeyList(cache, 'abc')
    const names = Array.from({ length: 20 }, (_, index) => keyOf(`a${index}`))
    await Promise.all(names.map(key => keys.added(key)))
    expect(await keys.of('abc')).toEqual([...names, MANIFEST])
  })

  it('keeps what is added while another key is removed', async () => {
    const { cache } = createAsyncCache()
    const keys = createKeyList(cache, 'abc')
    await keys.added(keyOf('a'))
    await Promise.all([keys.removed(keyOf('a')), keys.added(keyOf('b'))])
    expect(await keys.of('abc')).toEqual([keyOf('b'), MANIFEST])
  })

  it('is deleted with its last key', async () => {
    const { cache, entries } = createAsyncCache()
    const keys = createKeyList(cache, 'abc')
    await keys.added(keyOf('a'))
    await keys.removed(keyOf('a'))
    expect(entries.size).toBe(0)
  })

  it('finds the keys that an earlier page left behind', async () => {
    const { cache } = createAsyncCache(new Map([[MANIFEST, { keys: [keyOf('a')] }]]))
    const keys = createKeyList(cache, 'abc')
    await keys.added(keyOf('b'))
    expect(await keys.of('abc')).toEqual([keyOf('a'), keyOf('b'), MANIFEST])
  })

  it('lists both kinds of keys, of access tokens and of the ID token', async () => {
    const { cache, entries } = createAsyncCache()
    const { tokenStore, identities } = createStores({ cache, clientId: 'abc' })
    await tokenStore.save({ audience: 'a', scope: 'openid' }, tokens())
    await identities.save('jwt', { claims: { __raw: 'jwt' }, user: {} })
    expect(entries.get(MANIFEST)).toEqual({ keys: [keyOf('a'), '@@auth0spajs@@::abc::@@user@@'] })
  })

  it('goes on after a change that failed', async () => {
    const { cache } = createAsyncCache()
    const full = new Error('full')
    let isFull = true
    const keys = createKeyList(
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
    expect(await keys.of('abc')).toEqual([keyOf('b'), MANIFEST])
  })
})

describe('caches that list their keys', () => {
  it('need no manifest', async () => {
    const cache = new InMemoryCache().enclosedCache
    const keys = createKeyList(cache, 'abc')
    await cache.set(keyOf('a'), { keys: [] })
    await keys.added(keyOf('a'))
    await keys.removed(keyOf('a'))
    expect(await keys.of('abc')).toEqual([keyOf('a')])
  })

  it('may list foreign keys, which are ignored', async () => {
    const { cache, entries } = createAsyncCache(new Map(), true)
    for (const key of ['theme', keyOf('a'), '@@auth0spajs@@::abcd::a::openid', 'x::abc::a']) {
      entries.set(key, {})
    }
    const keys = createKeyList(cache, 'abc')
    expect(await keys.of('abc')).toEqual([keyOf('a')])
    expect(await keys.of('abcd')).toEqual(['@@auth0spajs@@::abcd::a::openid'])
    expect(await keys.of(null)).toEqual([keyOf('a'), '@@auth0spajs@@::abcd::a::openid'])
  })
})
