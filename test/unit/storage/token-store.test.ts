import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'
import { InMemoryCache } from '../../../src/storage/memory-cache.ts'
import type { ICache } from '../../../src/types/storage.ts'
import {
  CLIENT_ID,
  createAsyncCache,
  createFrozenCache,
  createStores,
  ISSUER,
  NOW,
  tokens,
} from './stores.ts'

const SLOT = { audience: 'api', scope: 'openid read write' }
const KEY = `@@auth0spajs@@::${CLIENT_ID}::api::openid read write`

const caches: [string, () => ICache][] = [
  ['memory', () => new InMemoryCache().enclosedCache],
  ['localStorage', () => new LocalStorageCache()],
  ['an asynchronous cache', () => createAsyncCache().cache],
  ['an asynchronous cache with allKeys', () => createAsyncCache(new Map(), true).cache],
]

describe.each(caches)('a token store over %s', (_, createCache) => {
  it('stores the requested and the granted scopes, and finds the entry under its key', async () => {
    const { cache, tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save(
      SLOT,
      tokens({ id_token: 'jwt', scope: 'openid read', refresh_token: 'rt' }),
    )
    const body = {
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'rt',
      audience: 'api',
      scope: 'openid read write',
      client_id: CLIENT_ID,
      issuer: ISSUER,
      oauthTokenScope: 'openid read',
    }
    expect(await cache.get(KEY)).toEqual({ body, expiresAt: NOW + 3600 })
    expect(await tokenStore.find(SLOT)).toEqual({
      key: KEY,
      slot: SLOT,
      body,
      expiresAt: NOW + 3600,
    })
  })

  it.each([
    ['read openid', true],
    ['openid', true],
    ['openid read write', true],
    ['openid read delete', false],
    ['rea', false],
  ])('finds an entry with all scopes of %j: %j', async (scope, isFound) => {
    const { tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save(SLOT, tokens())
    const found = await tokenStore.find({ audience: 'api', scope })
    expect(found?.key).toBe(isFound ? KEY : undefined)
  })

  it('prefers the entry with exactly the requested scopes', async () => {
    const { tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save(SLOT, tokens({ access_token: 'wide' }))
    await tokenStore.save({ audience: 'api', scope: 'read' }, tokens({ access_token: 'exact' }))
    const found = await tokenStore.find({ audience: 'api', scope: 'read' })
    expect(found?.body.access_token).toBe('exact')
  })

  it.each(['default', 'ap', 'api2', 'ap::i'])(
    'finds nothing of another audience: %s',
    async audience => {
      const { tokenStore } = createStores({ cache: createCache() })
      await tokenStore.save(SLOT, tokens())
      expect(await tokenStore.find({ ...SLOT, audience })).toBeUndefined()
    },
  )

  it('finds nothing of another client', async () => {
    const cache = createCache()
    await createStores({ cache }).tokenStore.save(SLOT, tokens())
    const other = createStores({ cache, clientId: 'client-12' }).tokenStore
    expect(await other.find(SLOT)).toBeUndefined()
    expect((await other.load()).all()).toEqual([])
  })

  it('does not find an entry without a scope', async () => {
    const { tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save({ audience: 'api', scope: '' }, tokens())
    expect(await tokenStore.find({ audience: 'api', scope: 'openid' })).toBeUndefined()
  })

  it('distinguishes audiences that contain colons', async () => {
    const { tokenStore } = createStores({ cache: createCache() })
    const urn = { audience: 'urn::x', scope: 'openid read' }
    await tokenStore.save(urn, tokens())
    expect((await tokenStore.find({ ...urn, scope: 'read' }))?.slot).toEqual(urn)
    expect(await tokenStore.find({ audience: 'urn', scope: 'openid' })).toBeUndefined()
  })

  it('distinguishes scopes that contain colons, in a look-up for fewer scopes too', async () => {
    const { tokenStore } = createStores({ cache: createCache() })
    const urn = { audience: 'urn::x', scope: 'openid urn::read::all' }
    await tokenStore.save(urn, tokens())
    const found = await tokenStore.find({ ...urn, scope: 'urn::read::all' })
    expect(found?.slot).toEqual(urn)
    expect((await tokenStore.load()).find({ ...urn, scope: 'openid' })?.slot).toEqual(urn)
    expect(await tokenStore.find({ ...urn, audience: 'urn' })).toBeUndefined()
  })

  it('reads the key of an entry that does not contain its slot', async () => {
    const { cache, tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save(SLOT, tokens())
    await cache.set(KEY, { body: { refresh_token: 'rt' }, expiresAt: NOW })
    expect((await tokenStore.load()).all().map(({ slot }) => slot)).toEqual([SLOT])
  })

  it('loads the access token entries of this client, and no others', async () => {
    const { cache, tokenStore, identities } = createStores({ cache: createCache() })
    await tokenStore.save(SLOT, tokens())
    await identities.save('jwt', { claims: { __raw: 'jwt' }, user: {} })
    await cache.set(`@@auth0spajs@@::${CLIENT_ID}::anonymous::x`, { session: 1 })
    await cache.set(`@@auth0spajs@@::${CLIENT_ID}::@@generation@@::x`, 7)
    expect((await tokenStore.load()).all().map(({ key }) => key)).toEqual([KEY])
  })

  it('replaces the body of an entry and keeps its expiry, and removes the entry', async () => {
    const { cache, tokenStore } = createStores({ cache: createCache() })
    await tokenStore.save(SLOT, tokens())
    const entries = await tokenStore.load()
    const entry = entries.find(SLOT)
    if (!entry) throw new Error('nothing stored')
    await entries.rewrite(entry, { refresh_token: 'rt' })
    expect(await cache.get(KEY)).toEqual({
      body: { refresh_token: 'rt' },
      expiresAt: NOW + 3600,
    })
    await entries.remove(entry)
    expect(await cache.get(KEY)).toBeUndefined()
    expect((await tokenStore.load()).all()).toEqual([])
  })
})

describe('stored entries', () => {
  it('contain the audience and client id of the client, not of the response', async () => {
    const { tokenStore } = createStores()
    const foreign = { audience: 'evil', client_id: 'evil', custom: 1 }
    await tokenStore.save(SLOT, { ...tokens(), ...foreign })
    expect((await tokenStore.find(SLOT))?.body).toMatchObject({
      audience: 'api',
      client_id: CLIENT_ID,
      custom: 1,
    })
  })

  it('contain no granted scope if the response has none', async () => {
    const { tokenStore } = createStores()
    await tokenStore.save(SLOT, tokens())
    expect((await tokenStore.find(SLOT))?.body).not.toHaveProperty('oauthTokenScope')
  })

  it('are not changed in place', async () => {
    const { tokenStore, refreshTokens } = createStores({ cache: createFrozenCache() })
    await tokenStore.save(SLOT, Object.freeze(tokens({ refresh_token: 'rt-1' })))
    const before = await tokenStore.find(SLOT)
    await refreshTokens.replace('rt-1', 'rt-2')
    await refreshTokens.markSent('rt-2')
    await refreshTokens.remove('rt-2')
    expect(before?.body.refresh_token).toBe('rt-1')
    expect((await tokenStore.find(SLOT))?.body).not.toHaveProperty('refresh_token')
  })
})

describe('freshness', () => {
  it.each([
    [60, 60, true],
    [59, 60, false],
    [0, 0, true],
    [-1, 0, false],
  ])(
    'an entry with %i s left is fresh with a margin of %i s: %j',
    async (left, margin, isFresh) => {
      const { tokenStore } = createStores()
      await tokenStore.save(SLOT, tokens({ expires_in: left }))
      const entry = await tokenStore.find(SLOT)
      if (!entry) throw new Error('nothing stored')
      expect(await tokenStore.isFresh(entry, margin)).toBe(isFresh)
    },
  )

  it('is calculated with nowProvider, which may be asynchronous', async () => {
    let now = NOW
    const { tokenStore } = createStores({
      nowProvider: (async () => now * 1000) as unknown as () => number,
    })
    await tokenStore.save(SLOT, tokens({ expires_in: 10 }))
    const entry = await tokenStore.find(SLOT)
    if (!entry) throw new Error('nothing stored')
    now += 10
    expect(await tokenStore.isFresh(entry, 0)).toBe(true)
    now += 1
    expect(await tokenStore.isFresh(entry, 0)).toBe(false)
  })
})
