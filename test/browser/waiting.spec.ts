import { expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'
import { expire, STORED } from './support/tabs.ts'

test('a tab waits as long as the holder of the lock works, and shares what it got', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const waiter = await context.newPage()
  await waiter.clock.install()
  await waiter.goto(blank)
  await waiter.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    window.auth0 = await sdk.createAuth0Client(given)
  }, options)
  await expire([page, waiter])
  tenant.log.clear()
  const held = tenant.faults.hold({ endpoint: 'token', when: 'before', times: 1 })
  const first = tokenOrError(page)
  await held.reached
  const second = tokenOrError(waiter)
  // It has asked for the lock: whatever it would give up after has passed by then.
  await waiter.waitForFunction(async () =>
    (await navigator.locks.query()).pending?.some(({ name }) => name?.includes('getTokenSilently')),
  )
  await waiter.clock.fastForward(9_000)
  held.release()
  const token = await first
  expect(token).toMatch(/^ey/)
  expect(await second).toBe(token)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})

test('a token from the cache touches no lock', async ({ page, tenant, blank }) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  const asked = await page.evaluate(async () => {
    const names: string[] = []
    const request = navigator.locks.request.bind(navigator.locks)
    Object.assign(navigator.locks, {
      request: (name: string, ...more: [LockOptions, LockGrantedCallback<unknown>]) => {
        names.push(name)
        return request(name, ...more)
      },
    })
    await window.auth0.getTokenSilently()
    const before = names.length
    await window.auth0.getTokenSilently({ cacheMode: 'off' })
    return { before, after: names.length }
  })
  expect(asked).toEqual({ before: 0, after: expect.any(Number) })
  expect(asked.after).toBeGreaterThan(0)
})

test('without Web Locks calls of one tab still share one renewal, and the console says what is missing', async ({
  page,
  tenant,
  blank,
}) => {
  const warnings: string[] = []
  page.on('console', message => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })
  })
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  await expire([page])
  tenant.log.clear()
  const tokens = await page.evaluate(() =>
    Promise.all(
      ['on', 'off'].flatMap(cacheMode =>
        Array.from({ length: 10 }, () =>
          window.auth0.getTokenSilently({ cacheMode: cacheMode as 'on' | 'off' }),
        ),
      ),
    ),
  )
  expect(tokens).toHaveLength(20)
  const sent = tenant.log.entries.filter(({ endpoint }) => endpoint === 'token')
  expect(new Set(sent.map(entry => entry.refreshTokenHash)).size).toBe(sent.length)
  expect(sent.length).toBeLessThanOrEqual(2)
  expect(sent.every(({ status }) => status === 200)).toBe(true)
  const said = warnings.filter(text => text.includes('Web Locks'))
  // Once per page, and there were two: before the login, and after it.
  expect(said.length).toBeGreaterThanOrEqual(1)
  expect(said.length).toBeLessThanOrEqual(2)
})

test('a tenant that gives expired tokens for ever sees few requests, and the caller one clear error', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  await expire([page])
  tenant.log.clear()
  tenant.faults.add({ endpoint: 'token', mutate: { set: { expires_in: 0 } } })
  const errors = await page.evaluate(async () => {
    const seen = new Set<string>()
    for (let i = 0; i < 200; i++) {
      await window.auth0
        .getTokenSilently()
        .catch(error => seen.add(`${error.error}: ${error.message}`))
    }
    return [...seen]
  })
  expect(errors).toEqual(['invalid_token: The tenant issued an expired access token.'])
  expect(tenant.log.count({ endpoint: 'token' })).toBe(10)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('a tenant that always refuses the frame sees few of them', async ({ page, tenant, blank }) => {
  await page.goto(blank)
  await page.evaluate(
    async given => {
      const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
      window.auth0 = new sdk.Auth0Client(given)
    },
    optionsFor(tenant, blank),
  )
  const errors = await page.evaluate(async () => {
    const seen = new Set<string>()
    for (let i = 0; i < 100; i++) {
      await window.auth0.getTokenSilently().catch(error => seen.add(error.error))
    }
    return [...seen]
  })
  expect(errors).toEqual(['login_required'])
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(10)
})
