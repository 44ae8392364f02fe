import type { Page } from '@playwright/test'
import { createClient, expect, optionsFor, submitLogin, test } from '../support/fixtures.ts'
import { openLoginPopup, popupOutcome } from '../support/popups.ts'
import {
  comeBack,
  expectNoSession,
  handle,
  openWitness,
  tokenRequests,
} from '../support/witness.ts'

/** Counts the listeners that the page has for messages. */
const countListeners = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const count = { listeners: 0 }
    Object.assign(window, { count })
    const { addEventListener: add, removeEventListener: remove } = window
    window.addEventListener = (...call: Parameters<typeof add>) => {
      if (call[0] === 'message') count.listeners++
      add.apply(window, call)
    }
    window.removeEventListener = (...call: Parameters<typeof remove>) => {
      if (call[0] === 'message') count.listeners--
      remove.apply(window, call)
    }
  })

const listeners = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { count: { listeners: number } }).count.listeners)

test('security M27: a page that keeps its popups to itself signs in with one', async ({
  page,
  tenant,
  site,
  blank,
}) => {
  site.headers['Cross-Origin-Opener-Policy'] = 'same-origin-allow-popups'
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  await submitLogin(await openLoginPopup(page))
  expect(await popupOutcome(page)).toBe('signed in')
})

test('security M27: a login page that cuts itself off from its opener ends in an error, and a redirect signs in', async ({
  page,
  tenant,
  blank,
}) => {
  await countListeners(page)
  const options = optionsFor(tenant, blank)
  await page.goto(blank)
  await createClient(page, options)
  const witness = await openWitness(page, blank)
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin' }
  tenant.faults.add({ endpoint: 'login', headers })
  await openLoginPopup(page)
  expect(await popupOutcome(page)).toBe('PopupCancelledError cancelled')
  expect(await listeners(page)).toBe(0)
  await expectNoSession(page, witness)
  await comeBack(page, blank, options)
  expect(await handle(page, page.url())).toBe('signed in')
})

test('security M27: who closes the popup, or is too slow, leaves nothing behind, and a late answer is not taken in', async ({
  page,
  tenant,
  blank,
}) => {
  await countListeners(page)
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  const witness = await openWitness(page, blank)
  await (await openLoginPopup(page)).close()
  expect(await popupOutcome(page)).toBe('PopupCancelledError cancelled')
  expect(await listeners(page)).toBe(0)

  const popup = await openLoginPopup(page, { timeoutInSeconds: 0.5 })
  expect(await popupOutcome(page)).toBe('PopupTimeoutError timeout')
  expect(await listeners(page)).toBe(0)
  const late = page.evaluate(
    () => new Promise(resolve => addEventListener('message', ({ data }) => resolve(data.type))),
  )
  await submitLogin(popup)
  expect(await late).toBe('authorization_response')
  await expectNoSession(page, witness)
  expect(tokenRequests(tenant)).toBe(0)
})
