import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import { createTestClient, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, redirectUrl } from '../../support/clients.ts'
import { lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { createTestbed } from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const stored = {
  cacheLocation: 'localstorage',
  useRefreshTokens: true,
  useRefreshTokensFallback: false,
} as const
const closed = { name: 'GenericError', error: 'client_closed' }

/** Counts what clients leave in the page: listeners, and open channels. */
const watchPage = () => {
  const left = new Map<unknown, string>()
  const add = window.addEventListener.bind(window)
  vi.spyOn(globalThis, 'addEventListener').mockImplementation(
    (type: string, listener: unknown, options?: unknown) => {
      const { signal } = (options ?? {}) as { signal?: AbortSignal }
      // As in browsers; happy-dom adds it.
      if (signal?.aborted) return
      left.set(listener, type)
      signal?.addEventListener('abort', () => left.delete(listener))
      add(type, listener as EventListener, options as AddEventListenerOptions)
    },
  )
  const unref = vi.fn()
  const Real = BroadcastChannel
  vi.stubGlobal(
    'BroadcastChannel',
    class extends Real {
      constructor(name: string) {
        super(name)
        left.set(this, 'channel')
      }
      override close(): void {
        left.delete(this)
        super.close()
      }
      unref(): void {
        unref()
      }
    },
  )
  return { left: () => [...left.values()].sort(), unref }
}

describe('a client that is closed', () => {
  it('leaves no listener and no channel in the page', async () => {
    const { left } = watchPage()
    for (let count = 0; count < 3; count++) {
      const client = createClient(stored)
      await signIn(client, tenant)
      expect(left()).toEqual(['channel', 'online', 'pagehide', 'pageshow'])
      client.close()
      expect(left()).toEqual([])
    }
  })

  it('opens none afterwards, if it is closed while its code is being loaded', async () => {
    const { left } = watchPage()
    const client = createClient(stored)
    const call = client.getTokenSilently().catch(() => {})
    client.close()
    await call
    expect(left()).toEqual([])
  })

  it('ends its token worker, and with it the calls that wait for that', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    stubWorker()
    const client = createClient({ useRefreshTokens: true })
    await signIn(client, tenant)
    const worker = lastWorker()
    worker.isStandingStill = true
    const asked = vi.spyOn(worker, 'postMessage')
    const call = client.getTokenSilently({ cacheMode: 'off' })
    const outcome = expect(call).rejects.toMatchObject(closed)
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    client.close()
    expect(worker.isTerminated).toBe(true)
    await outcome
    expect(warn).not.toHaveBeenCalled()
  })

  it('rejects later calls, and says so', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    client.close()
    client.close()
    const calls: ((auth0: Auth0Client) => Promise<unknown>)[] = [
      auth0 => auth0.getTokenSilently(),
      auth0 => auth0.isAuthenticated(),
      auth0 => auth0.getUser(),
      auth0 => auth0.logout({ openUrl: false }),
      auth0 => redirectUrl(auth0),
      auth0 => auth0.checkSession(),
    ]
    for (const call of calls) await expect(call(client)).rejects.toMatchObject(closed)
    expect(client.getConfiguration()).toMatchObject({ clientId: expect.any(String) })
    expect(client.buildLogoutUrl()).toContain('/v2/logout')
  })

  it('leaves the session to other clients, with the answer that it was waiting for', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const arrived = gate()
    const released = gate()
    tenant.intercept('token', async () => {
      arrived.open()
      await released.opened
      return undefined
    })
    const call = client.getTokenSilently({ cacheMode: 'off' })
    await arrived.opened
    client.close()
    released.open()
    const token = await call
    expect(await createClient(stored).getTokenSilently()).toBe(token)
  })

  it('of a test is closed as well', async () => {
    const client = createTestClient()
    client.close()
    await expect(client.getUser()).rejects.toMatchObject(closed)
    expect(client.calls).toEqual([
      { method: 'close', args: [] },
      { method: 'getUser', args: [] },
    ])
  })
})

it('the channel of a client that is not closed lets Node end', async () => {
  const { unref } = watchPage()
  await signIn(createClient(stored), tenant)
  expect(unref).toHaveBeenCalledOnce()
})
