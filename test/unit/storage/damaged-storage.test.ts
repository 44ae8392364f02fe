import { describe, expect, it } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import { createCacheKeys } from '../../../src/storage/cache-keys.ts'
import { createSessionLock } from '../../../src/storage/lock/session-lock.ts'
import { isAnyPending, takeTransaction } from '../../../src/storage/take-transaction.ts'
import {
  createTransactionStore,
  webTransactionStorage,
} from '../../../src/storage/transaction-store.ts'
import { signIn } from '../../../src/testing/index.ts'
import type { ICache } from '../../../src/types/storage.ts'
import { createClient, expireStored } from '../../support/clients.ts'
import { USER_KEY } from '../../support/fixtures/old-storage.ts'
import { createTestbed } from '../../support/testbed.ts'
import { createAsyncCache, createStores, NOW } from './stores.ts'

const PREFIX = '@@auth0spajs@@::client-1'
const SLOT = { audience: 'api', scope: 'a' }
const VALID = {
  body: { access_token: 'at', refresh_token: 'rt', expires_in: 60 },
  expiresAt: NOW + 60,
}

/** The stores of a client over a cache with these entries. */
const over = (entries: Record<string, unknown>) => {
  const { cache } = createAsyncCache(new Map(Object.entries(entries)), true)
  return createStores({ cache: cache as ICache })
}

describe('security 49: damaged entries', () => {
  it.each([
    {},
    { body: null },
    { body: 'text' },
    { body: {} },
    { body: { refresh_token: 42 } },
    { body: { refresh_token: {}, access_token: 'at' } },
  ])('do not hide a valid entry with more scopes: %j', async damaged => {
    const { refreshTokens } = over({
      [`${PREFIX}::api::a`]: damaged,
      [`${PREFIX}::api::a b`]: VALID,
    })
    expect(await refreshTokens.find(SLOT)).toMatchObject({ refresh_token: 'rt' })
  })

  it.each([undefined, null, 'soon', { toString: 0 }])(
    'count as expired if expiresAt is %j',
    async expiresAt => {
      const { tokenStore } = over({ [`${PREFIX}::api::a`]: { ...VALID, expiresAt } })
      const found = await tokenStore.find(SLOT)
      expect(found?.body.refresh_token).toBe('rt')
      expect(found && (await tokenStore.isFresh(found, 0))).toBe(false)
    },
  )

  it('are used although their lifetime is not a number', async () => {
    const body = { ...VALID.body, expires_in: { toString: 0 } }
    const { tokenStore } = over({ [`${PREFIX}::api::a`]: { ...VALID, body } })
    const found = await tokenStore.find(SLOT)
    expect(found && (await tokenStore.isFresh(found, 0))).toBe(true)
  })

  it.each([
    { id_token: 5, decodedToken: { claims: {}, user: {} } },
    { id_token: 'jwt', decodedToken: 'text' },
    { id_token: 'jwt', decodedToken: { claims: 'text', user: 'text' } },
    { id_token: 'jwt', decodedToken: { claims: {}, user: 7 } },
  ])('do not sign in a user: %j', async item => {
    expect(await over({ [`${PREFIX}::@@user@@`]: item }).identities.current()).toBeUndefined()
  })
})

describe('security 49: a damaged key manifest', () => {
  it.each(['text', { keys: 0 }, { keys: {} }, { keys: [null, 7, { toString: 0 }] }])(
    'counts as empty, and keys can be added: %j',
    async manifest => {
      const { cache } = createAsyncCache(new Map<string, unknown>([[PREFIX, manifest]]))
      const keys = createCacheKeys(cache, 'client-1')
      expect(await keys.list('client-1')).toEqual([PREFIX])
      await keys.added(`${PREFIX}::api::a`)
      expect(await keys.list('client-1')).toEqual([`${PREFIX}::api::a`, PREFIX])
    },
  )
})

describe('security 36: a damaged transaction', () => {
  const login = { nonce: 'n', code_verifier: 'v', scope: 'openid', audience: 'default', state: 's' }
  const takeAfter = async (item: object) => {
    sessionStorage.setItem('a0.spajs.txs.client-1.s', JSON.stringify(item))
    const store = createTransactionStore({
      loadStorage: () => webTransactionStorage('sessionStorage'),
      clientId: 'client-1',
      issuer: 'https://t/',
    })
    return { isAnyPending: await isAnyPending(store), taken: await takeTransaction(store, 's') }
  }

  it('is read if it is complete', async () =>
    expect((await takeAfter(login)).taken).toEqual({
      transaction: { ...login, response_type: 'code' },
    }))

  it.each([
    { nonce: undefined },
    { nonce: ['n'] },
    { code_verifier: 7 },
    { audience: undefined },
    { organization: {} },
    { createdAt: { toString: 0 } },
  ])('does not count: %j', async damage => {
    expect(await takeAfter({ ...login, ...damage })).toEqual({
      isAnyPending: false,
      taken: { reason: 'missing_transaction' },
    })
  })
})

describe('security 42: a damaged version number', () => {
  const COOKIE = 'auth0.client-1.generation'
  const cookies = createCookies({ domain: undefined, withLegacyCopy: false })
  const item = (): string => Object.keys(localStorage)[0] ?? ''

  it.each(['Infinity', '1e308', '9007199254740992', '-1', '0.5', '{}'])(
    'counts as 0 if it is %s, so that the next version differs',
    async damaged => {
      const lock = createSessionLock({ clientId: 'client-1', sharing: 'localstorage' })
      const write = () => lock.run(turn => turn.write(async () => {}))
      await write()
      localStorage.setItem(item(), damaged)
      const version = damaged === 'Infinity' ? '1e999' : damaged
      const record = `{"version":${version},"session":${version},"signed_out":${version},"has_item":true}`
      // biome-ignore lint/suspicious/noDocumentCookie: as another page may have written it
      document.cookie = `${COOKIE}=${encodeURIComponent(record)}; path=/`
      const versions = new Set<string | null>()
      for (let time = 0; time < 3; time++) {
        await write()
        versions.add(localStorage.getItem(item()))
      }
      expect(versions.size).toBe(3)
      expect(cookies.get(COOKIE)).toMatchObject({ version: Number(localStorage.getItem(item())) })
    },
  )
})

describe('a damaged session_expiry', () => {
  it.each(['soon', {}, null])(
    'neither ends the session nor stops its renewal: %j',
    async sessionExpiry => {
      const tenant = createTestbed()
      const options = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
      await signIn(createClient(options), tenant)
      expireStored()
      const item = JSON.parse(localStorage.getItem(USER_KEY) ?? '')
      item.decodedToken.claims.session_expiry = sessionExpiry
      localStorage.setItem(USER_KEY, JSON.stringify(item))
      const client = createClient(options)
      expect(await client.isAuthenticated()).toBe(true)
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    },
  )
})
