import type { Page } from '@playwright/test'
import { serveBundle } from './support/bundle.ts'
import { createClient, expect, optionsFor, signIn, type Tenant, test } from './support/fixtures.ts'
import {
  callOnce,
  expire,
  heldRefreshTokens,
  MEMORY,
  type Outcome,
  outcomeOf,
  STORED,
  startCall,
} from './support/tabs.ts'

type Fault = Parameters<Tenant['faults']['add']>[0]

const token = { endpoint: 'token', grantType: 'refresh_token' } as const
const html = '<!doctype html><title>Bad Gateway</title>'

interface Trouble {
  name: string
  fault: Omit<Fault, 'endpoint'>
  error: { error: string; cause?: RegExp }
  /** How often the token is sent for one call. */
  requests: number
}

/** What may happen before the tenant has done anything: the token is still good. */
const TROUBLES: Trouble[] = [
  {
    name: 'a connection that is dropped',
    fault: { drop: 'before' },
    error: { error: 'network_error', cause: /Failed to fetch/ },
    requests: 2,
  },
  {
    name: 'a connection that is reset',
    fault: { drop: 'before', reset: true },
    error: { error: 'network_error', cause: /Failed to fetch/ },
    requests: 2,
  },
  {
    name: '429 with Retry-After',
    fault: {
      status: 429,
      headers: { 'Retry-After': '1' },
      json: { error: 'too_many_requests', error_description: 'Slow down' },
    },
    error: { error: 'too_many_requests' },
    requests: 1,
  },
  {
    name: '500',
    fault: { status: 500, json: { error: 'server_error', error_description: 'Oops' } },
    error: { error: 'server_error' },
    requests: 1,
  },
  {
    name: '502 with HTML',
    fault: { status: 502, html },
    error: { error: 'request_error' },
    requests: 1,
  },
  {
    name: '503 with JSON',
    fault: { status: 503, json: { error: 'temporarily_unavailable' } },
    error: { error: 'temporarily_unavailable' },
    requests: 1,
  },
  {
    name: 'the page of a captive portal',
    fault: { status: 200, html },
    error: { error: 'request_error' },
    requests: 1,
  },
  {
    name: 'an answer no page may read',
    fault: { status: 503, html, cors: false },
    error: { error: 'network_error', cause: /Failed to fetch/ },
    requests: 2,
  },
]

const expectError = (outcome: Outcome, { error, cause }: Trouble['error']): void => {
  expect(outcome).toMatchObject({ error, message: expect.stringMatching(/\S/) })
  if (cause) expect(outcome).toHaveProperty('cause', expect.stringMatching(cause))
}

for (const { name, fault, error, requests } of TROUBLES) {
  for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
    test(`${name} costs no token in ${place}: the same one works afterwards`, async ({
      page,
      tenant,
      blank,
    }) => {
      await signIn(page, blank, optionsFor(tenant, blank, options))
      tenant.log.clear()
      const remove = tenant.faults.add({ ...token, ...fault })
      expectError(await callOnce(page), error)
      expect(tenant.log.count(token)).toBe(requests)
      expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
      remove()
      await expect.poll(() => callOnce(page)).toHaveProperty('token')
      const all = tenant.log.entries.filter(({ grantType }) => grantType === 'refresh_token')
      expect(new Set(all.map(entry => entry.refreshTokenHash)).size).toBe(1)
      expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
    })
  }
}

for (const [name, fault] of [
  ['lost on the way back', { drop: 'after' }],
  ['cut off in the middle', { truncate: true }],
] as const) {
  test(`an answer ${name} is made good within the leeway`, async ({ page, tenant, blank }) => {
    await signIn(page, blank, optionsFor(tenant, blank, STORED))
    tenant.settings.leewaySeconds = 30
    tenant.log.clear()
    tenant.faults.add({ ...token, ...fault, times: 1 })
    await expect.poll(() => callOnce(page)).toHaveProperty('token')
    expect(tenant.log.count(token)).toBe(2)
    expect(await callOnce(page)).toHaveProperty('token')
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
    expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
  })

  test(`an answer ${name} is made good by the iframe where there is no leeway`, async ({
    page,
    tenant,
    blank,
  }) => {
    await signIn(page, blank, optionsFor(tenant, blank, STORED))
    tenant.log.clear()
    tenant.faults.add({ ...token, ...fault, times: 1 })
    await expect.poll(() => callOnce(page)).toHaveProperty('token')
    expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
    expect(tenant.log.count(token)).toBe(2)
    expect(await callOnce(page)).toHaveProperty('token')
    expect(await heldRefreshTokens(page)).toHaveLength(1)
  })
}

test('a name that does not resolve is a network error, and the token is still good', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  await page.route('**/oauth/token', route => route.abort('namenotresolved'))
  tenant.log.clear()
  expectError(await callOnce(page), { error: 'network_error', cause: /Failed to fetch/ })
  await page.unroute('**/oauth/token')
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.log.count(token)).toBe(1)
})

test('an answer that takes longer than the caller waits is stored when it comes', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { ...STORED, httpTimeoutInSeconds: 0.2 })
  await signIn(page, blank, options)
  tenant.log.clear()
  const before = tenant.faults.hold({ ...token, when: 'before', times: 1 })
  expectError(await callOnce(page), { error: 'timeout' })
  await expire([page])
  await page.evaluate(() => {
    Object.assign(window, { call: window.auth0.getTokenSilently().then(t => ({ token: t })) })
  })
  before.release()
  expect(await outcomeOf(page)).toHaveProperty('token')
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

const goOffline = (page: Page, offline: boolean) => page.context().setOffline(offline)

test('offline in the middle of a call is an error with its cause; back online the session goes on', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  tenant.settings.leewaySeconds = 30
  const held = tenant.faults.hold({ ...token, when: 'before', drop: 'before', times: 1 })
  await startCall(page)
  await held.reached
  await goOffline(page, true)
  const remove = tenant.faults.add({ ...token, drop: 'before' })
  held.release()
  expectError(await outcomeOf(page), { error: 'network_error', cause: /Failed to fetch/ })
  expectError(await callOnce(page), { error: 'network_error', cause: /Failed to fetch/ })
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  remove()
  await goOffline(page, false)
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
})

test('security 47, M24: offline at boot the user stays signed in, and the first call back online works', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await expire([page])
  await page.goto(blank)
  // The app's own files come from its cache, as with a service worker; the tenant is out of reach.
  await page.route(`${tenant.url}/**`, route => route.abort('internetdisconnected'))
  await createClient(page, options)
  expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({ name: 'Ada Lovelace' })
  expectError(await callOnce(page), { error: 'network_error', cause: /Failed to fetch/ })
  await page.unroute(`${tenant.url}/**`)
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
})

test('a module that failed to load is loaded by the next call', async ({ page, tenant, blank }) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await expire([page])
  await page.goto(blank)
  await serveBundle(page)
  const chunks = /\/bundle\/.*token-runtime/
  await page.route(chunks, route => route.abort('internetdisconnected'))
  await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/bundle/index.js`)
    window.auth0 = await sdk.createAuth0Client(given)
  }, options)
  expectError(await callOnce(page), { error: 'network_error' })
  await page.unroute(chunks)
  expect(await callOnce(page)).toHaveProperty('token')
})
