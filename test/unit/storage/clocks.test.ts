import { beforeEach, describe, expect, it, vi } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, storedEntries } from '../../support/clients.ts'
import { createTestbed, grants } from '../../support/testbed.ts'

const HOUR_MS = 3_600_000
const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
  tenant.accessTokenLifetimeSeconds = 3600
})

/** Lets the test move both clocks: the system clock and the monotonic clock. */
const stopClocks = () => vi.useFakeTimers({ toFake: ['Date', 'performance'] })
const passTime = (ms: number) => vi.advanceTimersByTime(ms)
const setClock = (byMs: number) => vi.setSystemTime(Date.now() + byMs)
const renewals = () => grants(tenant, 'refresh_token').length

describe('an access token', () => {
  it.each([
    ['in localStorage', stored],
    ['in memory', { useRefreshTokens: true }],
  ])('%s is not returned after its expiry, even if the clock was set back', async (_, options) => {
    stopClocks()
    const client = createClient(options)
    await signIn(client, tenant)
    const first = await client.getTokenSilently()
    setClock(-HOUR_MS / 2)
    passTime(HOUR_MS - 61_000)
    expect(await client.getTokenSilently()).toBe(first)
    passTime(2_000)
    expect(await client.getTokenSilently()).not.toBe(first)
    expect(renewals()).toBe(1)
  })

  it('issued in the future is not used by a page that opens after the clock was set back', async () => {
    stopClocks()
    await signIn(createClient(stored), tenant)
    setClock(-2 * HOUR_MS)
    const reloaded = createClient(stored)
    expect(await reloaded.getTokenSilently()).toMatch(/^access-token-/)
    expect(renewals()).toBe(1)
    await reloaded.getTokenSilently()
    expect(renewals()).toBe(1)
  })

  it('is renewed once after nine hours of sleep, and then read from the cache', async () => {
    stopClocks()
    const client = createClient(stored)
    await signIn(client, tenant)
    const before = await client.getTokenSilently()
    // The monotonic clock does not run during sleep.
    setClock(9 * HOUR_MS)
    const after = await client.getTokenSilently()
    expect(after).not.toBe(before)
    expect(await client.getTokenSilently()).toBe(after)
    expect(renewals()).toBe(1)
  })

  it.each([2, -2])('is read from the cache if the clock is wrong by %i hours', async hours => {
    stopClocks()
    const tenantTime = Date.now()
    vi.setSystemTime(tenantTime + hours * HOUR_MS)
    tenant.idTokenClaims = {
      iat: Math.floor(tenantTime / 1000),
      exp: Math.floor(tenantTime / 1000) + 36_000,
    }
    const client = createClient(stored)
    await signIn(client, tenant)
    const first = await client.getTokenSilently()
    passTime(HOUR_MS / 2)
    expect(await client.getTokenSilently()).toBe(first)
    expect(renewals()).toBe(0)
    const [entry] = Object.values(storedEntries())
    expect(entry?.body.expires_in).toBe(3600)
  })

  it('that was renewed after the clock was set back is used by every page', async () => {
    stopClocks()
    const client = createClient(stored)
    await signIn(client, tenant)
    await client.getTokenSilently()
    setClock(-2 * HOUR_MS)
    const renewed = await client.getTokenSilently()
    expect(renewals()).toBe(1)
    expect(await createClient(stored).getTokenSilently()).toBe(renewed)
    expect(await client.getTokenSilently()).toBe(renewed)
    expect(renewals()).toBe(1)
  })

  it('is renewed once in a page that is open for hours, also if the tenant always issues the same text', async () => {
    stopClocks()
    tenant.tokenResponse = { access_token: 'always' }
    const client = createClient(stored)
    await signIn(client, tenant)
    for (let hour = 1; hour < 4; hour++) {
      passTime(HOUR_MS)
      expect(await client.getTokenSilently()).toBe('always')
      expect(await client.getTokenSilently()).toBe('always')
      expect(renewals()).toBe(hour)
    }
  })

  it('that cannot be renewed is returned after the clock was set back, but not after its end', async () => {
    stopClocks()
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    const token = await client.getTokenSilently()
    passTime(HOUR_MS / 2)
    setClock(-24 * HOUR_MS)
    for (const cookie of ['', '_legacy_']) {
      // biome-ignore lint/suspicious/noDocumentCookie: nothing is left that suggests a session at the tenant
      document.cookie = `${cookie}auth0.client-1.is.authenticated=; path=/; max-age=0; secure`
    }
    expect(await client.getTokenSilently()).toBe(token)
    expect(await client.isAuthenticated()).toBe(true)
    passTime(HOUR_MS / 2)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })
})
