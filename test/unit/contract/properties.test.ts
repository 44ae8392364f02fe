import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callParameters } from '../../../src/flows/call-parameters.ts'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { resolveOptions } from '../../../src/options.ts'
import {
  normalizeLoginOptions,
  normalizeLogoutOptions,
  normalizeTokenOptions,
} from '../../../src/options-v1.ts'
import { dropAccessToken } from '../../../src/storage/drop-access-token.ts'
import { freezeDeeply } from '../../support/fixtures/freeze-deeply.ts'
import { createModel, type ModelEntry } from '../../support/fixtures/token-store-model.ts'
import { createAsyncCache, createStores, NOW, tokens } from '../storage/stores.ts'

const CLIENTS = ['client-1', 'client-10'] as const
/** So few that sequences use the same slots repeatedly. */
const audience = fc.constantFrom('default', 'urn', 'urn:', 'urn::x', 'urn::x::y')
const scope = fc.constantFrom('a', 'b', 'a b', 'b a', 'a b c')
const slot = fc.record({ audience, scope })
const client = fc.constantFrom(...CLIENTS)
const refreshToken = fc.constantFrom('rt-1', 'rt-2', 'rt-3')

/** A change of the tokens of the two clients. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('save' as const),
      client,
      slot,
      lifetime: fc.constantFrom(30, 600, 3600),
      refreshToken: fc.option(refreshToken, { nil: undefined }),
    }),
  },
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 29, 30, 31, 600) }),
  fc.record({ kind: fc.constant('expire' as const), client, slot }),
  fc.record({
    kind: fc.constant('rotate' as const),
    client,
    from: refreshToken,
    to: fc.constantFrom('rt-2', 'rt-4'),
  }),
  fc.record({ kind: fc.constant('reject' as const), client, token: refreshToken }),
  fc.record({ kind: fc.constant('clear' as const), client: fc.option(client) }),
)

/** Both clients over one cache, which lists its keys or has manifests. */
const createSubject = (cache: Parameters<typeof createStores>[0] & object) => {
  let elapsed = 0
  const nowProvider = () => (NOW + elapsed) * 1000
  const of = (clientId: string) => createStores({ ...cache, clientId, nowProvider })
  const stores = new Map(CLIENTS.map(id => [id, of(id)]))
  return {
    wait: (seconds: number) => {
      elapsed += seconds
    },
    of: (id: (typeof CLIENTS)[number]) => stores.get(id) ?? of(id),
  }
}

const listing = () => {
  const entries = new Map<string, unknown>()
  return {
    get: <T>(key: string) => structuredClone(entries.get(key)) as T | undefined,
    set: (key: string, entry: unknown) => void entries.set(key, freezeDeeply(entry)),
    remove: (key: string) => void entries.delete(key),
    allKeys: () => [...entries.keys(), 'foreign', '@@auth0spajs@@'],
  }
}

