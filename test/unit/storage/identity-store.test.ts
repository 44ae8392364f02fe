import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'
import { CLIENT_ID, createAsyncCache, createStores, decoded, NOW } from './stores.ts'

const KEY = `@@auth0spajs@@::${CLIENT_ID}::@@user@@`
const LEGACY_KEY = `@@auth0spajs@@::${CLIENT_ID}::default::openid profile email`

const legacy = {
  body: { access_token: 'at', id_token: 'jwt-ada', decodedToken: decoded() },
  expiresAt: NOW - 1,
}

describe('who is signed in', () => {
  it('is nobody at first', async () => {
    expect(await createStores().identities.current()).toBeUndefined()
  })

  it('is whom the ID token says, in every client of that id over the same cache', async () => {
    const { cache, identities } = createStores()
    await identities.save('jwt-ada', decoded())
    const ada = { id_token: 'jwt-ada', ...decoded() }
    expect(await cache.get(KEY)).toEqual({ id_token: 'jwt-ada', decodedToken: decoded() })
    expect(await identities.current()).toEqual(ada)
    expect(await createStores({ cache }).identities.current()).toEqual(ada)
    expect(await createStores({ cache, clientId: 'client-2' }).identities.current()).toBeUndefined()
  })

  it('is nobody after the cache was cleared', async () => {
    const { identities, tokenStore } = createStores()
    await identities.save('jwt-ada', decoded())
    await identities.current()
    await tokenStore.clear(CLIENT_ID)
    expect(await identities.current()).toBeUndefined()
  })

  it.each([
    ['no decoded token', { id_token: 'jwt' }],
    ['no ID token', { decodedToken: decoded() }],
    ['no claims', { id_token: 'jwt', decodedToken: { user: {} } }],
    ['no user', { id_token: 'jwt', decodedToken: { claims: {} } }],
    ['a number', 7],
  ])('is nobody where the entry has %s', async (_, entry) => {
    const { cache, identities } = createStores()
    await cache.set(KEY, entry)
    expect(await identities.current()).toBeUndefined()
  })

  it('is found in an entry of 1.x where there is no ID token of its own', async () => {
    const { cache, identities } = createStores()
    await cache.set(LEGACY_KEY, legacy)
    expect(await identities.current()).toMatchObject({ id_token: 'jwt-ada', user: { sub: 'ada' } })
    await identities.save('jwt-grace', decoded('grace'))
    expect(await identities.current()).toMatchObject({ user: { sub: 'grace' } })
  })
})

describe('object identity', () => {
  it.each([
    ['localStorage', () => new LocalStorageCache()],
    ['an asynchronous cache', () => createAsyncCache().cache],
  ])('stays while the ID token does, though %s makes new objects', async (_, createCache) => {
    const { identities } = createStores({ cache: createCache() })
    await identities.save('jwt-ada', decoded())
    const first = await identities.current()
    const second = await identities.current()
    expect(second?.user).toBe(first?.user)
    expect(second?.claims).toBe(first?.claims)
    await identities.save('jwt-grace', decoded('grace'))
    expect((await identities.current())?.user).toEqual({ sub: 'grace' })
  })

  it('ends when the same ID token is stored with another ceiling', async () => {
    const { identities } = createStores()
    const { claims, user } = decoded()
    await identities.save('jwt-ada', { claims, user })
    await identities.current()
    await identities.save('jwt-ada', { claims: { ...claims, session_expiry: NOW }, user })
    expect((await identities.current())?.claims.session_expiry).toBe(NOW)
  })

  it('holds for entries of 1.x as well', async () => {
    const { cache, identities } = createStores({ cache: new LocalStorageCache() })
    await cache.set(LEGACY_KEY, legacy)
    expect((await identities.current())?.user).toBe((await identities.current())?.user)
  })

  it('ends when another tab stores another ID token', async () => {
    const mine = createStores({ cache: new LocalStorageCache() }).identities
    const other = createStores({ cache: new LocalStorageCache() }).identities
    await mine.save('jwt-ada', decoded())
    await mine.current()
    await other.save('jwt-grace', decoded('grace'))
    expect((await mine.current())?.user).toEqual({ sub: 'grace' })
  })
})

describe('adopting the ID token of a 1.x entry', () => {
  it('keeps it under its own key', async () => {
    const { cache, identities } = createStores()
    await identities.adopt(legacy.body)
    expect(await cache.get(KEY)).toEqual({ id_token: 'jwt-ada', decodedToken: decoded() })
  })

  it('does nothing without one, or where there is one already', async () => {
    const { cache, identities } = createStores()
    await identities.adopt({ access_token: 'at', id_token: 'jwt' })
    expect(await cache.get(KEY)).toBeUndefined()
    await identities.save('jwt-grace', decoded('grace'))
    await identities.adopt(legacy.body)
    expect(await cache.get(KEY)).toMatchObject({ id_token: 'jwt-grace' })
  })
})
