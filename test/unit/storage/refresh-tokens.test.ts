import { describe, expect, it } from 'vitest'
import {
  createAsyncCache,
  createFrozenCache,
  createStores,
  decoded,
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
  const bodies = async () => (await stores.tokenStore.all()).map(({ body }) => body)
  const held = async () => (await bodies()).map(body => body.refresh_token)
  return { ...stores, bodies, held }
}

describe('the refresh token that renews a slot', () => {
  it('is that of the entry, with the slot it was found in', async () => {
    const { refreshTokens } = await fill()
    const expected = { refresh_token: 'rt-1', slot: A, isUnanswered: false }
    expect(await refreshTokens.forRenewal(A)).toEqual(expected)
    expect(await refreshTokens.forRenewal({ ...A, scope: 'read' })).toEqual(expected)
  })

  it.each([
    [{ audience: 'c', scope: 'openid' }, false],
    [{ audience: 'a', scope: 'openid write' }, false],
    [{ audience: 'c', scope: 'openid' }, true],
    [{ audience: 'a', scope: 'openid write' }, true],
  ])('is that of another audience or scope only with MRRT: %j %j', async (slot, useMrrt) => {
    const { refreshTokens } = await fill(useMrrt, [undefined, 'rt-b'])
    expect(await refreshTokens.forRenewal(slot)).toEqual(
      useMrrt ? { refresh_token: 'rt-b', slot: B, isUnanswered: false } : undefined,
    )
  })

  it('is its own before that of another with MRRT', async () => {
    const { refreshTokens } = await fill(true, ['rt-a', 'rt-b'])
    expect(await refreshTokens.forRenewal(B)).toMatchObject({ refresh_token: 'rt-b', slot: B })
  })

  it('is none where no entry holds one', async () => {
    const { refreshTokens } = await fill(true, [undefined, undefined])
    expect(await refreshTokens.forRenewal(A)).toBeUndefined()
  })
})

describe('rotation', () => {
  it('replaces a token in every entry that held it, and in no other', async () => {
    const { tokenStore, refreshTokens, held } = await fill()
    await tokenStore.save({ ...B, audience: 'c' }, tokens({ refresh_token: 'rt-other' }))
    await tokenStore.save({ ...B, audience: 'd' }, tokens())
    await refreshTokens.rotated('rt-1', 'rt-2')
    expect(await held()).toEqual(['rt-2', 'rt-2', 'rt-other', undefined])
  })

  it('with MRRT replaces every token there is, and gives none to an entry without', async () => {
    const { tokenStore, refreshTokens, held } = await fill(true, ['rt-a', 'rt-b'])
    await tokenStore.save({ ...B, audience: 'd' }, tokens())
    await refreshTokens.rotated('rt-a', 'rt-2')
    expect(await held()).toEqual(['rt-2', 'rt-2', undefined])
  })

  it('leaves access tokens and expiry alone', async () => {
    const { tokenStore, refreshTokens } = await fill()
    const before = await tokenStore.find(A)
    await refreshTokens.rotated('rt-1', 'rt-2')
    expect(await tokenStore.find(A)).toEqual({
      ...before,
      body: { ...before?.body, refresh_token: 'rt-2' },
    })
  })

  it('replaces the token of an entry that was reduced to it', async () => {
    const { cache, refreshTokens, held } = await fill(false, [])
    const key = '@@auth0spajs@@::client-1::a::openid read'
    await cache.set(key, { body: { refresh_token: 'rt-1', ...A }, expiresAt: NOW - 1 })
    await refreshTokens.rotated('rt-1', 'rt-2')
    expect(await held()).toEqual(['rt-2'])
    expect(await cache.get(key)).toMatchObject({ expiresAt: NOW - 1 })
  })

  it('takes away the mark of the token that it replaces', async () => {
    const { refreshTokens } = await fill()
    await refreshTokens.sent('rt-1')
    await refreshTokens.rotated('rt-1', 'rt-2')
    expect(await refreshTokens.forRenewal(A)).toMatchObject({ isUnanswered: false })
  })

  it('works over a cache that cannot list its keys', async () => {
    const { cache } = createAsyncCache()
    const { tokenStore, refreshTokens } = createStores({ cache })
    await tokenStore.save(A, tokens({ refresh_token: 'rt-1' }))
    await refreshTokens.rotated('rt-1', 'rt-2')
    expect(await refreshTokens.forRenewal(A)).toMatchObject({ refresh_token: 'rt-2' })
  })
})

describe('rotation and lost answers', () => {
  it('marks a token that went unanswered wherever it is held, across reloads', async () => {
    const { cache, refreshTokens } = await fill(false, ['rt-1', 'rt-b'])
    await refreshTokens.sent('rt-1')
    const reloaded = createStores({ cache }).refreshTokens
    expect(await reloaded.forRenewal(A)).toEqual({
      refresh_token: 'rt-1',
      slot: A,
      isUnanswered: true,
    })
    expect(await reloaded.forRenewal(B)).toMatchObject({ isUnanswered: false })
  })

  it('removes a refused token from every entry, and keeps access tokens', async () => {
    const { tokenStore, refreshTokens, bodies } = await fill()
    await tokenStore.save({ ...B, audience: 'c' }, tokens({ refresh_token: 'rt-other' }))
    await refreshTokens.sent('rt-1')
    await refreshTokens.rejected('rt-1')
    const [a, b, c] = await bodies()
    for (const body of [a, b]) {
      expect(body).toMatchObject({ access_token: 'at' })
      expect(body).not.toHaveProperty('refresh_token')
      expect(body).not.toHaveProperty('refresh_token_unanswered')
    }
    expect(c).toMatchObject({ refresh_token: 'rt-other' })
  })

  it('removes an entry that held nothing but the refused token', async () => {
    const { cache, identities, refreshTokens } = await fill(false, [])
    const key = '@@auth0spajs@@::client-1::a::openid read'
    await cache.set(key, { body: { refresh_token: 'rt-1', ...A }, expiresAt: NOW - 1 })
    await identities.save('jwt', decoded())
    await refreshTokens.rejected('rt-1')
    expect(await cache.allKeys?.()).toEqual(['@@auth0spajs@@::client-1::@@user@@'])
    expect(await identities.current()).toBeDefined()
  })

  it('with MRRT removes only the token that was refused', async () => {
    const { refreshTokens, held } = await fill(true, ['rt-a', 'rt-b'])
    await refreshTokens.rejected('rt-a')
    expect(await held()).toEqual([undefined, 'rt-b'])
  })
})
