import { expect } from 'vitest'
import { optionsFor, STORED } from '../support/browser-clients.ts'
import {
  createClient,
  finishRedirect,
  isSignedIn,
  openLoginPopup,
  openTab,
  popupOutcome,
  signIn,
  signOut,
  startRedirect,
  submitLogin,
  tokenOrError,
  typeLogin,
  userName,
  waitForAnswer,
} from './support/actions.ts'
import { test } from './support/fixtures.ts'

test('signs in by redirect with one token request, no preflight and a clean address', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await openTab(browser, blank, options)
  expect(await isSignedIn(tab)).toBe(false)
  expect(tenant.log.entries).toEqual([])
  await startRedirect(tab, { appState: { returnTo: '/inbox' } })
  await typeLogin(tab)
  await waitForAnswer(tab)
  await createClient(tab, options)
  const result = await tab.evaluate(async () => ({
    callback: await window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
    user: await window.auth0.getUser(),
    token: await window.auth0.getTokenSilently(),
    address: location.href,
  }))
  expect(result).toEqual({
    callback: { appState: { returnTo: '/inbox' }, response_type: 'code' },
    user: expect.objectContaining({ name: 'Ada Lovelace' }),
    token: expect.stringMatching(/^ey/),
    address: blank,
  })
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(tenant.log.count({ method: 'OPTIONS' })).toBe(0)
})

test('signs in within a popup opened by a click, which closes afterwards', async ({
  browser,
  tenant,
  blank,
}) => {
  const tab = await openTab(browser, blank, optionsFor(tenant, blank))
  const popup = await openLoginPopup(browser, tab)
  await submitLogin(popup)
  expect(await popupOutcome(tab)).toBe('signed in')
  await popup.waitForClose()
  expect(await userName(tab)).toBe('Ada Lovelace')
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})

test('says cancelled when the user closes the popup, and the next click signs in', async ({
  browser,
  tenant,
  blank,
}) => {
  const tab = await openTab(browser, blank, optionsFor(tenant, blank))
  await (await openLoginPopup(browser, tab)).close()
  expect(await popupOutcome(tab)).toBe('PopupCancelledError cancelled')
  await submitLogin(await openLoginPopup(browser, tab))
  expect(await popupOutcome(tab)).toBe('signed in')
})

test('finds a session in memory again after a reload through one frame and one token request', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  const tab = await signIn(browser, blank, options)
  await tab.goto(blank)
  tenant.log.clear()
  await createClient(tab, options)
  expect(await userName(tab)).toBe('Ada Lovelace')
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'authorization_code' })).toBe(1)
  expect(tenant.log.entries).toHaveLength(2)
})

test('makes no request after a reload when tokens are in localStorage', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { cacheLocation: 'localstorage' })
  const tab = await signIn(browser, blank, options)
  await tab.goto(blank)
  tenant.log.clear()
  await createClient(tab, options)
  expect(await isSignedIn(tab)).toBe(true)
  expect(await tokenOrError(tab)).toMatch(/^ey/)
  expect(tenant.log.entries).toEqual([])
})

test('leaves nothing of the client in storage and cookies after a logout, and ends the session at the tenant', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  const tab = await signIn(browser, blank, options)
  const namesOfClient = () =>
    tab.evaluate(() => [
      ...Object.keys({ ...localStorage, ...sessionStorage }).filter(key => !/\.keys\./.test(key)),
      ...document.cookie.split('; ').filter(Boolean),
    ])
  expect((await namesOfClient()).length).toBeGreaterThan(2)
  await signOut(tab, blank)
  expect(await namesOfClient()).toEqual([])
  await createClient(tab, options)
  expect(await tokenOrError(tab)).toBe('error: login_required')
  // The tenant asks for the password again.
  await startRedirect(tab)
  await submitLogin(tab)
  await finishRedirect(tab, options)
  expect(await isSignedIn(tab)).toBe(true)
})
