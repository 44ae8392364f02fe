import { describe, expect, it, vi } from 'vitest'
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

const A = { audience: 'a', scope: 'openid read' }
const B = { audience: 'b', scope: 'openid' }

const fill = async (useMrrt = false, refreshTokens: [string?, string?] = ['rt-1', 'rt-1']) => {
  const stores = createStores({ cache: createFrozenCache(), useMrrt })
  const [a, b] = refreshTokens.map(refresh_token => tokens(refresh_token ? { refresh_token } : {}))
  if (a) await stores.tokenStore.save(A, a)
  if (b) await stores.tokenStore.save(B, b)
  const bodies = async () => (await stores.tokenStore.load()).all().map(({ body }) => body)
  const tokensOfAll = async () => (await bodies()).map(body => body.refresh_token)
  return { ...stores, bodies, tokensOfAll }
}

describe('the refresh token for a slot', () => {
  it('is that of the entry, with the slot of the entry', async () => {
    const { refreshTokens } = await fill()
    const expected = { refresh_token: 'rt-1', slot: A, isOutcomeUnknown: false }
    expect(await refreshTokens.find(A)).toEqual(expected)
    expect(await refreshTokens.find({ ...A, scope: 'read' })).toEqual(expected)
  })

  it.each([
    [{ audience: 'c', scope: 'openid' }, false],
    [{ audience: 'a', scope: 'openid write' }, false],
    [{ audience: 'c', scope: 'openid' }, true],
    [{ audience: 'a', scope: 'openid write' }, true],
  ])('is one of another audience or scope only with MRRT: %j %j', async (slot, useMrrt) => {
    const { refreshTokens } = await fill(useMrrt, [undefined, 'rt-b'])
    expect(await refreshTokens.find(slot)).toEqual(
      useMrrt ? { refresh_token: 'rt-b', slot: B, isOutcomeUnknown: false } : undefined,
    )
  })

  it('with MRRT is that of the own entry if it has one', async () => {
    const { refreshTokens } = await fill(true, ['rt-a', 'rt-b'])
    expect(await refreshTokens.find(B)).toMatchObject({ refresh_token: 'rt-b', slot: B })
  })

  it('is undefined if no entry contains one', async () => {
    const { refreshTokens } = await fill(true, [undefined, undefined])
    expect(await refreshTokens.find(A)).toBeUndefined()
  })
})

describe('replacing a refresh token', () => {
  it('changes every entry that contains it, and no other', async () => {
    const { tokenStore, refreshTokens, tokensOfAll } = await fill()
    await tokenStore.save({ ...B, audience: 'c' }, tokens({ refresh_token: 'rt-other' }))
    await tokenStore.save({ ...B, audience: 'd' }, tokens())
    await refreshTokens.replace('rt-1', 'rt-2')
    expect(await tokensOfAll()).toEqual(['rt-2', 'rt-2', 'rt-other', undefined])
  })

  it('with MRRT changes every entry that contains a refresh token, and no other', async () => {
    const { tokenStore, refreshTokens, tokensOfAll } = await fill(true, ['rt-a', 'rt-b'])
    await tokenStore.save({ ...B, audience: 'd' }, tokens())
    await refreshTokens.replace('rt-a', 'rt-2')
    expect(await tokensOfAll()).toEqual(['rt-2', 'rt-2', undefined])
  })

  it('does not change access tokens and expiry', async () => {
    const { tokenStore, refreshTokens } = await fill()
    const before = await tokenStore.find(A)
    await refreshTokens.replace('rt-1', 'rt-2')
    expect(await tokenStore.find(A)).toEqual({
      ...before,
      body: { ...before?.body, refresh_token: 'rt-2' },
    })
  })

  it('changes an entry without an access token too', async () => {
    const { cache, refreshTokens, tokensOfAll } = await fill(false, [])
    const key = '@@auth0spajs@@::client-1::a::openid read'
    await cache.set(key, { body: { refresh_token: 'rt-1', ...A }, expiresAt: NOW - 1 })
    await refreshTokens.replace('rt-1', 'rt-2')
    expect(await tokensOfAll()).toEqual(['rt-2'])
    expect(await cache.get(key)).toMatchObject({ expiresAt: NOW - 1 })
  })

  it('removes the mark of the token that is replaced', async () => {
    const { refreshTokens } = await fill()
    await refreshTokens.markSent('rt-1')
    await refreshTokens.replace('rt-1', 'rt-2')
    expect(await refreshTokens.find(A)).toMatchObject({ isOutcomeUnknown: false })
  })

  it('works with a cache that cannot list its keys', async () => {
    const { cache } = createAsyncCache()
    const { tokenStore, refreshTokens } = createStores({ cache })
    await tokenStore.save(A, tokens({ refresh_token: 'rt-1' }))
    await refreshTokens.replace('rt-1', 'rt-2')
    expect(await refreshTokens.find(A)).toMatchObject({ refresh_token: 'rt-2' })
  })
})

