import type { Page } from '@playwright/test'
import {
  expect,
  GRACE,
  optionsFor,
  signIn,
  signInAgain,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { heldRefreshTokens, MEMORY, openTab, outcomeOf, STORED, startCall } from './support/tabs.ts'

const isSignedIn = (page: Page) => page.evaluate(() => window.auth0.isAuthenticated())
const userName = (page: Page) => page.evaluate(async () => (await window.auth0.getUser())?.name)

/** Signs out here and at the tenant, and comes back to the page. */
const signOut = async (page: Page, blank: string): Promise<void> => {
  const back = page.waitForEvent('framenavigated', frame => frame.url() === blank)
  await page.evaluate(
    returnTo => window.auth0.logout({ logoutParams: { returnTo } }),
    new URL(blank).origin,
  )
  await back
}

for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`a sign-out in one tab reaches every other, with tokens in ${place}`, async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    await signIn(page, blank, given)
    const others = [await openTab(context, blank, given), await openTab(context, blank, given)]
    for (const tab of others) expect(await isSignedIn(tab)).toBe(true)
    await signOut(page, blank)
    for (const tab of others) {
      await expect.poll(() => isSignedIn(tab)).toBe(false)
      expect(await tokenOrError(tab)).toBe('error: login_required')
      expect(await tokenOrError(tab, 'off')).toBe('error: login_required')
    }
    expect(await heldRefreshTokens(page)).toEqual([])
  })

  test(`a renewal under way elsewhere ends with the session, and its answer is not taken in, with tokens in ${place}`, async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    await signIn(page, blank, given)
    const other = await openTab(context, blank, given)
    const held = tenant.faults.hold({
      endpoint: 'token',
      grantType: 'refresh_token',
      when: 'after',
      times: 1,
    })
    await startCall(other)
    await held.reached
    await page.evaluate(() => window.auth0.logout({ openUrl: false }))
    expect(await outcomeOf(other)).toMatchObject({
      error: 'login_required',
      message: 'The session ended while the call was in progress',
    })
    held.release()
    await expect.poll(() => isSignedIn(other)).toBe(false)
    expect(await heldRefreshTokens(other)).toEqual([])
  })
}

test('when somebody else signs in in one tab no other that shares the storage gives out tokens of the user before', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const given = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, given)
  const other = await openTab(context, blank, given)
  const tokenOfAda = await tokenOrError(other)
  expect(await userName(other)).toBe('Ada Lovelace')
  await signInAgain(page, blank, given, GRACE)
  expect(await userName(page)).toBe('Grace Hopper')
  await expect.poll(() => userName(other)).toBe('Grace Hopper')
  expect(await tokenOrError(other)).not.toBe(tokenOfAda)
  expect(await userName(other)).toBe('Grace Hopper')
})

test('a session in memory stays that of its user when somebody else signs in in another tab', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const given = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, given)
  const other = await openTab(context, blank, given)
  const tokenOfAda = await tokenOrError(other)
  await signInAgain(page, blank, given, GRACE)
  expect(await userName(page)).toBe('Grace Hopper')
  expect(await userName(other)).toBe('Ada Lovelace')
  expect(await tokenOrError(other)).toBe(tokenOfAda)
})

test('the worker forgets its refresh token when another tab signs out', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const given = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, given)
  const other = await openTab(context, blank, given)
  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  await expect.poll(() => isSignedIn(other)).toBe(false)
  tenant.log.clear()
  await tokenOrError(other)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(0)
})
