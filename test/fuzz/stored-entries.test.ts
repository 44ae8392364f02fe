import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Auth0Client, ICache } from '../../src/index.ts'
import type { TestTenant } from '../../src/testing/index.ts'
import { createClient, redirectUrl } from '../support/clients.ts'
import {
  entryKey,
  fillLocalStorage,
  type Items,
  OFFLINE_SCOPE,
  type OldSession,
  PREFIX,
  SCOPE,
  USER_KEY,
  version1Items,
  version1StrippedItems,
  version2Items,
  version2StrippedItems,
  withManifest,
} from '../support/fixtures/old-storage.ts'
import { CLIENT_ID } from '../support/testbed.ts'
import { json, text } from './support/arbitraries.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'
import { replaceResponses, usualRenewal } from './support/open-tenant.ts'

const options = {
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  useRefreshTokensFallback: false,
} as const

/** What is kept for one who signed in long ago, as each generation kept it. */
const layout = fc.constantFrom('1.x', '1.x stripped', '2.x', '2.x stripped', 'ours')
type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never

const sessionOf = async (tenant: TestTenant): Promise<OldSession> => {
  const { id_token } = await tenant.issueTokens({ clientId: CLIENT_ID, refreshToken: 'rt-old' })
  return {
    access_token: 'at-old',
    id_token,
    refresh_token: 'rt-old',
    scope: OFFLINE_SCOPE,
    audience: 'default',
  }
}

const itemsOf = (session: OldSession, kind: Layout): Items => {
  const age = { isExpired: true }
  if (kind === '1.x') return version1Items(session, age)
  if (kind === '1.x stripped') return version1StrippedItems(session)
  return kind === '2.x stripped' ? version2StrippedItems(session) : version2Items(session, age)
}

const signIn = async (client: Auth0Client, { tenant, page }: Surroundings): Promise<void> => {
  const url = await tenant.answerLogin(await redirectUrl(client))
  expect(await page.outcomeOf(client.handleRedirectCallback(url))).toHaveProperty('value')
}

/** Everything that reads what is stored. */
const readAll = async (client: Auth0Client, { page }: Surroundings): Promise<void> => {
  await page.outcomeOf(client.getUser())
  await page.outcomeOf(client.getIdTokenClaims())
  await page.outcomeOf(client.isAuthenticated())
  await page.outcomeOf(client.getTokenSilently({ cacheMode: 'cache-only' }))
  const other = { authorizationParams: { audience: 'api', scope: 'read' } }
  await page.outcomeOf(client.getTokenSilently(other))
}

/** Keys that look like those of a client, and those of others. */
const key = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      entryKey('openid'),
      entryKey(`${OFFLINE_SCOPE} more`),
      entryKey(SCOPE, 'api'),
      entryKey('read', 'api'),
      `${PREFIX}::default`,
      `${PREFIX}::`,
      `${PREFIX}::::`,
      `${PREFIX}::anonymous::x`,
      `${PREFIX}::__proto__::constructor`,
      '@@auth0spajs@@',
      '@@auth0spajs@@::',
      '@@auth0spajs@@::client-10::default::openid',
      'foreign',
    ),
  },
  text.map(rest => `${PREFIX}::${rest}`),
  text.map(rest => `${PREFIX}::default::${rest}`),
  text,
)

const member = fc.oneof({ weight: 3, arbitrary: json }, text)

/** Something like an entry. */
const almost = fc.record(
  {
    body: fc.oneof(
      { weight: 1, arbitrary: json },
      {
        weight: 4,
        arbitrary: fc.record(
          {
            access_token: member,
            refresh_token: member,
            refresh_token_unanswered: json,
            expires_in: member,
            scope: member,
            audience: member,
            client_id: member,
            token_type: member,
            oauthTokenScope: member,
            id_token: member,
            decodedToken: json,
          },
          { requiredKeys: [] },
        ),
      },
    ),
    expiresAt: member,
    id_token: member,
    decodedToken: fc.oneof(
      json,
      fc.record({ claims: json, user: json }, { requiredKeys: [] }),
      fc.record({
        claims: fc.record({ session_expiry: json, sub: json, __raw: json }),
        user: fc.record({ name: json }),
      }),
    ),
    keys: json,
  },
  { requiredKeys: [] },
)

