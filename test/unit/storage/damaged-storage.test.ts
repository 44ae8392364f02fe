import { describe, expect, it } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import { createKeyList } from '../../../src/storage/cache-keys.ts'
import { createLocalStorageCoherence } from '../../../src/storage/lock/write-fence.ts'
import {
  createTransactionStore,
  sessionStoragePlace,
} from '../../../src/storage/transaction-store.ts'
import { signIn } from '../../../src/testing/index.ts'
import type { ICache } from '../../../src/types/storage.ts'
import { createClient, expireStored } from '../../support/clients.ts'
import { USER_KEY } from '../../support/fixtures/old-storage.ts'
import { createTestbed } from '../../support/testbed.ts'
import { createAsyncCache, createStores, NOW } from './stores.ts'

const PREFIX = '@@auth0spajs@@::client-1'
const SLOT = { audience: 'api', scope: 'a' }
const GOOD = {
  body: { access_token: 'at', refresh_token: 'rt', expires_in: 60 },
  expiresAt: NOW + 60,
}

/** The stores of a client over a cache that holds something already. */
const over = (entries: Record<string, unknown>) => {
  const { cache } = createAsyncCache(new Map(Object.entries(entries)), true)
  return createStores({ cache: cache as ICache })
}

describe('security 49: entries that are damaged', () => {
  it.each([
    {},
    { body: null },
    { body: 'text' },
    { body: {} },
    { body: { refresh_token: 42 } },
    { body: { refresh_token: {}, access_token: 'at' } },
  ])('do not hide a good one with more scopes: %j', async damaged => {
    const { refreshTokens } = over({
      [`${PREFIX}::api::a`]: damaged,
      [`${PREFIX}::api::a b`]: GOOD,
    })
    expect(await refreshTokens.forRenewal(SLOT)).toMatchObject({ refresh_token: 'rt' })
  })

  it.each([undefined, null, 'soon', { toString: 0 }])(
    'have expired when they say %j of their end',
    async expiresAt => {
      const { tokenStore } = over({ [`${PREFIX}::api::a`]: { ...GOOD, expiresAt } })
      const found = await tokenStore.find(SLOT)
      expect(found?.body.refresh_token).toBe('rt')
      expect(found && (await tokenStore.isFresh(found, 0))).toBe(false)
    },
  )

  it('may have a lifetime that is none', async () => {
    const body = { ...GOOD.body, expires_in: { toString: 0 } }
    const { tokenStore } = over({ [`${PREFIX}::api::a`]: { ...GOOD, body } })
    const found = await tokenStore.find(SLOT)
    expect(found && (await tokenStore.isFresh(found, 0))).toBe(true)
  })

  it.each([
    { id_token: 5, decodedToken: { claims: {}, user: {} } },
    { id_token: 'jwt', decodedToken: 'text' },
    { id_token: 'jwt', decodedToken: { claims: 'text', user: 'text' } },
    { id_token: 'jwt', decodedToken: { claims: {}, user: 7 } },
  ])('sign nobody in: %j', async item => {
    expect(await over({ [`${PREFIX}::@@user@@`]: item }).identities.current()).toBeUndefined()
  })
})

describe('security 49: a list of keys that is damaged', () => {
  it.each(['text', { keys: 0 }, { keys: {} }, { keys: [null, 7, { toString: 0 }] }])(
    'counts as empty, and keys can be added: %j',
    async manifest => {
      const { cache } = createAsyncCache(new Map<string, unknown>([[PREFIX, manifest]]))
      const keys = createKeyList(cache, 'client-1')
      expect(await keys.of('client-1')).toEqual([PREFIX])
      await keys.added(`${PREFIX}::api::a`)
      expect(await keys.of('client-1')).toEqual([`${PREFIX}::api::a`, PREFIX])
    },
  )
})

describe('security 36: a login under way that is damaged', () => {
  const login = { nonce: 'n', code_verifier: 'v', scope: 'openid', audience: 'default', state: 's' }
  const takeAfter = (item: object) => {
    sessionStorage.setItem('a0.spajs.txs.client-1.s', JSON.stringify(item))
    const store = createTransactionStore(sessionStoragePlace(), 'client-1', 'https://t/')
    return { isAnyPending: store.isAnyPending(), taken: store.take('s') }
  }

  it('is whole otherwise', () => expect(takeAfter(login).taken).toEqual(login))

  it.each([
    { nonce: undefined },
    { nonce: ['n'] },
    { code_verifier: 7 },
    { audience: undefined },
    { organization: {} },
    { createdAt: { toString: 0 } },
  ])('is none: %j', damage => {
    expect(takeAfter({ ...login, ...damage })).toEqual({ isAnyPending: false, taken: undefined })
  })
})

describe('security 42: the number of a turn that is damaged', () => {
  const coherence = () =>
    createLocalStorageCoherence(
      createCookies({ domain: undefined, withLegacyTwin: false }),
      'client-1',
    )
  const marker = (): string => Object.keys(localStorage)[0] ?? ''

  it.each(['Infinity', '1e308', '9007199254740992', '-1', '0.5', '{}'])(
    'counts as none when it is %s, so that the next is another one',
    async damaged => {
      const tabs = coherence()
      await tabs.around('lock', async () => {})
      localStorage.setItem(marker(), damaged)
      const cookie = document.cookie.split('=')[0]
      // biome-ignore lint/suspicious/noDocumentCookie: as somebody else may have written it
      document.cookie = `${cookie}=${damaged === 'Infinity' ? '1e999' : damaged}; path=/`
      const numbers = new Set<string | null>()
      for (let turn = 0; turn < 3; turn++) {
        await tabs.catchUp('lock')
        await tabs.around('lock', async () => {})
        numbers.add(localStorage.getItem(marker()))
      }
      expect(numbers.size).toBe(3)
    },
  )
})

describe('a ceiling that is damaged', () => {
  it.each(['soon', {}, null])(
    'neither ends the session nor stops its renewal: %j',
    async ceiling => {
      const tenant = createTestbed()
      const options = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
      await signIn(createClient(options), tenant)
      expireStored()
      const item = JSON.parse(localStorage.getItem(USER_KEY) ?? '')
      item.decodedToken.claims.session_expiry = ceiling
      localStorage.setItem(USER_KEY, JSON.stringify(item))
      const client = createClient(options)
      expect(await client.isAuthenticated()).toBe(true)
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    },
  )
})
