import { expect } from 'vitest'
import { optionsFor } from '../support/browser-clients.ts'
import {
  createClient,
  isSignedIn,
  openTab,
  startRedirect,
  submitLogin,
  tokenOrError,
  waitForAnswer,
  waitForLogin,
} from './support/actions.ts'
import type { Tab } from './support/browser.ts'
import { test } from './support/fixtures.ts'

/** The result of the callback, or the code of its error. */
const handle = (tab: Tab, url: string): Promise<unknown> =>
  tab.evaluate(
    to => window.auth0.handleRedirectCallback(to).catch(error => error.error as string),
    url,
  )

test('refuses an answer with a foreign state or none, and the real one still signs in', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await openTab(browser, blank, options)
  expect(await handle(tab, `${blank}?code=x&state=y`)).toBe('missing_transaction')
  await startRedirect(tab)
  await submitLogin(tab)
  await waitForAnswer(tab)
  await createClient(tab, options)
  for (const query of ['code=x&state=y', 'code=x', 'error=access_denied&state=y']) {
    expect(await handle(tab, `${blank}?${query}`)).toBe('state_mismatch')
  }
  expect(tenant.log.count({ endpoint: 'token' })).toBe(0)
  const answer = await tab.evaluate(() => location.href)
  expect(await handle(tab, answer)).toEqual({ response_type: 'code' })
  expect(await isSignedIn(tab)).toBe(true)
})

test('handles the same answer once when it is given twice at the same time', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab, { appState: 'here' })
  await submitLogin(tab)
  await waitForAnswer(tab)
  await createClient(tab, options)
  const results = await tab.evaluate(() =>
    Promise.all([window.auth0.handleRedirectCallback(), window.auth0.handleRedirectCallback()]),
  )
  expect(results).toEqual(Array(2).fill({ appState: 'here', response_type: 'code' }))
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(await tokenOrError(tab)).toMatch(/^ey/)
})

test('gives access_denied and the state of the application when the user cancels', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab, { appState: 'here' })
  await waitForLogin(tab)
  await tab.click('button[value=cancel]')
  await waitForAnswer(tab, 'error')
  await createClient(tab, options)
  const error = await tab.evaluate(() =>
    window.auth0
      .handleRedirectCallback()
      .then(() => undefined)
      .catch(({ name, error, appState }) => ({ name, error, appState })),
  )
  expect(error).toEqual({ name: 'AuthenticationError', error: 'access_denied', appState: 'here' })
  expect(await isSignedIn(tab)).toBe(false)
})
