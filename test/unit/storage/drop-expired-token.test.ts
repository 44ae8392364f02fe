import { describe, expect, it } from 'vitest'
import { evictExpired } from '../../../src/storage/drop-expired-token.ts'
import type { ICache } from '../../../src/types/storage.ts'
import {
  CLIENT_ID,
  createAsyncCache,
  createFrozenCache,
  createStores,
  decoded,
  NOW,
  tokens,
} from './stores.ts'

const PREFIX = `@@auth0spajs@@::${CLIENT_ID}`
const WIDE = { audience: 'api', scope: 'openid read write' }
const WIDE_KEY = `${PREFIX}::api::openid read write`
const USER_KEY = `${PREFIX}::@@user@@`

const createAll = (cache: ICache = createFrozenCache()) => {
  const stores = createStores({ cache })
  const evict = (scope = WIDE.scope, margin = 60) =>
    evictExpired(stores, { audience: 'api', scope }, margin)
  return { ...stores, evict }
}

describe('expiry', () => {
  it.each([60, 61, 3600])('leaves an entry with %i s left as it is', async expires_in => {
    const { cache, tokenStore, evict } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in, refresh_token: 'rt' }))
    const before = await cache.get(WIDE_KEY)
    await evict()
    expect(await cache.get(WIDE_KEY)).toBe(before)
  })

  it('reduces an entry with 59 s left to its refresh token, and keeps its expiry', async () => {
    const { cache, tokenStore, evict } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 59, refresh_token: 'rt' }))
    await evict()
    expect(await cache.get(WIDE_KEY)).toEqual({
      body: { refresh_token: 'rt', ...WIDE },
      expiresAt: NOW + 59,
    })
  })

  it('keeps the mark of a refresh token that went unanswered', async () => {
    const { tokenStore, refreshTokens, evict } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await refreshTokens.sent('rt')
    await evict()
    expect(await refreshTokens.forRenewal(WIDE)).toMatchObject({ isUnanswered: true })
    expect((await tokenStore.find(WIDE))?.body).not.toHaveProperty('access_token')
  })

  it('removes an entry without a refresh token, from the manifest too', async () => {
    const { cache, entries } = createAsyncCache()
    const { tokenStore, evict } = createAll(cache)
    await tokenStore.save(WIDE, tokens({ expires_in: 0 }))
    expect(entries.size).toBe(2)
    await evict()
    expect([...entries]).toEqual([])
  })

  it('acts on the key where the entry was found, and makes no other', async () => {
    const { cache, tokenStore, evict } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await evict('read')
    expect(await cache.allKeys?.()).toEqual([WIDE_KEY])
    expect(await cache.get(WIDE_KEY)).toMatchObject({ body: { refresh_token: 'rt', ...WIDE } })
  })

  it('leaves entries of other audiences alone, and minds none at all', async () => {
    const { cache, tokenStore, evict } = createAll()
    await evict()
    await tokenStore.save({ ...WIDE, audience: 'other' }, tokens({ expires_in: 0 }))
    await evict()
    expect(await cache.allKeys?.()).toEqual([`${PREFIX}::other::openid read write`])
  })

  it('writes nothing for an entry that is reduced already but what it holds', async () => {
    const { cache, tokenStore, evict } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await evict()
    const once = await cache.get(WIDE_KEY)
    await evict()
    expect(await cache.get(WIDE_KEY)).toEqual(once)
  })
})

describe('entries in the layout of 1.x', () => {
  const legacy = (refresh_token?: string) => ({
    body: {
      access_token: 'at',
      id_token: 'jwt',
      decodedToken: decoded(),
      ...WIDE,
      ...(refresh_token && { refresh_token }),
    },
    expiresAt: NOW - 1,
  })

  it.each(['rt', undefined])(
    'give their ID token to its own key before they lose it (refresh token: %j)',
    async refreshToken => {
      const { cache, evict } = createAll()
      await cache.set(WIDE_KEY, legacy(refreshToken))
      await evict()
      expect(await cache.get(USER_KEY)).toEqual({ id_token: 'jwt', decodedToken: decoded() })
      const left = refreshToken && { body: { refresh_token: 'rt', ...WIDE }, expiresAt: NOW - 1 }
      expect(await cache.get(WIDE_KEY)).toEqual(left)
    },
  )

  it('do not replace a newer ID token', async () => {
    const { cache, identities, evict } = createAll()
    await identities.save('newer', decoded('grace'))
    await cache.set(WIDE_KEY, legacy('rt'))
    await evict()
    expect(await cache.get(USER_KEY)).toMatchObject({ id_token: 'newer' })
  })

  it('take audience and scope from the key where 1.x wrote a refresh token alone', async () => {
    const { cache, refreshTokens, evict } = createAll()
    await cache.set(WIDE_KEY, { body: { refresh_token: 'rt' }, expiresAt: NOW - 1 })
    expect(await refreshTokens.forRenewal(WIDE)).toMatchObject({ slot: WIDE })
    await evict()
    expect(await cache.get(WIDE_KEY)).toEqual({
      body: { refresh_token: 'rt', ...WIDE },
      expiresAt: NOW - 1,
    })
  })
})
