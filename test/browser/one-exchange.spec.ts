import type { Page } from '@playwright/test'
import { AUDIENCE, expect, optionsFor, signIn, test } from './support/fixtures.ts'
import { expire, MEMORY, openTab, STORED } from './support/tabs.ts'

const TABS = 8
const CALLS = 20
const AUDIENCES = [AUDIENCE, 'https://billing.example.com/', 'https://mail.example.com/']
/** How often the tabs do it again; more rounds find rarer races. */
const ROUNDS = Number(process.env.ROUNDS ?? 50)

/** Every call of every audience at once; gives the tokens per audience. */
const callAll = (page: Page): Promise<string[][]> =>
  page.evaluate(
    ([audiences, calls]) =>
      Promise.all(
        audiences.map(audience =>
          Promise.all(
            Array.from({ length: calls }, async () => {
              const token = await window.auth0.getTokenSilently({
                authorizationParams: { audience },
              })
              return token ?? 'none'
            }),
          ),
        ),
      ),
    [AUDIENCES, CALLS] as const,
  )

const oneTokenEach = (answers: string[][][]): number[] =>
  AUDIENCES.map((_, i) => new Set(answers.flatMap(perAudience => perAudience[i] ?? [])).size)

test('security 42, M23: eight tabs with twenty calls for each of three audiences send one request for each token', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  test.setTimeout(60_000 + ROUNDS * 10_000)
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await callAll(page)
  const tabs = [page]
  while (tabs.length < TABS) tabs.push(await openTab(context, blank, options))
  for (let round = 0; round < ROUNDS; round++) {
    await expire(tabs)
    tenant.log.clear()
    const answers = await Promise.all(tabs.map(callAll))
    const sent = tenant.log.entries.filter(({ grantType }) => grantType === 'refresh_token')
    expect(oneTokenEach(answers)).toEqual([1, 1, 1])
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(sent.map(entry => entry.refreshTokenHash)).size).toBe(3)
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
  }
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('two clients of the same id on one page share one renewal', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await expire([page])
  tenant.log.clear()
  const tokens = await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    const clients = [new sdk.Auth0Client(given), new sdk.Auth0Client(given), window.auth0]
    return Promise.all(
      clients.flatMap(client => Array.from({ length: 10 }, () => client.getTokenSilently())),
    )
  }, options)
  expect(new Set(tokens).size).toBe(1)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})

test('tabs with tokens in memory have a family each, and none disturbs another', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, options)
  const tabs = [page]
  while (tabs.length < 4) tabs.push(await openTab(context, blank, options))
  tenant.log.clear()
  const renew = (tab: Page) =>
    tab.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }))
  for (let round = 0; round < 3; round++) {
    const tokens = await Promise.all(tabs.map(renew))
    expect(new Set(tokens).size).toBe(4)
  }
  const sent = tenant.log.entries.filter(({ grantType }) => grantType === 'refresh_token')
  expect(sent.map(({ status }) => status)).toEqual(Array(12).fill(200))
  expect(new Set(sent.map(entry => entry.refreshTokenHash)).size).toBe(12)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('a tab with tokens in memory that closes in the middle of a renewal leaves the others well', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, options)
  const other = await openTab(context, blank, options)
  const held = tenant.faults.hold({
    endpoint: 'token',
    grantType: 'refresh_token',
    when: 'after',
    times: 1,
  })
  await other.evaluate(() => {
    window.auth0.getTokenSilently({ cacheMode: 'off' }).catch(() => {})
  })
  await held.reached
  await other.close()
  expect(await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }))).toMatch(
    /^ey/,
  )
  held.release()
  expect(await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }))).toMatch(
    /^ey/,
  )
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})
