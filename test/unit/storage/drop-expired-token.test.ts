import { describe, expect, it } from 'vitest'
import type { ICache } from '../../../src/types/storage.ts'
import { createClient } from '../../support/clients.ts'
import {
  CLIENT_ID,
  createAsyncCache,
  createFrozenCache,
  createStores,
  decoded,
  ISSUER,
  NOW,
  tokens,
} from './stores.ts'

const PREFIX = `@@auth0spajs@@::${CLIENT_ID}`
const WIDE = { audience: 'api', scope: 'openid offline_access read write' }
const WIDE_KEY = `${PREFIX}::api::${WIDE.scope}`
const USER_KEY = `${PREFIX}::@@user@@`

describe.each([false, true])('expired tokens with useRefreshTokens: %j', useRefreshTokens => {
  /** The stores of a client, and a call that drops an expired token and renews nothing. */
  const createAll = (cache: ICache = createFrozenCache()) => {
    const nowProvider = () => NOW * 1000 + 999
    const stores = createStores({ cache, nowProvider })
    const client = createClient({
      cache,
      nowProvider,
      useRefreshTokens,
      authorizationParams: { scope: 'openid' },
    })
    const drop = async (scope = 'read write') =>
      expect(
        await client.getTokenSilently({
          cacheMode: 'cache-only',
          authorizationParams: { audience: 'api', scope },
        }),
      ).toBeUndefined()
    return { ...stores, drop }
  }

  it.each([60, 61, 3600])('an entry with %i s left stays as it is', async expires_in => {
    const { cache, tokenStore, drop } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in, refresh_token: 'rt' }))
    const before = await cache.get(WIDE_KEY)
    await drop()
    expect(await cache.get(WIDE_KEY)).toBe(before)
  })

  it('an entry with 59 s left is reduced to its refresh token, and keeps its expiry', async () => {
    const { cache, tokenStore, drop } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 59, refresh_token: 'rt' }))
    await drop()
    expect(await cache.get(WIDE_KEY)).toEqual({
      body: { refresh_token: 'rt', ...WIDE, client_id: CLIENT_ID, issuer: ISSUER },
      expiresAt: NOW + 59,
    })
  })

  it('a refresh token whose outcome is unknown keeps its mark', async () => {
    const { tokenStore, refreshTokens, drop } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await refreshTokens.markSent('rt')
    await drop()
    expect(await refreshTokens.find(WIDE)).toMatchObject({ isOutcomeUnknown: true })
    expect((await tokenStore.find(WIDE))?.body).not.toHaveProperty('access_token')
  })

  it('an entry without a refresh token is removed, from the manifest too', async () => {
    const { cache, entries } = createAsyncCache()
    const { tokenStore, drop } = createAll(cache)
    await tokenStore.save(WIDE, tokens({ expires_in: 0 }))
    expect(entries.size).toBe(2)
    await drop()
    expect([...entries]).toEqual([])
  })

  it('an entry with more scopes is changed under its own key, and no other is added', async () => {
    const { cache, tokenStore, drop } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await drop('read')
    expect(await cache.allKeys?.()).toEqual([WIDE_KEY])
    expect(await cache.get(WIDE_KEY)).toEqual({
      body: { refresh_token: 'rt', ...WIDE, client_id: CLIENT_ID, issuer: ISSUER },
      expiresAt: NOW,
    })
  })

  it('entries of other audiences stay, and a missing entry is no error', async () => {
    const { cache, tokenStore, drop } = createAll()
    await drop()
    await tokenStore.save({ ...WIDE, audience: 'other' }, tokens({ expires_in: 0 }))
    await drop()
    expect(await cache.allKeys?.()).toEqual([`${PREFIX}::other::${WIDE.scope}`])
  })

  it('an entry that was reduced before stays as it is', async () => {
    const { cache, tokenStore, drop } = createAll()
    await tokenStore.save(WIDE, tokens({ expires_in: 0, refresh_token: 'rt' }))
    await drop()
    const once = await cache.get(WIDE_KEY)
    await drop()
    expect(await cache.get(WIDE_KEY)).toEqual(once)
  })

  describe('in the layout of 1.x', () => {
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
      'the ID token is kept under its own key (refresh token: %j)',
      async refreshToken => {
        const { cache, drop } = createAll()
        await cache.set(WIDE_KEY, legacy(refreshToken))
        await drop()
        expect(await cache.get(USER_KEY)).toEqual({
          id_token: 'jwt',
          decodedToken: decoded(),
          issuer: ISSUER,
        })
        const left = refreshToken && { body: { refresh_token: 'rt', ...WIDE }, expiresAt: NOW - 1 }
        expect(await cache.get(WIDE_KEY)).toEqual(left)
      },
    )

    it('the ID token does not replace a newer one', async () => {
      const { cache, identities, drop } = createAll()
      await identities.save('newer', decoded('grace'))
      await cache.set(WIDE_KEY, legacy('rt'))
      await drop()
      expect(await cache.get(USER_KEY)).toMatchObject({ id_token: 'newer' })
    })

    it('audience and scope are taken from the key if the entry has only a refresh token', async () => {
      const { cache, refreshTokens, drop } = createAll()
      await cache.set(WIDE_KEY, { body: { refresh_token: 'rt' }, expiresAt: NOW - 1 })
      expect(await refreshTokens.find(WIDE)).toMatchObject({ slot: WIDE })
      await drop()
      expect(await cache.get(WIDE_KEY)).toEqual({
        body: { refresh_token: 'rt', ...WIDE },
        expiresAt: NOW - 1,
      })
    })
  })
})
