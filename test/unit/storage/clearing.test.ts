import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import type { ICache } from '../../../src/types/storage.ts'
import { CLIENT_ID, createAsyncCache, createStores, decoded, tokens } from './stores.ts'

const SLOT = { audience: 'default', scope: 'openid' }
const PREFIX = '@@auth0spajs@@'
const THEIRS = ['theme', 'abc', 'x::abc::default::openid', `${PREFIX}x::abc::a`]
const ABC = [
  `${PREFIX}::abc::default::openid`,
  `${PREFIX}::abc::@@user@@`,
  `${PREFIX}::abc::anonymous::x`,
]
const ABCD = [`${PREFIX}::abcd::default::openid`, `${PREFIX}::abcd::@@user@@`]

const fill = async (cache: ICache) => {
  for (const clientId of ['abc', 'abcd']) {
    const { tokenStore, identities } = createStores({ cache, clientId })
    await tokenStore.save(SLOT, tokens())
    await identities.save('jwt', decoded())
  }
  for (const key of [...THEIRS, `${PREFIX}::abc::anonymous::x`]) await cache.set(key, { a: 1 })
}

describe.each<[string, () => ICache]>([
  ['memory', () => new InMemoryCache().enclosedCache],
  ['localStorage', () => new LocalStorageCache()],
  [
    'a custom cache that lists keys of other applications',
    () => createAsyncCache(new Map(), true).cache,
  ],
])('clearing a cache: %s', (_, createCache) => {
  it.each([
    ['abc', ABCD],
    ['abcd', ABC],
    ['ab', [...ABC, ...ABCD]],
    ['x', [...ABC, ...ABCD]],
    [null, []],
  ] as [string | null, string[]][])(
    'clearing %j keeps %j and the keys of other applications',
    async (clientId, left) => {
      const cache = createCache()
      await fill(cache)
      await createStores({ cache, clientId: 'abc' }).owners.clear(clientId)
      for (const key of [...THEIRS, ...left]) expect(await cache.get(key)).toBeDefined()
      for (const key of [...ABC, ...ABCD].filter(key => !left.includes(key))) {
        expect(await cache.get(key)).toBeUndefined()
      }
    },
  )
})

describe('client ids that contain the separator of keys', () => {
  it.each(['urn', 'urn::app'])('clearing %s keeps the other', async clientId => {
    const cache = new LocalStorageCache()
    const ids = ['urn', 'urn::app']
    for (const id of ids) {
      const { tokenStore, identities } = createStores({ cache, clientId: id })
      await tokenStore.save(SLOT, tokens({ refresh_token: id }))
      await identities.save('jwt', decoded())
    }
    await createStores({ cache, clientId }).owners.clear(clientId)
    for (const id of ids) {
      const { tokenStore, identities } = createStores({ cache, clientId: id })
      const entries = (await tokenStore.load()).all()
      expect(entries.map(({ body }) => body.refresh_token)).toEqual(id === clientId ? [] : [id])
      expect((await identities.current()) !== undefined).toBe(id !== clientId)
    }
  })
})

describe('clearing a cache with a manifest', () => {
  it('keeps the entries of another issuer, and their keys in the manifest', async () => {
    const { cache } = createAsyncCache()
    const other = createStores({ cache, issuer: 'https://other.example.com/' }).tokenStore
    await other.save(SLOT, tokens())
    const ours = createStores({ cache })
    await ours.tokenStore.save({ ...SLOT, audience: 'api' }, tokens())
    await ours.owners.clear(CLIENT_ID)
    expect((await ours.tokenStore.load()).all()).toEqual([])
    expect((await other.load()).all()).toHaveLength(1)
  })

  it.each([
    ['abc', 'abcd'],
    ['abcd', 'abc'],
  ])('removes the entries and the manifest of %s, and nothing of %s', async (clientId, other) => {
    const { cache, entries } = createAsyncCache()
    await fill(cache)
    const foreign = new Set([...THEIRS, `${PREFIX}::abc::anonymous::x`])
    await createStores({ cache, clientId: 'abc' }).owners.clear(clientId)
    const left = [...entries.keys()].filter(key => !foreign.has(key))
    const theirs = [`${PREFIX}::${other}::default::openid`, `${PREFIX}::${other}::@@user@@`]
    expect(left.sort()).toEqual([...theirs, `${PREFIX}::${other}`].sort())
    expect(entries.get(`${PREFIX}::${other}`)).toEqual({ keys: theirs })
  })
})
