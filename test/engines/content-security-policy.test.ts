import { readFileSync } from 'node:fs'
import { expect, vi } from 'vitest'
import { MEMORY, optionsFor } from '../support/browser-clients.ts'
import {
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
  waitForAnswer,
} from './support/actions.ts'
import type { Tab } from './support/browser.ts'
import { test } from './support/fixtures.ts'

/** The policy that the readme gives to copy, with an address for reports of violations. */
const policyFor = (tenantUrl: string): string => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [line = ''] = /^default-src 'none'; script-src.*$/m.exec(readme) ?? []
  expect(line).toContain('<tenant>')
  return `${line.replaceAll('<tenant>', tenantUrl)}; report-uri /reports`
}

/** Notes the requests of the page itself, so that those of the worker can be told from them. */
const noteFetches = (tab: Tab): Promise<void> =>
  tab.evaluate(() => {
    const fetched: unknown[] = []
    const fetchOfPage = window.fetch
    window.fetch = (...call) => {
      fetched.push(call[1]?.method)
      return fetchOfPage(...call)
    }
    Object.assign(window, { fetched })
  })

const methodsFetched = (tab: Tab): Promise<string[]> =>
  tab.evaluate(() => (window as unknown as { fetched: string[] }).fetched)

/** Breaks the policy on purpose: reports come in order, so with its report all others have come. */
const expectNoOtherViolation = async (tab: Tab, reports: string[]): Promise<void> => {
  await tab.evaluate(() => {
    document.body.append(Object.assign(new Image(), { src: '/on-purpose.png' }))
  })
  await vi.waitFor(() => expect(reports.join('\n')).toContain('on-purpose.png'), {
    timeout: 20_000,
    interval: 20,
  })
  // WebKit asks for the icon of a site by itself.
  expect(reports.filter(report => !report.includes('/favicon.ico'))).toHaveLength(1)
}

test('under the policy of the readme everything from login to logout works, and nothing is violated', async ({
  browser,
  tenant,
  site,
  blank,
}) => {
  site.policy = policyFor(tenant.url)
  const workerUrl = `${blank}dist/auth0-spa-js.worker.production.js`
  const options = optionsFor(tenant, blank, { ...MEMORY, workerUrl })
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab)
  await submitLogin(tab)
  await waitForAnswer(tab)
  await noteFetches(tab)
  await finishRedirect(tab, options)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(new Set(await methodsFetched(tab))).toEqual(new Set(['GET']))
  await tab.evaluate(() => window.auth0.revokeRefreshToken())
  expect(tenant.log.count({ endpoint: 'revoke', status: 200 })).toBe(1)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  await signOut(tab, blank)
  const popupTab = await openTab(browser, blank, options)
  await submitLogin(await openLoginPopup(browser, popupTab))
  expect(await popupOutcome(popupTab)).toBe('signed in')
  expect(await isSignedIn(popupTab)).toBe(true)
  await expectNoOtherViolation(popupTab, site.reports)
})

test('the worker made from text starts where "blob:" and "trusted-types latchkey" are allowed', async ({
  browser,
  tenant,
  site,
  blank,
}) => {
  site.policy = `${policyFor(tenant.url).replace("worker-src 'self'", 'worker-src blob:')}; trusted-types latchkey`
  const options = optionsFor(tenant, blank, MEMORY)
  const tab = await openTab(browser, blank, options)
  await startRedirect(tab)
  await submitLogin(tab)
  await waitForAnswer(tab)
  await noteFetches(tab)
  await finishRedirect(tab, options)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(new Set(await methodsFetched(tab))).toEqual(new Set(['GET']))
  await expectNoOtherViolation(tab, site.reports)
})

test('where the policy forbids the worker, refresh tokens stay in the page and renewals work', async ({
  browser,
  tenant,
  site,
  blank,
}) => {
  site.policy = policyFor(tenant.url)
  const tab = await signIn(browser, blank, optionsFor(tenant, blank, MEMORY))
  await noteFetches(tab)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  expect(await methodsFetched(tab)).toEqual(['POST'])
  await vi.waitFor(() => expect(site.reports.join('\n')).toContain('worker-src'))
})
