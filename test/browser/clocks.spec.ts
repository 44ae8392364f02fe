import type { Page } from '@playwright/test'
import { createClient, expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'
import { MEMORY, openTab, STORED } from './support/tabs.ts'

const HOURS = 3_600_000

const refreshes = { endpoint: 'token', grantType: 'refresh_token' } as const

for (const hours of [2, -2]) {
  test(`with a clock wrong by ${hours} hours a session works from the login on`, async ({
    page,
    tenant,
    blank,
  }) => {
    await page.clock.install({ time: Date.now() + hours * HOURS })
    await signIn(page, blank, optionsFor(tenant, blank, STORED))
    const first = await tokenOrError(page)
    expect(first).toMatch(/^ey/)
    expect(await tokenOrError(page)).toBe(first)
    expect(await tokenOrError(page, 'off')).not.toBe(first)
    expect(tenant.log.count(refreshes)).toBe(1)
  })

  test(`a clock set by ${hours} hours in the middle of a session costs one renewal at most`, async ({
    page,
    tenant,
    blank,
  }) => {
    tenant.settings.accessTokenLifetimeSeconds = 3600
    await page.clock.install()
    await signIn(page, blank, optionsFor(tenant, blank, STORED))
    await tokenOrError(page)
    await page.clock.setSystemTime(Date.now() + hours * HOURS)
    const after = await tokenOrError(page)
    expect(after).toMatch(/^ey/)
    expect(await tokenOrError(page)).toBe(after)
    expect(tenant.log.count(refreshes)).toBe(1)
  })
}

for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`a clock set back does not keep an expired token alive in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    tenant.settings.accessTokenLifetimeSeconds = 3600
    await page.clock.install()
    await signIn(page, blank, optionsFor(tenant, blank, options))
    const first = await tokenOrError(page)
    // Less than the token's age, so that nothing about the entry itself looks wrong.
    await page.clock.fastForward(HOURS / 2)
    await page.clock.setSystemTime(Date.now())
    expect(await tokenOrError(page)).toBe(first)
    await page.clock.fastForward(HOURS / 2)
    expect(await tokenOrError(page)).not.toBe(first)
    expect(tenant.log.count(refreshes)).toBe(1)
  })

  test(`after nine hours asleep the first call gets a fresh token, in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    tenant.settings.accessTokenLifetimeSeconds = 3600
    await page.clock.install()
    await signIn(page, blank, optionsFor(tenant, blank, options))
    const before = await tokenOrError(page)
    await page.clock.fastForward(9 * HOURS)
    const after = await tokenOrError(page)
    expect(after).toMatch(/^ey/)
    expect(after).not.toBe(before)
    expect(await tokenOrError(page)).toBe(after)
    expect(tenant.log.count(refreshes)).toBe(1)
    expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
  })
}

/** What the browser does to a tab that has not been looked at for a while. */
const setFrozen = async (page: Page, isFrozen: boolean): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' })
  await devtools.detach()
}

test('a tab that was frozen gets the token that another one renewed meanwhile', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const frozen = await openTab(context, blank, options)
  await setFrozen(frozen, true)
  const renewed = await tokenOrError(page, 'off')
  await setFrozen(frozen, false)
  await expect.poll(() => tokenOrError(frozen)).toBe(renewed)
  expect(await tokenOrError(frozen, 'off')).toMatch(/^ey/)
  expect(tenant.log.count(refreshes)).toBe(2)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('a tab that was frozen while another signed out has forgotten its tokens when it wakes', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, options)
  const frozen = await openTab(context, blank, options)
  expect(await frozen.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  await setFrozen(frozen, true)
  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  await setFrozen(frozen, false)
  await expect
    .poll(() => frozen.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'cache-only' })))
    .toBeUndefined()
})

test('a page reloaded with a clock set back does not trust tokens from the future', async ({
  page,
  tenant,
  blank,
}) => {
  tenant.settings.accessTokenLifetimeSeconds = 3600
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const before = await tokenOrError(page)
  await page.clock.install({ time: Date.now() - 2 * HOURS })
  await page.goto(blank)
  await createClient(page, options)
  const after = await tokenOrError(page)
  expect(after).toMatch(/^ey/)
  expect(after).not.toBe(before)
  expect(await tokenOrError(page)).toBe(after)
  expect(tenant.log.count(refreshes)).toBe(1)
})

test('a tab whose clock is behind raises the version of the entries all the same', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const version = () =>
    page.evaluate(() => {
      const item = Object.keys(localStorage).find(key => key.includes('@@generation@@')) ?? ''
      return Number(localStorage.getItem(item))
    })
  const before = await version()
  const behind = await context.newPage()
  await behind.clock.install({ time: Date.now() - 2 * HOURS })
  await behind.goto(blank)
  await createClient(behind, options)
  const token = await tokenOrError(behind, 'off')
  await expect.poll(version).toBeGreaterThan(before)
  expect(await tokenOrError(page)).toBe(token)
})
