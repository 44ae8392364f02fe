import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0ClientOptions, MissingRefreshTokenError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  refuseSilently,
  storedEntries,
} from '../../support/clients.ts'
import {
  answerWithType,
  storedPair,
  stubIndexedDb,
  thumbprintOf,
  tokenProofs,
} from '../../support/dpop.ts'
import { createTestbed } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
  stubIndexedDb()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  answerWithType(tenant, 'DPoP')
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const off = { cacheMode: 'off' } as const

const createDpopClient = (options: Partial<Auth0ClientOptions> = {}) =>
  createClient({
    useDpop: true,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
    ...options,
  })

/** The state of a page after its IndexedDB was cleared, and not its localStorage, and a reload. */
const reloadWithoutKey = async (options: Partial<Auth0ClientOptions> = {}) => {
  const client = createDpopClient(options)
  await signIn(client, tenant)
  client.close()
  stubIndexedDb()
  tenant.clearRequests()
  return createDpopClient(options)
}

const dpopJkts = () => Object.values(storedEntries()).map(({ body }) => body.dpop_jkt)

describe('the entry of a refresh token that is bound to a key', () => {
  it('names the key, also after a renewal and without its access token', async () => {
    tenant.accessTokenLifetimeSeconds = 1
    const client = createDpopClient()
    await signIn(client, tenant)
    const thumbprint = await thumbprintOf(await storedPair())
    expect(dpopJkts()).toEqual([thumbprint])
    await client.getTokenSilently(off)
    expect(dpopJkts()).toEqual([thumbprint])
    await client.getTokenSilently({ cacheMode: 'cache-only' })

    expect(Object.values(storedEntries())).toMatchObject([{ body: { dpop_jkt: thumbprint } }])
    expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('access_token')
  })

  it('names no key for a session without one', async () => {
    answerWithType(tenant, 'Bearer')
    const client = createDpopClient()
    await signIn(client, tenant)
    await client.getTokenSilently(off)
    expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('dpop_jkt')
  })

  it('names the key also where an API gets Bearer tokens from the same refresh token', async () => {
    const client = createDpopClient({ useMrrt: true })
    await signIn(client, tenant)
    const [thumbprint] = dpopJkts()
    answerWithType(tenant, 'Bearer')
    await client.getTokenSilently({ authorizationParams: { audience: 'https://other.example/' } })
    expect(dpopJkts()).toEqual([thumbprint, thumbprint])
  })

  it('names no key any more once its refresh token is revoked', async () => {
    const client = createDpopClient()
    await signIn(client, tenant)
    await client.revokeRefreshToken()
    expect(Object.values(storedEntries())[0]?.body).not.toHaveProperty('dpop_jkt')
  })
})

describe('a session whose key is lost, with its refresh token still in localStorage', () => {
  it('was never renewed: its refresh token was sent with another key each time', async () => {
    const client = await reloadWithoutKey({ useRefreshTokensFallback: false })
    const before = storedEntries()
    await expect(client.getTokenSilently(off)).rejects.toBeInstanceOf(MissingRefreshTokenError)
    expect(tenant.requestsTo('token')).toEqual([])
    expect(storedEntries()).toEqual(before)
  })

  it('goes on with the new key if the tenant still has its session', async () => {
    const client = await reloadWithoutKey()
    const frames = answerSilently(tenant)
    await client.getTokenSilently(off)
    frames.stop()
    await client.getTokenSilently(off)
    const thumbprint = await thumbprintOf(await storedPair())

    expect(tenant.requestsTo('token').map(({ parameters }) => parameters.grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ])
    expect(new Set((await tokenProofs(tenant)).map(proof => proof.thumbprint))).toEqual(
      new Set([thumbprint]),
    )
    expect(dpopJkts()).toEqual([thumbprint])
  })

  it('ends if the tenant has no session any more', async () => {
    const client = await reloadWithoutKey()
    const entries = Object.entries(storedEntries())
    for (const [key, entry] of entries) {
      localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    }
    const frames = refuseSilently(tenant)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    frames.stop()
    expect(await client.isAuthenticated()).toBe(false)
    expect(tenant.requestsTo('token')).toEqual([])
  })

  it('goes on where the option `useDpop` was removed', async () => {
    const client = createDpopClient()
    await signIn(client, tenant)
    client.close()
    tenant.clearRequests()
    answerWithType(tenant, 'Bearer')
    const frames = answerSilently(tenant)
    await createDpopClient({ useDpop: false }).getTokenSilently(off)
    frames.stop()
    expect(tenant.requestsTo('token').map(({ parameters }) => parameters.grant_type)).toEqual([
      'authorization_code',
    ])
    expect(dpopJkts()).toEqual([undefined])
  })

  it('uses the refresh token of another audience that is bound to the key of this page', async () => {
    const client = await reloadWithoutKey({ useMrrt: true })
    const [key, entry] = Object.entries(storedEntries())[0] ?? []
    if (!key || !entry) throw new Error('no entry')
    await signIn(client, tenant)
    const current = storedEntries()[key]
    const audience = 'https://other.example/'
    localStorage.setItem(
      key.replace('::default::', `::${audience}::`),
      JSON.stringify({ ...entry, body: { ...entry.body, audience } }),
    )
    tenant.clearRequests()
    await client.getTokenSilently({ ...off, authorizationParams: { audience } })

    expect(tenant.requestsTo('token').map(({ parameters }) => parameters.refresh_token)).toEqual([
      current?.body.refresh_token,
    ])
    expect(new Set(dpopJkts())).toEqual(new Set([await thumbprintOf(await storedPair())]))
  })
})