describe('refresh tokens whose response was lost or negative', () => {
  it('marks a sent token in every entry, also for a page that is reloaded', async () => {
    const { cache, refreshTokens } = await fill(false, ['rt-1', 'rt-b'])
    await refreshTokens.markSent('rt-1')
    const reloaded = createStores({ cache }).refreshTokens
    expect(await reloaded.find(A)).toEqual({
      refresh_token: 'rt-1',
      slot: A,
      isOutcomeUnknown: true,
    })
    expect(await reloaded.find(B)).toMatchObject({ isOutcomeUnknown: false })
  })

  it('removes the mark once the server has responded, and keeps the token', async () => {
    const { refreshTokens, bodies } = await fill()
    const before = await bodies()
    await refreshTokens.markSent('rt-1')
    await refreshTokens.clearMark('rt-1')
    expect(await bodies()).toEqual(before)
  })

  it('drops the expired access token of one entry in the write that marks its token', async () => {
    const { cache, tokenStore, refreshTokens } = await fill()
    const written = vi.spyOn(cache, 'set')
    await refreshTokens.markSent('rt-1', await tokenStore.find(A))
    expect(written).toHaveBeenCalledTimes(2)
    expect((await tokenStore.find(A))?.body).toEqual({
      refresh_token: 'rt-1',
      refresh_token_unanswered: true,
      ...A,
      client_id: CLIENT_ID,
      issuer: ISSUER,
    })
    expect((await tokenStore.find(B))?.body).toMatchObject({
      access_token: 'at',
      refresh_token_unanswered: true,
    })
  })

  it('removes a rejected token from every entry, and keeps access tokens', async () => {
    const { tokenStore, refreshTokens, bodies } = await fill()
    await tokenStore.save({ ...B, audience: 'c' }, tokens({ refresh_token: 'rt-other' }))
    await refreshTokens.markSent('rt-1')
    await refreshTokens.remove('rt-1')
    const [a, b, c] = await bodies()
    for (const body of [a, b]) {
      expect(body).toMatchObject({ access_token: 'at' })
      expect(body).not.toHaveProperty('refresh_token')
      expect(body).not.toHaveProperty('refresh_token_unanswered')
    }
    expect(c).toMatchObject({ refresh_token: 'rt-other' })
  })

  it('removes an entry that contains only the rejected token', async () => {
    const { cache, identities, refreshTokens } = await fill(false, [])
    const key = '@@auth0spajs@@::client-1::a::openid read'
    await cache.set(key, { body: { refresh_token: 'rt-1', ...A }, expiresAt: NOW - 1 })
    await identities.save('jwt', decoded())
    await refreshTokens.remove('rt-1')
    expect(await cache.allKeys?.()).toEqual(['@@auth0spajs@@::client-1::@@user@@'])
    expect(await identities.current()).toBeDefined()
  })

  it('with MRRT removes only the token that was rejected', async () => {
    const { refreshTokens, tokensOfAll } = await fill(true, ['rt-a', 'rt-b'])
    await refreshTokens.remove('rt-a')
    expect(await tokensOfAll()).toEqual([undefined, 'rt-b'])
  })
})
