import { expect } from 'vitest'
import { MEMORY, optionsFor } from '../support/browser-clients.ts'
import { openTab, signIn, tokenOrError } from './support/actions.ts'
import type { Tab } from './support/browser.ts'
import { test } from './support/fixtures.ts'

/**
 * Leaves the page, which then notes whether it comes back as it was. Firefox keeps no page that has a
 * lock, or whose work is not done yet.
 */
const leave = async (tab: Tab, blank: string): Promise<void> => {
  await tab.evaluate(async () => {
    const nextFrame = () => new Promise(resolve => requestAnimationFrame(resolve))
    do await nextFrame()
    while ((await navigator.locks.query()).held?.length)
    await nextFrame()
    addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))
  })
  await tab.goto(`${blank}sdk.js`)
}

const comeBack = async (tab: Tab, blank: string): Promise<void> => {
  await tab.back()
  await tab.waitFor(to => location.href === to && document.readyState === 'complete', blank)
}

const cameFromCache = (tab: Tab): Promise<boolean> =>
  tab.evaluate(() => (window as unknown as { persisted?: boolean }).persisted === true)

test('a page from the back/forward cache goes on with its session', async ({
  browser,
  tenant,
  blank,
}) => {
  const tab = await signIn(browser, blank, optionsFor(tenant, blank, MEMORY))
  await leave(tab, blank)
  await comeBack(tab, blank)
  expect(await cameFromCache(tab)).toBe(true)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
})

test('a page from the back/forward cache has forgotten what another tab signed out of', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  const tab = await signIn(browser, blank, options)
  await leave(tab, blank)
  const other = await openTab(browser, blank, options)
  await other.evaluate(() => window.auth0.logout({ openUrl: false }))
  await comeBack(tab, blank)
  // The browser may have given the page up when it heard of the sign-out; then nothing is left.
  if (await tab.evaluate(() => 'auth0' in window)) {
    expect(await cameFromCache(tab)).toBe(true)
    await tab.waitFor(async () => !(await window.auth0.isAuthenticated()))
    expect(await tokenOrError(tab, 'cache-only')).toBeUndefined()
  } else {
    expect(await cameFromCache(tab)).toBe(false)
  }
})