const value = fc.oneof({ weight: 4, arbitrary: almost }, { weight: 2, arbitrary: json })
const garbage = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 5 })

/** As a cache of an application's keeps things; it may be unable to list its keys. */
const cacheOf = (
  items: Items,
  canList: boolean,
): { cache: ICache; entries: Map<string, unknown> } => {
  const entries = new Map(Object.entries(items))
  const cache: ICache = {
    get: async <T>(name: string) => structuredClone(entries.get(name)) as T | undefined,
    set: async (name, entry) => {
      entries.set(name, structuredClone(entry))
    },
    remove: async name => {
      entries.delete(name)
    },
    ...(canList && { allKeys: async () => [...entries.keys()] }),
  }
  return { cache, entries }
}

describe('fuzzing: what is stored', () => {
  it('security 49: a good refresh token renews, whatever lies around it in localStorage', async () => {
    await fuzz(150, fc.tuple(garbage, layout), async ([others, kind], surroundings) => {
      const { page, tenant } = surroundings
      const client = createClient(options)
      if (kind === 'ours') {
        await signIn(client, surroundings)
        await page.wait(100_000_000)
      } else fillLocalStorage(itemsOf(await sessionOf(tenant), kind))
      const own = { ...localStorage }
      for (const [name, item] of others) {
        if (!Object.hasOwn(own, name) && name !== USER_KEY)
          localStorage.setItem(name, JSON.stringify(item))
      }
      const { value, error } = await page.outcomeOf(client.getTokenSilently())
      expect([error, value]).toEqual([undefined, expect.stringMatching(/^access-token-/)])
      expect((await client.getUser())?.sub).toBe('auth0|ada')
      await readAll(client, surroundings)
    })
  })

  it('security 49: a good refresh token renews, whatever lies around it in a cache of the application', async () => {
    const setting = fc.tuple(
      garbage,
      fc.constantFrom('1.x', '1.x stripped', '2.x', '2.x stripped'),
      fc.boolean(),
    )
    await fuzz(100, setting, async ([others, kind, canList], surroundings) => {
      const { page, tenant } = surroundings
      const items = itemsOf(await sessionOf(tenant), kind as Layout)
      const { cache } = cacheOf({ ...Object.fromEntries(others), ...withManifest(items) }, canList)
      const client = createClient({ ...options, cacheLocation: undefined, cache })
      const { value, error } = await page.outcomeOf(client.getTokenSilently())
      expect([error, value]).toEqual([undefined, expect.stringMatching(/^access-token-/)])
      await readAll(client, surroundings)
      await page.outcomeOf(client.revokeRefreshToken())
      await page.outcomeOf(client.logout({ openUrl: false }))
      expect(await client.isAuthenticated()).toBe(false)
    })
  })

  it('security 49: any item of the SDK may be replaced by anything, and the next login works', async () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(20),
        fc.oneof(
          value.map(item => JSON.stringify(item) ?? ''),
          text,
        ),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    await fuzz(80, damage, async (replacements, surroundings) => {
      const { page } = surroundings
      const before = createClient(options)
      await signIn(before, surroundings)
      const names = Object.keys({ ...localStorage }).sort()
      for (const [at, item] of replacements) {
        localStorage.setItem(names[at % names.length] ?? '', item)
      }
      const client = createClient(options)
      await page.outcomeOf(client.checkSession())
      const { value: token } = await page.outcomeOf(client.getTokenSilently())
      if (token !== undefined) expect(token).toBeTypeOf('string')
      await readAll(client, surroundings)
      await signIn(client, surroundings)
      expect((await client.getUser())?.sub).toBe('auth0|ada')
      const renewed = await page.outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
      expect(renewed.value).toMatch(/^access-token-/)
      await page.outcomeOf(client.logout({ openUrl: false }))
      expect(await client.isAuthenticated()).toBe(false)
    })
  })

  it('security 49: a list of keys may be anything, and what is added to it is found again', async () => {
    const manifest = fc.oneof(json, fc.record({ keys: fc.oneof(json, fc.array(json)) }))
    await fuzz(80, manifest, async (list, surroundings) => {
      const { cache } = cacheOf({ [PREFIX]: list }, false)
      const client = createClient({ ...options, cacheLocation: undefined, cache })
      await readAll(client, surroundings)
      await signIn(client, surroundings)
      const narrow = { authorizationParams: { scope: 'openid' } }
      const found = await surroundings.page.outcomeOf(client.getTokenSilently(narrow))
      expect(found.value).toMatch(/^access-token-/)
      await surroundings.page.outcomeOf(client.logout({ openUrl: false }))
      expect(await client.isAuthenticated()).toBe(false)
    })
  })
})

