import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient } from '../../support/clients.ts'
import { FakeWorker, lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { activeRefreshTokens, createTestbed, grants } from '../../support/testbed.ts'

let tenant: TestTenant
let frames: ReturnType<typeof answerSilently> | undefined
beforeEach(() => {
  tenant = createTestbed()
  stubWorker()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  frames?.stop()
  frames = undefined
  vi.unstubAllGlobals()
})

const off = { cacheMode: 'off' } as const
const leave = { openUrl: false } as const

const signedIn = async (options: Partial<Auth0ClientOptions> = {}) => {
  const client = createClient({ useRefreshTokens: true, ...options })
  await signIn(client, tenant)
  return { client, worker: lastWorker() }
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

describe('security B: an answer of the token worker that cannot be posted', () => {
  it('because of its cause is posted with the text of the cause', async () => {
    const { client, worker } = await signedIn()
    worker.canCloneErrors = false
    tenant.intercept('token', () => HttpResponse.error())
    await expect(signIn(client, tenant)).rejects.toMatchObject({
      error: 'network_error',
      cause: expect.stringContaining('Failed to fetch'),
    })
  })

  it('for any other reason becomes an error, and does not hang the call', async () => {
    const { client, worker } = await signedIn()
    worker.refusals = 1
    await expect(client.getTokenSilently(off)).rejects.toMatchObject({ error: 'worker_error' })
    worker.refusals = 0
    expect(worker.isTerminated).toBe(false)
  })
})

describe('security 58, B: a token worker that does not answer', () => {
  it('is terminated after the time that the request may take; later calls go on without it', async () => {
    const { client, worker } = await signedIn()
    frames = answerSilently(tenant)
    fakeTimers()
    worker.isStandingStill = true
    const first = client.getTokenSilently(off).catch(error => error.error)
    const second = client.getTokenSilently(off).catch(error => error.error)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await first).toBe('timeout')
    await vi.advanceTimersByTimeAsync(32_900)
    expect(worker.isTerminated).toBe(false)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(worker.isTerminated).toBe(true)
    expect(await second).toMatch(/^access-token-/)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(FakeWorker.started).toHaveLength(1)
  })

  it('does not hold up a sign-out for more than three seconds', async () => {
    const { client, worker } = await signedIn()
    fakeTimers()
    worker.isStandingStill = true
    const end = client.logout(leave)
    await vi.advanceTimersByTimeAsync(3_000)
    await end
    expect(worker.isTerminated).toBe(true)
    expect(await client.isAuthenticated()).toBe(false)
    await signIn(client, tenant)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('rejects the other calls that wait for it as well', async () => {
    const { client, worker } = await signedIn()
    fakeTimers()
    worker.isStandingStill = true
    const login = signIn(client, tenant).catch(error => error.error)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    const end = client.logout(leave)
    await vi.advanceTimersByTimeAsync(3_000)
    await end
    expect(await login).toMatch(/^(login_required|network_error)$/)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is waited for no longer than the start may take', async () => {
    const still = class extends FakeWorker {
      override isStandingStill = true
    }
    vi.stubGlobal('Worker', still)
    fakeTimers()
    const client = createClient({ useRefreshTokens: true })
    const ended = signIn(client, tenant).catch(error => error.error)
    await vi.waitFor(() => expect(FakeWorker.started).toHaveLength(1))
    // Nothing has to be removed from a worker that has not started.
    await client.logout(leave)
    const login = signIn(client, tenant)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await ended).toBe('login_required')
    await login
    expect(lastWorker().isTerminated).toBe(true)
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('the warning about a token worker that does not start', () => {
  const warnings = () => vi.mocked(console.warn).mock.calls.map(([text]) => String(text))
  /** The browser could not load the file, or what it has loaded is not a script. */
  const fail = (message?: string) =>
    class extends FakeWorker {
      constructor() {
        super()
        this.isStandingStill = true
        queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('error'), { message })))
      }
    }

  it('names the blob worker, if the policy forbids it', async () => {
    vi.stubGlobal(
      'Worker',
      class {
        constructor() {
          throw new DOMException('Failed to construct Worker: worker-src', 'SecurityError')
        }
      },
    )
    await signIn(createClient({ useRefreshTokens: true }), tenant)
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]).toMatch(/^\[latchkey\] .*worker-src\).*Allow `worker-src blob:`/)
  })

  it.each([undefined, "Uncaught SyntaxError: Unexpected token '<'"])(
    'names the file, and 404 and HTML, if workerUrl is set (%j)',
    async message => {
      vi.stubGlobal('Worker', fail(message))
      await signIn(createClient({ useRefreshTokens: true, workerUrl: '/worker.js' }), tenant)
      expect(warnings()).toHaveLength(1)
      expect(warnings()[0]).toMatch(/^\[latchkey\] .*Does \/worker\.js respond .* 404 or HTML/)
      expect(warnings()[0]).toContain(message ?? 'did not load it')
    },
  )
})

