import type { Page } from '@playwright/test'
import {
  createClient,
  expect,
  keysItem,
  optionsFor,
  signIn,
  test,
  tokenOrError,
} from './support/fixtures.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

/** Refresh tokens in localStorage. */
const heldRefreshTokens = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Object.values({ ...localStorage }).flatMap(text => JSON.parse(text).body?.refresh_token ?? []),
  )

/** Makes the access tokens in localStorage look expired. */
const expire = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const [key, text] of Object.entries({ ...localStorage })) {
      const entry = JSON.parse(text)
      if (entry.body) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
    }
  })

test('renews with the refresh token, each used once, without a preflight', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, stored))
  tenant.log.clear()
  const seen = await heldRefreshTokens(page)
  const tokens = new Set([await tokenOrError(page)])
  for (let round = 0; round < 3; round++) {
    await expire(page)
    tokens.add(await tokenOrError(page))
    seen.push(...(await heldRefreshTokens(page)))
  }
  expect(tokens.size).toBe(4)
  expect(new Set(seen).size).toBe(4)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 })).toBe(3)
  expect(tenant.log.entries).toHaveLength(3)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('keeps the refresh token in memory out of every storage, and renews with it', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, { useRefreshTokens: true }))
  tenant.log.clear()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
  const kept = await page.evaluate(() => ({ ...localStorage, ...sessionStorage }))
  expect(Object.keys(kept)).toEqual([keysItem(tenant)])
})

test('takes the iframe when no refresh token is cached, and holds one afterwards', async ({
  page,
  tenant,
  blank,
}) => {
  // Signed in before refresh tokens were switched on.
  await signIn(page, blank, optionsFor(tenant, blank, { cacheLocation: 'localstorage' }))
  expect(await heldRefreshTokens(page)).toEqual([])
  await page.goto(blank)
  tenant.log.clear()
  await createClient(page, optionsFor(tenant, blank, stored))
  expect(await tokenOrError(page)).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'authorization_code' })).toBe(1)
  expect(await heldRefreshTokens(page)).toHaveLength(1)
  await expire(page)
  await tokenOrError(page)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
})

test('shares one renewal between two tabs of twenty calls each', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, stored)
  await signIn(page, blank, options)
  const second = await context.newPage()
  await second.goto(blank)
  await createClient(second, options)
  await expire(page)
  // Both tabs must have seen the change, or one would rightly serve what it believes valid.
  await second.waitForFunction(() =>
    Object.values({ ...localStorage }).some(text => JSON.parse(text).expiresAt === 1),
  )
  tenant.log.clear()
  const twentyCalls = () =>
    Promise.all(Array.from({ length: 20 }, () => window.auth0.getTokenSilently()))
  const tokens = (await Promise.all([page, second].map(tab => tab.evaluate(twentyCalls)))).flat()
  expect(tokens).toHaveLength(40)
  expect(new Set(tokens).size).toBe(1)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
  expect(await tokenOrError(second, 'off')).toMatch(/^ey/)
})

test('ends a stolen session: reuse of a spent token is refused and the next call asks the tenant', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, stored))
  const [stolen = ''] = await heldRefreshTokens(page)
  await tokenOrError(page, 'off')
  const replay = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'browser-tests',
      refresh_token: stolen,
    }),
  })
  expect(replay.status).toBe(400)
  expect(await tokenOrError(page, 'off')).toBe('error: invalid_grant')
  expect(await heldRefreshTokens(page)).toEqual([])
  // The dead token is gone, so the iframe finds the session that the user still has.
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
})

test('a page that replaces its body while a hidden frame waits gets its token all the same', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank))
  const removed = await page.evaluate(() => {
    const seen = { frames: 0 }
    const observer = new MutationObserver(() => {
      seen.frames += document.querySelectorAll('body iframe').length
      observer.disconnect()
      document.body.innerHTML = ''
    })
    observer.observe(document.body, { childList: true })
    return window.auth0.getTokenSilently({ cacheMode: 'off' }).then(token => ({ ...seen, token }))
  })
  expect(removed).toEqual({ frames: 1, token: expect.stringMatching(/^ey/) })
  await expect(page.locator('iframe')).toHaveCount(0)
})