describe('the token store, compared with a simple model', () => {
  it('finds the same entries as the model after any sequence of changes', async () => {
    let serial = 0
    const property = fc.asyncProperty(
      fc.array(fc.tuple(step, client, slot), { minLength: 1, maxLength: 25 }),
      async steps => {
        const subject = createSubject({ cache: listing() })
        const model = createModel()
        for (const [change, asked, wanted] of steps) {
          if (change.kind === 'wait') {
            subject.wait(change.seconds)
            model.wait(change.seconds)
          } else if (change.kind === 'save') {
            const access_token = `at-${++serial}`
            const { lifetime: expires_in, refreshToken: refresh_token } = change
            const response = tokens({
              access_token,
              expires_in,
              ...(refresh_token && { refresh_token }),
            })
            await subject.of(change.client).tokenStore.save(change.slot, response)
            model.save(change.client, change.slot, response)
          } else if (change.kind === 'expire') {
            const { tokenStore } = subject.of(change.client)
            const entries = await tokenStore.load()
            const entry = entries.find(change.slot)
            expect(entry).toEqual(await tokenStore.find(change.slot))
            const isExpired = entry && !(await tokenStore.isFresh(entry, 60))
            if (isExpired) await dropAccessToken(entries, entry)
            model.expire(change.client, change.slot, 60)
          } else if (change.kind === 'rotate') {
            await subject.of(change.client).refreshTokens.replace(change.from, change.to)
            model.rotate(change.client, change.from, change.to)
          } else if (change.kind === 'reject') {
            await subject.of(change.client).refreshTokens.remove(change.token)
            model.rotate(change.client, change.token, undefined)
          } else {
            await subject.of('client-1').owners.clear(change.client)
            model.clear(change.client)
          }
          const { tokenStore } = subject.of(asked)
          const found = await tokenStore.find(wanted)
          expect(found && seen(found)).toEqual(model.find(asked, wanted))
          expect((await tokenStore.load()).all().map(seen)).toEqual(model.all(asked))
          const isFresh = found !== undefined && (await tokenStore.isFresh(found, 60))
          expect(isFresh).toBe(model.isFresh(asked, wanted, 60))
        }
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })

  it('finds the same with a manifest as in a cache that lists its keys', async () => {
    const property = fc.asyncProperty(
      fc.array(slot, { minLength: 1, maxLength: 4 }),
      slot,
      async (saved, wanted) => {
        const [listing, manifest] = [true, false].map(allKeys =>
          createStores({ cache: createAsyncCache(new Map(), allKeys).cache }),
        )
        const [withKeys, without] = [listing?.tokenStore, manifest?.tokenStore]
        for (const place of saved) {
          await withKeys?.save(place, tokens())
          await without?.save(place, tokens())
        }
        expect((await without?.find(wanted))?.slot).toEqual((await withKeys?.find(wanted))?.slot)
        await manifest?.owners.clear('client-1')
        expect((await without?.load())?.all()).toEqual([])
      },
    )
    await fc.assert(property, { numRuns: 15 })
  })
})

const seen = (entry: {
  slot: ModelEntry['slot']
  expiresAt: number
  body: { access_token?: string; refresh_token?: string }
}): ModelEntry => ({
  slot: entry.slot,
  expiresAt: entry.expiresAt,
  access_token: entry.body.access_token,
  refresh_token: entry.body.refresh_token,
})

describe('options are never changed', () => {
  const own = fc.string()
  const text = fc.option(own, { nil: undefined })
  const bag = fc.record(
    {
      audience: text,
      redirect_uri: text,
      max_age: fc.oneof(fc.nat(), fc.nat().map(String)),
      custom: fc.object(),
      other: fc.anything({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  const scopes = fc.oneof(fc.string(), fc.dictionary(audience, scope), fc.constant(undefined))
  const given = fc.record(
    {
      domain: fc.constant('tenant.example.com'),
      clientId: fc.string(),
      client_id: fc.string(),
      scope: fc.string(),
      audience: own,
      custom: fc.object(),
      advancedOptions: fc.record({ defaultScope: fc.string() }, { requiredKeys: [] }),
      authorizationParams: fc
        .tuple(bag, scopes)
        .map(([params, scopes]): Record<string, unknown> => ({ ...params, scope: scopes })),
      auth0Client: fc.record({ name: fc.string(), version: fc.string(), env: fc.object() }),
      useRefreshTokens: fc.boolean(),
    },
    { requiredKeys: ['domain'] },
  )
  const call = fc.record(
    {
      authorizationParams: fc.tuple(bag, text).map(([params, scope]) => ({ ...params, scope })),
      logoutParams: bag,
      appState: fc.object(),
      ignoreCache: fc.boolean(),
      client_id: fc.string(),
      returnTo: fc.string(),
    },
    { requiredKeys: [] },
  )

  it('by the constructor or a call, even if every level is frozen', () => {
    fc.assert(
      fc.property(given, call, fc.boolean(), (options, each, isLegacy) => {
        const [optionsBefore, callBefore] = [structuredClone(options), structuredClone(each)]
        freezeDeeply(options)
        freezeDeeply(each)
        const resolved = resolveOptions(options as unknown as Auth0ClientOptions)
        const { authorizationParams } = normalizeTokenOptions(each, isLegacy)
        callParameters(resolved, authorizationParams)
        normalizeLoginOptions(each, isLegacy)
        normalizeLogoutOptions(each, isLegacy)
        expect(options).toEqual(optionsBefore)
        expect(each).toEqual(callBefore)
      }),
      { numRuns: 300 },
    )
  })

  it('and later changes of them have no effect', () => {
    const authorizationParams = { audience: 'api', scope: { api: 'a' } as Record<string, string> }
    const resolved = resolveOptions({ domain: 'd', clientId: 'c', authorizationParams })
    authorizationParams.audience = 'other'
    authorizationParams.scope.api = 'b'
    expect(resolved.authorizationParams.audience).toBe('api')
    expect(resolved.scopes.api).toBe('openid a')
  })
})
