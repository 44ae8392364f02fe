import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  refuseSilently,
} from '../../support/clients.ts'
import { createTestbed, grants, revokedRefreshTokens } from '../../support/testbed.ts'

let tenant: TestTenant
let stopFrames = (): void => {}
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => stopFrames())

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

/** From now on only the test moves the clocks; timers go on. */
const stopClocks = () => vi.useFakeTimers({ toFake: ['Date', 'performance'] })
const passTime = (ms: number) => vi.advanceTimersByTime(ms)

/** Asks so often, once the call before has ended; gives the codes of the errors. */
const askInALoop = async (client: Auth0Client, times: number): Promise<Set<unknown>> => {
  const errors = new Set()
  for (let i = 0; i < times; i++) {
    const call = client.getTokenSilently({ cacheMode: 'off' })
    errors.add(
      await call.then(
        () => 'none',
        error => error.error,
      ),
    )
  }
  return errors
}

const answerWith = (status: number, headers: Record<string, string> = {}) => {
  tenant.intercept('token', () => HttpResponse.json({ error: 'slow_down' }, { status, headers }))
}

describe('a tenant that fails for ever', () => {
  it('is asked a bounded number of times a minute, and the caller gets its error each time', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    answerWith(503)
    stopClocks()
    for (let second = 0; second < 60; second++) {
      expect(await askInALoop(client, 5)).toEqual(new Set(['slow_down']))
      passTime(1000)
    }
    const sent = grants(tenant, 'refresh_token').length
    expect(sent).toBeGreaterThan(15)
    expect(sent).toBeLessThan(25)
  })

  it('works again within five seconds of its recovery, with the same refresh token', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    answerWith(503)
    stopClocks()
    await askInALoop(client, 30)
    tenant.intercept('token', undefined)
    passTime(5_000)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(new Set(grants(tenant, 'refresh_token').map(f => f.refresh_token)).size).toBe(1)
    expect(await askInALoop(client, 12)).toEqual(new Set(['none']))
  })

  it('works again at once after a few failures, and when the browser is back online', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    answerWith(503)
    await askInALoop(client, 3)
    tenant.intercept('token', undefined)
    expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
    answerWith(503)
    await askInALoop(client, 20)
    tenant.intercept('token', undefined)
    window.dispatchEvent(new Event('online'))
    expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
  })

  it('does not keep other audiences from their tokens', async () => {
    const client = createClient({ ...stored, useMrrt: true })
    await signIn(client, tenant)
    tenant.intercept('token', ({ parameters: fields }) =>
      fields.audience ? undefined : HttpResponse.json({ error: 'slow_down' }, { status: 503 }),
    )
    await askInALoop(client, 20)
    const other = { cacheMode: 'off', authorizationParams: { audience: 'other' } } as const
    expect(await client.getTokenSilently(other)).toMatch(/^access-token-/)
  })

  it('is not flooded with frames where nobody is signed in', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const frames = refuseSilently(tenant)
    stopFrames = frames.stop
    expect(await askInALoop(client, 40)).toEqual(new Set(['login_required']))
    expect(frames.urls).toHaveLength(10)
  })

  it('is asked again at once when the user has signed in', async () => {
    const client = createClient()
    const refused = refuseSilently(tenant)
    await askInALoop(client, 20)
    refused.stop()
    await signIn(client, tenant)
    const frames = answerSilently(tenant)
    stopFrames = frames.stop
    expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
  })
})

describe('security 47: Retry-After', () => {
  it('is honoured: nothing is sent before its time, then the same token works', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    answerWith(429, { 'Retry-After': '30' })
    stopClocks()
    expect(await askInALoop(client, 3)).toEqual(new Set(['slow_down']))
    tenant.intercept('token', undefined)
    passTime(29_000)
    expect(await askInALoop(client, 3)).toEqual(new Set(['slow_down']))
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    passTime(1_000)
    expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
    expect(new Set(grants(tenant, 'refresh_token').map(f => f.refresh_token)).size).toBe(1)
  })

  it('is named once on the console, because later calls send nothing that could be seen', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const client = createClient(stored)
    await signIn(client, tenant)
    answerWith(429, { 'Retry-After': '30' })
    await askInALoop(client, 3)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[latchkey\] .*Retry-After.* without a request/),
      30_000,
      expect.objectContaining({ error: 'slow_down' }),
    )
  })

  it('may be a date, and is never believed for more than five minutes', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    stopClocks()
    answerWith(503, { 'Retry-After': new Date(Date.now() + 86_400_000).toUTCString() })
    await askInALoop(client, 1)
    tenant.intercept('token', undefined)
    passTime(299_000)
    expect(await askInALoop(client, 1)).toEqual(new Set(['slow_down']))
    passTime(1_000)
    expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
  })

  it.each(['soon', '', '-5', '0', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    'of "%s" stops nobody',
    async value => {
      const client = createClient(stored)
      await signIn(client, tenant)
      answerWith(429, { 'Retry-After': value })
      await askInALoop(client, 1)
      tenant.intercept('token', undefined)
      expect(await askInALoop(client, 1)).toEqual(new Set(['none']))
    },
  )
})

describe('a tenant whose access tokens have expired already', () => {
  it('gets the caller one clear error and a bounded number of requests; the refresh token is kept', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.accessTokenLifetimeSeconds = 0
    expireStored()
    expect(await askInALoop(client, 40)).toEqual(new Set(['invalid_token']))
    expect(grants(tenant, 'refresh_token')).toHaveLength(10)
    expect(revokedRefreshTokens(tenant)).toEqual([])
    tenant.accessTokenLifetimeSeconds = 3600
    window.dispatchEvent(new Event('online'))
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })
})