describe('fuzzing: logins under way', () => {
  const slot = 'a0.spajs.txs.client-1'
  const transaction = fc.record(
    {
      state: fc.oneof(fc.constant<unknown>('s'), json),
      nonce: json,
      code_verifier: json,
      scope: json,
      audience: json,
      redirect_uri: json,
      organization: json,
      organizationId: json,
      appState: json,
      createdAt: json,
      response_type: json,
    },
    { requiredKeys: [] },
  )
  const item = fc.oneof(
    fc.oneof(transaction, json).map(each => JSON.stringify(each) ?? ''),
    text,
  )
  const name = fc.oneof(
    fc.constantFrom(slot, `${slot}.s`, `${slot}.`, `${slot}.__proto__`, `${slot}0.s`),
    text.map(rest => `${slot}.${rest}`),
  )

  it('security 12, 36: whatever lies in their place, the real one is finished and no other', async () => {
    const setting = fc.tuple(fc.array(fc.tuple(name, item), { maxLength: 12 }), fc.boolean())
    await fuzz(150, setting, async ([items, isBefore], surroundings) => {
      const { page, tenant } = surroundings
      const client = createClient()
      const place = () => {
        for (const [key, each] of items) sessionStorage.setItem(key, each)
      }
      if (isBefore) place()
      const url = await tenant.answerLogin(await redirectUrl(client))
      if (!isBefore) place()
      for (const state of ['s', '__proto__', '', 'constructor']) {
        const query = new URLSearchParams({ state, code: 'stolen' })
        expect(
          (await page.outcomeOf(client.handleRedirectCallback(`?${query}`))).value,
        ).toBeUndefined()
      }
      expect(await client.isAuthenticated()).toBe(false)
      const { value, error } = await page.outcomeOf(client.handleRedirectCallback(url))
      expect([error, value]).toEqual([undefined, { response_type: 'code' }])
    })
  })

  it('security 36: a login without a nonce is never finished, whoever vouches for the answer', async () => {
    await fuzz(80, transaction, async (stored, surroundings) => {
      const { page, tenant } = surroundings
      sessionStorage.setItem(`${slot}.s`, JSON.stringify({ ...stored, code_verifier: 'v' }))
      replaceResponses(tenant, async () => ({
        status: 200,
        headers: {},
        body: JSON.stringify({ ...(await usualRenewal(tenant)), refresh_token: 'rt' }),
      }))
      const client = createClient({ cacheLocation: 'localstorage' })
      const { value } = await page.outcomeOf(client.handleRedirectCallback('?state=s&code=c'))
      expect(value).toBeUndefined()
      expect(await client.isAuthenticated()).toBe(false)
    })
  })
})
