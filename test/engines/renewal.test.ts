import { expect } from 'vitest'
import { MEMORY, optionsFor, STORED, type Tenant } from '../support/browser-clients.ts'
import { noteMessages } from '../support/note-messages.ts'
import {
  createClient,
  expire,
  finishRedirect,
  heldRefreshTokens,
  openTab,
  signIn,
  startRedirect,
  submitLogin,
  tokenOrError,
  waitForAnswer,
} from './support/actions.ts'
import type { Tab } from './support/browser.ts'
import { test } from './support/fixtures.ts'

const CALLS = 20
const ROUNDS = 20

/** The requests that spent a refresh token. */
const renewals = (tenant: Tenant) =>
  tenant.log.entries.filter(({ grantType }) => grantType === 'refresh_token')

/** Every refresh token was sent once, and accepted. */
const expectNoneSpentTwice = (tenant: Tenant): void => {
  const sent = renewals(tenant)
  expect(sent.filter(({ status }) => status !== 200)).toEqual([])
  expect(new Set(sent.map(entry => entry.refreshTokenHash)).size).toBe(sent.length)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
}

/** The different tokens of many calls at once. */
const callManyTimes = async (tab: Tab, cacheMode: 'on' | 'off'): Promise<string[]> => [
  ...new Set(
    await tab.evaluate(
      (mode, calls) =>
        Promise.all(
          Array.from({ length: calls }, async () =>
            String(await window.auth0.getTokenSilently({ cacheMode: mode })),
          ),
        ),
      cacheMode,
      CALLS,
    ),
  ),
]

test('renews with the refresh token, each used once, without a preflight', async ({
  browser,
  tenant,
  blank,
}) => {
  const tab = await signIn(browser, blank, optionsFor(tenant, blank, STORED))
  tenant.log.clear()
  const seen = await heldRefreshTokens(tab)
  const tokens = new Set([await tokenOrError(tab)])
  for (let round = 0; round < 3; round++) {
    await expire([tab])
    tokens.add(await tokenOrError(tab))
    seen.push(...(await heldRefreshTokens(tab)))
  }
  expect(tokens.size).toBe(4)
  expect(new Set(seen).size).toBe(4)
  expect(renewals(tenant)).toHaveLength(3)
  expect(tenant.log.entries).toHaveLength(3)
  expectNoneSpentTwice(tenant)
})

test('renews through the iframe when there is no refresh token, and holds one afterwards', async ({
  browser,
  tenant,
  blank,
}) => {
  // Signed in before refresh tokens were switched on.
  const tab = await signIn(
    browser,
    blank,
    optionsFor(tenant, blank, { ...STORED, useRefreshTokens: false }),
  )
  await tab.goto(blank)
  tenant.log.clear()
  await createClient(tab, optionsFor(tenant, blank, STORED))
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'authorization_code' })).toBe(1)
  expect(await heldRefreshTokens(tab)).toHaveLength(1)
  await tab.waitFor(() => document.querySelectorAll('iframe').length === 0)
})

const spy = (tab: Tab): Promise<void> => tab.evaluate(noteMessages)

test('keeps refresh tokens in a worker, where the page never sees them', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab)
  await submitLogin(tab)
  await waitForAnswer(tab)
  await spy(tab)
  await finishRedirect(tab, options)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(renewals(tenant)).toHaveLength(2)
  expectNoneSpentTwice(tenant)
  const seen = await tab.evaluate(() => (window as unknown as { seen: string[] }).seen)
  const refreshTokens = seen.flatMap(line => line.match(/"refresh_token":"[^"]*"/g) ?? [])
  expect(refreshTokens).toHaveLength(3)
  for (const field of refreshTokens) expect(field).toMatch(/^"refresh_token":"ref:[0-9a-f-]{36}"$/)
  // The page itself asks for the public keys alone.
  const fetched = seen.filter(line => line.startsWith('fetch'))
  expect(fetched.filter(line => !line.includes('"method":"GET"'))).toEqual([])
})

test('two tabs of twenty calls each share one renewal when the token has expired', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  const tabs = [await signIn(browser, blank, options), await openTab(browser, blank, options)]
  tenant.log.clear()
  for (let round = 0; round < 3; round++) {
    await expire(tabs)
    const tokens = (await Promise.all(tabs.map(tab => callManyTimes(tab, 'on')))).flat()
    expect(new Set(tokens).size).toBe(1)
    expect(renewals(tenant)).toHaveLength(round + 1)
  }
  expectNoneSpentTwice(tenant)
})

for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`two tabs of twenty calls each, twenty times, spend no refresh token twice with tokens in ${place}`, async ({
    browser,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    const tabs = [await signIn(browser, blank, given), await openTab(browser, blank, given)]
    tenant.log.clear()
    for (let round = 0; round < ROUNDS; round++) {
      const tokens = await Promise.all(tabs.map(tab => callManyTimes(tab, 'off')))
      expect(tokens.flat().filter(token => !token.startsWith('ey'))).toEqual([])
    }
    expect(renewals(tenant).length).toBeGreaterThanOrEqual(ROUNDS)
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
    expectNoneSpentTwice(tenant)
  })
}
