import { expect, optionsFor, signIn, test } from '../support/fixtures.ts'
import { callOnce, outcomeOf, STORED, startCall } from '../support/tabs.ts'
import { comeBack, handle } from '../support/witness.ts'

test('security M15: a key replaced since the last token costs one request for the keys', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  expect(tenant.log.count({ endpoint: 'jwks' })).toBe(1)
  await tenant.keys.rotate({ keepOld: false })
  tenant.log.clear()
  expect(await callOnce(page)).toHaveProperty('token')
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.log.count({ endpoint: 'jwks' })).toBe(1)
})

test('security M15: a key replaced just before it signs is fetched as well', async ({
  page,
  tenant,
  blank,
}) => {
  await comeBack(page, blank, optionsFor(tenant, blank, STORED))
  const held = tenant.faults.hold({ endpoint: 'token', when: 'before', times: 1 })
  const keys = page.waitForResponse(response => response.url().endsWith('/jwks.json'))
  const login = handle(page, page.url())
  // The keys came while the tenant has yet to sign.
  await Promise.all([held.reached, keys])
  await tenant.keys.rotate({ keepOld: false })
  held.release()
  expect(await login).toBe('signed in')
  expect(tenant.log.count({ endpoint: 'jwks' })).toBe(2)
})

test('security M15: keys that are never published cause few requests for keys, and none of the tokens is taken in', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  const before = await page.evaluate(() => window.auth0.getTokenSilently())
  tenant.log.clear()
  const remove: (() => void)[] = []
  for (let round = 0; round < 6; round++) {
    const header = { kid: `unknown-${round}` }
    remove.push(tenant.faults.add({ endpoint: 'token', idToken: { header }, times: 1 }))
    expect(await callOnce(page)).toMatchObject({ error: 'invalid_token' })
  }
  expect(tenant.log.count({ endpoint: 'jwks' })).toBe(1)
  expect(await page.evaluate(() => window.auth0.getTokenSilently())).toBe(before)
  expect(await callOnce(page)).toHaveProperty('token')
})

test('security 34: where the keys cannot be had nothing is taken in, but the refresh token that came', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  const before = await page.evaluate(() => window.auth0.getTokenSilently())
  await tenant.keys.rotate({ keepOld: false })
  const remove = tenant.faults.add({ endpoint: 'jwks', drop: 'before' })
  await startCall(page)
  expect(await outcomeOf(page)).toMatchObject({ error: 'jwks_unavailable' })
  expect(await page.evaluate(() => window.auth0.getTokenSilently())).toBe(before)
  remove()
  expect(await callOnce(page)).toHaveProperty('token')
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})
