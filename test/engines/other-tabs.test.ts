import { expect } from 'vitest'
import { GRACE, MEMORY, optionsFor, STORED } from '../support/browser-clients.ts'
import {
  heldRefreshTokens,
  isSignedIn,
  openTab,
  signIn,
  signInAgain,
  signOut,
  tokenOrError,
  userName,
} from './support/actions.ts'
import { test } from './support/fixtures.ts'

for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`a sign-out in one tab reaches every other, with tokens in ${place}`, async ({
    browser,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    const tab = await signIn(browser, blank, given)
    const others = [await openTab(browser, blank, given), await openTab(browser, blank, given)]
    for (const other of others) expect(await isSignedIn(other)).toBe(true)
    await signOut(tab, blank)
    for (const other of others) {
      await other.waitFor(async () => !(await window.auth0.isAuthenticated()))
      expect(await tokenOrError(other)).toBe('error: login_required')
      expect(await tokenOrError(other, 'off')).toBe('error: login_required')
    }
    expect(await heldRefreshTokens(tab)).toEqual([])
  })

  test(`a renewal under way elsewhere ends with the session, and its answer is not taken in, with tokens in ${place}`, async ({
    browser,
    tenant,
    blank,
  }) => {
    const given = optionsFor(tenant, blank, options)
    const tab = await signIn(browser, blank, given)
    const other = await openTab(browser, blank, given)
    const held = tenant.faults.hold({
      endpoint: 'token',
      grantType: 'refresh_token',
      when: 'after',
      times: 1,
    })
    const renewal = tokenOrError(other, 'off')
    await held.reached
    await tab.evaluate(() => window.auth0.logout({ openUrl: false }))
    expect(await renewal).toBe('error: login_required')
    held.release()
    expect(await isSignedIn(other)).toBe(false)
    expect(await heldRefreshTokens(other)).toEqual([])
  })
}

test('when somebody else signs in in one tab, no other that shares the storage gives out tokens of the user before', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  const tab = await signIn(browser, blank, options)
  const other = await openTab(browser, blank, options)
  const tokenOfAda = await tokenOrError(other)
  await signInAgain(tab, options, GRACE)
  expect(await userName(tab)).toBe('Grace Hopper')
  await other.waitFor(async () => (await window.auth0.getUser())?.name === 'Grace Hopper')
  expect(await tokenOrError(other)).not.toBe(tokenOfAda)
})

test('a session in memory stays that of its user when somebody else signs in in another tab', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  const tab = await signIn(browser, blank, options)
  const other = await openTab(browser, blank, options)
  const tokenOfAda = await tokenOrError(other)
  await signInAgain(tab, options, GRACE)
  expect(await userName(tab)).toBe('Grace Hopper')
  expect(await userName(other)).toBe('Ada Lovelace')
  expect(await tokenOrError(other)).toBe(tokenOfAda)
})
