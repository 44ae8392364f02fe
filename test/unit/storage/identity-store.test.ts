import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../src/storage/local-storage-cache.ts'
import { CLIENT_ID, createAsyncCache, createStores, decoded, ISSUER, NOW } from './stores.ts'

const KEY = `@@auth0spajs@@::${CLIENT_ID}::@@user@@`
const LEGACY_KEY = `@@auth0spajs@@::${CLIENT_ID}::default::openid profile email`

const legacy = {
  body: { access_token: 'at', id_token: 'jwt-ada', decodedToken: decoded() },
  expiresAt: NOW - 1,
}

describe('the signed-in user', () => {
  it('is undefined at first', async () => {
    expect(await createStores().identities.current()).toBeUndefined()
  })

  it('is the one of the ID token, for every client with this id and cache', async () => {
    const { cache, identities } = createStores()
    await identities.save('jwt-ada', decoded())
    const ada = { id_token: 'jwt-ada', ...decoded() }
    expect(await cache.get(KEY)).toEqual({
      id_token: 'jwt-ada',
      decodedToken: decoded(),
      issuer: ISSUER,
    })
    expect(await identities.current()).toEqual(ada)
    expect(await createStores({ cache }).identities.current()).toEqual(ada)
    expect(await createStores({ cache, clientId: 'client-2' }).identities.current()).toBeUndefined()
  })

  it('is undefined after the cache was cleared', async () => {
    const { identities, owners } = createStores()
    await identities.save('jwt-ada', decoded())
    await identities.current()
    await owners.clear(CLIENT_ID)
    expect(await identities.current()).toBeUndefined()
  })

  it.each([
    ['no decoded token', { id_token: 'jwt' }],
    ['no user', { id_token: 'jwt', decodedToken: { claims: {} } }],
    ['a number', 7],
  ])('is undefined if the entry has %s', async (_, entry) => {
    const { cache, identities } = createStores()
    await cache.set(KEY, entry)
    expect(await identities.current()).toBeUndefined()
  })

  it('is read from an entry of 1.x if no ID token is stored under its own key', async () => {
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

  it('ends when the same ID token is stored with another session_expiry', async () => {
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

describe('keeping the ID token of a 1.x entry', () => {
  it('stores it under its own key', async () => {
    const { cache, identities } = createStores()
    await identities.keepV1IdToken(legacy.body)
    expect(await cache.get(KEY)).toEqual({
      id_token: 'jwt-ada',
      decodedToken: decoded(),
      issuer: ISSUER,
    })
  })

  it('does nothing without an ID token, or if one is stored already', async () => {
    const { cache, identities } = createStores()
    await identities.keepV1IdToken({ access_token: 'at', id_token: 'jwt' })
    expect(await cache.get(KEY)).toBeUndefined()
    await identities.save('jwt-grace', decoded('grace'))
    await identities.keepV1IdToken(legacy.body)
    expect(await cache.get(KEY)).toMatchObject({ id_token: 'jwt-grace' })
  })
})