it('an answer that the page cannot read ends the token worker, not the calls after it', async () => {
  const channels: MessageChannel[] = []
  const Real = MessageChannel
  vi.stubGlobal(
    'MessageChannel',
    class extends Real {
      constructor() {
        super()
        channels.push(this)
      }
    },
  )
  const { client, worker } = await signedIn()
  frames = answerSilently(tenant)
  worker.isStandingStill = true
  const before = channels.length
  const call = client.getTokenSilently(off)
  await vi.waitFor(() => expect(channels).toHaveLength(before + 1))
  channels.at(-1)?.port1.onmessageerror?.(new MessageEvent('messageerror'))
  expect(await call).toMatch(/^access-token-/)
  expect(worker.isTerminated).toBe(true)
})

describe('security C: parameters of the application in worker mode', () => {
  const proxied = { rank: new Proxy({ level: 1 }, {}) }

  it.each([true, false])(
    'that cannot be cloned are sent as without a worker (form: %s)',
    async useFormData => {
      const { client } = await signedIn({ useFormData })
      await client.getTokenSilently({
        ...off,
        authorizationParams: { ext: proxied, call: () => {} },
      })
      const [withWorker] = grants(tenant, 'refresh_token')
      vi.unstubAllGlobals()
      const other = createClient({ useRefreshTokens: true, useFormData })
      await signIn(other, tenant)
      await other.getTokenSilently({
        ...off,
        authorizationParams: { ext: proxied, call: () => {} },
      })
      const [, withoutWorker] = grants(tenant, 'refresh_token')
      expect({ ...withWorker, refresh_token: '' }).toEqual({ ...withoutWorker, refresh_token: '' })
    },
  )

  it('called like fields of tokens change neither a renewal nor a revocation', async () => {
    const named = { token: 'mine', refresh_token: 'mine', access_token: 'mine', id_token: 'mine' }
    const { client } = await signedIn({ authorizationParams: named })
    const [token] = activeRefreshTokens(tenant)
    await client.getTokenSilently(off)
    await client.getTokenSilently({ ...off, authorizationParams: named })
    const [first, second] = grants(tenant, 'refresh_token')
    expect(first).toMatchObject({ refresh_token: token, token: 'mine' })
    expect(second).toMatchObject({ refresh_token: expect.any(String), token: 'mine' })
    const [last] = activeRefreshTokens(tenant)
    expect(last).toEqual(expect.any(String))
    await client.revokeRefreshToken()
    expect(tenant.requestsTo('revoke').map(({ parameters }) => parameters.token)).toEqual([last])
    expect(activeRefreshTokens(tenant)).toEqual([])
  })
})

describe('security 48, 54, G: a reference that a script has kept', () => {
  const lost = { ok: false, json: { error: 'missing_refresh_token' } }

  it('renews nothing once another user has signed in, who can renew', async () => {
    const { client, worker } = await signedIn()
    const [ofAda] = worker.references()
    tenant.signIn({ sub: 'auth0|grace', name: 'Grace Hopper' })
    await signIn(client, tenant)
    expect(await worker.renewWith(ofAda)).toMatchObject(lost)
    const before = grants(tenant, 'refresh_token').length
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(before + 1)
  })

  it('renews nothing once its token was replaced', async () => {
    tenant.rotation = true
    const { client, worker } = await signedIn()
    const [first] = worker.references()
    await client.getTokenSilently(off)
    expect(await worker.renewWith(first)).toMatchObject(lost)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(activeRefreshTokens(tenant)).toHaveLength(1)
  })

  it('renews nothing if the sign-in that brought its token was rejected, and the session before it can renew', async () => {
    const { client, worker } = await signedIn()
    tenant.idTokenClaims = { org_id: 'org_other' }
    const call = { authorizationParams: { organization: 'org_a' } }
    await expect(signIn(client, tenant, call)).rejects.toMatchObject({ error: 'invalid_token' })
    tenant.idTokenClaims = {}
    const [, rejected] = worker.references()
    expect(await worker.renewWith(rejected)).toMatchObject(lost)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('renews nothing once its token was revoked', async () => {
    const { client, worker } = await signedIn()
    await client.revokeRefreshToken()
    expect(await worker.renewWith(worker.references()[0])).toMatchObject(lost)
    expect(grants(tenant, 'refresh_token')).toEqual([])
  })
})
