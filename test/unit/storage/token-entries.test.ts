import { describe, expect, it } from 'vitest'
import { dropAccessToken } from '../../../src/storage/drop-access-token.ts'
import type { StoredTokens } from '../../../src/storage/token-entries.ts'
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

const fill = async (more: Parameters<typeof tokens>[0] = {}, cache = createFrozenCache()) => {
  const stores = createStores({ cache })
  await stores.tokenStore.save(SLOT, tokens(more))
  const entries = await stores.tokenStore.load()
  return { ...stores, entries, entry: entries.find(SLOT) as StoredTokens }
}

describe('loaded entries', () => {
  it.each([
    [{ audience: 'api', scope: 'openid read write' }, true],
    [{ audience: 'api', scope: 'write openid' }, true],
    [{ audience: 'api', scope: 'delete' }, false],
    [{ audience: 'other', scope: 'openid' }, false],
  ])('find %j as the store does: %j', async (slot, isFound) => {
    const { tokenStore, entries } = await fill()
    expect(entries.find(slot)).toEqual(await tokenStore.find(slot))
    expect(entries.find(slot)?.key).toBe(isFound ? KEY : undefined)
  })

  it('prefer the entry with exactly the requested scopes', async () => {
    const { tokenStore } = await fill()
    await tokenStore.save({ audience: 'api', scope: 'read' }, tokens({ access_token: 'exact' }))
    const found = (await tokenStore.load()).find({ audience: 'api', scope: 'read' })
    expect(found?.body.access_token).toBe('exact')
  })

  it('contain their own writes, and not those of others', async () => {
    const { tokenStore, entries, entry } = await fill()
    await tokenStore.save({ ...SLOT, audience: 'other' }, tokens())
    await entries.rewrite(entry, { refresh_token: 'rt' })
    expect(entries.all()).toEqual([{ ...entry, body: { refresh_token: 'rt' } }])
    expect(entries.find(SLOT)?.body).toEqual({ refresh_token: 'rt' })
    await entries.remove(entry)
    expect(entries.all()).toEqual([])
    expect(entries.find(SLOT)).toBeUndefined()
    expect((await tokenStore.load()).all()).toHaveLength(1)
  })
})

describe('dropping an access token', () => {
  it('reduces the entry to its refresh token, and keeps the expiry', async () => {
    const { cache, entries, entry } = await fill({ expires_in: 59, refresh_token: 'rt' })
    await dropAccessToken(entries, entry)
    expect(await cache.get(KEY)).toEqual({
      body: { refresh_token: 'rt', ...SLOT, client_id: CLIENT_ID, issuer: ISSUER },
      expiresAt: NOW + 59,
    })
  })

  it('keeps the mark of a refresh token whose outcome is unknown, and the claims of the login', async () => {
    const { tokenStore, refreshTokens, entries, entry } = await fill({ refresh_token: 'rt' })
    const login_claims = { nonce: 'n-1' }
    await entries.rewrite(entry, { ...entry.body, login_claims })
    await refreshTokens.markSent('rt')
    const marked = await tokenStore.load()
    await dropAccessToken(marked, marked.find(SLOT) as StoredTokens)
    expect((await tokenStore.find(SLOT))?.body).toEqual({
      refresh_token: 'rt',
      refresh_token_unanswered: true,
      login_claims,
      ...SLOT,
      client_id: CLIENT_ID,
      issuer: ISSUER,
    })
  })

  it('removes an entry without a refresh token, from the manifest too', async () => {
    const { cache, entries: stored } = createAsyncCache()
    const { entries, entry } = await fill({}, cache)
    expect(stored.size).toBe(2)
    await dropAccessToken(entries, entry)
    expect([...stored]).toEqual([])
  })

  it('changes nothing if the entry contains no access token', async () => {
    const { cache, entries, entry } = await fill({ refresh_token: 'rt' })
    await dropAccessToken(entries, entry)
    const once = await cache.get(KEY)
    await dropAccessToken(entries, entries.find(SLOT) as StoredTokens)
    expect(await cache.get(KEY)).toEqual(once)
  })
})
