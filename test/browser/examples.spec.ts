import type { Page } from '@playwright/test'
import { startApi } from '../../examples/serve/start-api.js'
import { startApp } from '../../examples/serve/start-app.js'
import {
  AUDIENCE,
  test as base,
  CLIENT_ID,
  expect,
  submitLogin,
  typeLogin,
} from './support/fixtures.ts'

/** The example app with the API, as `npm start` starts them. */
const test = base.extend<{ appWithApi: Awaited<ReturnType<typeof startApp>> }>({
  appWithApi: async ({ tenant }, use) => {
    const origins: string[] = []
    tenant.clients.push({ client_id: CLIENT_ID, origins })
    const api = await startApi({ issuer: tenant.issuer, audience: AUDIENCE, origins })
    const { nonceSwitchUrl } = api
    const app = await startApp({
      tenantUrl: tenant.url,
      clientId: CLIENT_ID,
      apiUrl: api.url,
      nonceSwitchUrl,
    })
    origins.push(app.url)
    await use(app)
    await Promise.all([app.close(), api.close()])
  },
})

/** What must not happen on a page: errors, and anything its content security policy forbids. */
const watchProblems = (page: Page): string[] => {
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  return problems
}

const ready = (page: Page) => expect(page.locator('#main')).not.toHaveAttribute('aria-busy')

const choose = async (page: Page, testId: string): Promise<void> => {
  const reloaded = page.waitForEvent('load')
  // The boxes themselves are hidden behind what is drawn in their place. `check` would look at the
  // box again after the click, in the page that is being loaded, and click once more.
  await page.getByTestId(testId).click({ force: true })
  await reloaded
  await ready(page)
  await expect(page.getByTestId(testId)).toBeChecked()
}

const latestCall = (page: Page) => page.locator('#log li.entry[data-token-requests]').first()

test('the example app signs in and tells where each token came from', async ({
  page,
  app,
  tenant,
}) => {
  const problems = watchProblems(page)
  await page.goto(app.url)
  await ready(page)
  await choose(page, 'setting-localstorage')
  await choose(page, 'setting-refresh-tokens')
  await page.getByTestId('login').click()
  await typeLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await ready(page)
  expect(new URL(page.url()).search).toBe('')
  await expect(page.getByTestId('token-payload')).toContainText('https://api.example.com/')
  await expect(page.getByTestId('countdown')).toContainText(':')

  await page.getByTestId('get-token').click()
  await expect(latestCall(page)).toHaveAttribute('data-source', 'cache')
  await page.getByTestId('get-token-off').click()
  await expect(latestCall(page)).toHaveAttribute('data-source', 'refresh-token')
  await page.getByTestId('expire').click()
  await page.getByTestId('get-token').click()
  await expect
    .poll(() => tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' }))
    .toBe(2)
  await expect(page.getByTestId('countdown')).toContainText(/^2[34]:/)

  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(problems).toEqual([])
})

test('two tabs of the example app share one renewal', async ({ page, context, app, tenant }) => {
  await page.goto(app.url)
  await ready(page)
  await choose(page, 'setting-localstorage')
  await choose(page, 'setting-refresh-tokens')
  await page.getByTestId('login').click()
  await typeLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  const opened = context.waitForEvent('page')
  await page.getByTestId('second-tab').click()
  const second = await opened
  await ready(second)
  await expect(page.getByTestId('tab-count')).toContainText('2')
  tenant.log.clear()
  await page.getByTestId('renew-all').click()
  await expect(page.getByTestId('round-total')).toContainText('1 token request by 2 tabs')
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})

test('the example app shows access_denied when the user cancels', async ({ page, app }) => {
  await page.goto(app.url)
  await ready(page)
  await page.getByTestId('login').click()
  await page.locator('button[value=cancel]').click()
  await expect(page.getByTestId('error')).toContainText('access_denied')
  await expect(page.getByTestId('login')).toBeVisible()
})

/** What Chromium writes for each response with this status. */
const UNAUTHORIZED =
  'Failed to load resource: the server responded with a status of 401 (Unauthorized)'

/** The requests to the API of the latest call, as the log shows them. */
const apiRequests = (page: Page) =>
  latestCall(page).locator('.request').filter({ hasText: '/api/' })

test('the example app with DPoP shows proofs, a nonce round and a step-up by popup', async ({
  page,
  appWithApi: app,
}) => {
  const problems = watchProblems(page)
  await page.goto(app.url)
  await ready(page)
  await expect(page.getByTestId('proofs')).toBeHidden()
  await choose(page, 'setting-dpop')
  await page.getByTestId('login').click()
  await submitLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await expect(page.getByTestId('token-type')).toHaveText(/^DPoP, bound to the key [\w-]{43}$/)
  const proof = page.getByTestId('proof-token')
  await expect(proof).toContainText('POST /oauth/token')
  await expect(proof).toContainText('"typ": "dpop+jwt"')
  await expect(proof).toContainText('"htm": "POST"')

  await page.getByTestId('call-api').click()
  await expect(page.getByTestId('api-status')).toHaveText('200')
  await expect(page.getByTestId('api-note')).toBeHidden()
  await expect(page.getByTestId('proof-api')).toContainText('"ath"')
  await expect(page.getByTestId('proof-api')).not.toContainText('"nonce"')

  const changed = page.waitForResponse(/require-dpop-nonce/)
  await page.getByTestId('setting-nonce').click({ force: true })
  await changed
  await expect(page.getByTestId('setting-nonce')).toBeChecked()
  await page.getByTestId('call-api').click()
  await expect(page.getByTestId('api-note')).toContainText('Refused with use_dpop_nonce')
  await expect(page.getByTestId('api-status')).toHaveText('200')
  await expect(page.getByTestId('proof-api')).toContainText('"nonce"')
  await expect(apiRequests(page)).toHaveText([/DPoP.*401.*use_dpop_nonce/, /DPoP.*200/])
  await page.getByTestId('call-api').click()
  await expect(page.getByTestId('api-note')).toContainText('nonce of an earlier response')
  await expect(apiRequests(page)).toHaveText([/DPoP.*200/])
  expect(problems.splice(0)).toEqual([UNAUTHORIZED])

  await page.getByTestId('step-up').click()
  await expect(page.getByTestId('api-status')).toHaveText('401')
  await expect(page.getByTestId('api-answer')).toContainText('"acr_values"')
  await expect(page.getByTestId('api-answer')).toContainText('"max_age": 300')
  const popup = page.waitForEvent('popup')
  await page.getByTestId('step-up-popup').click()
  await submitLogin(await popup)
  await expect(page.getByTestId('api-status')).toHaveText('200')
  await expect(page.getByTestId('api-answer')).toContainText('multi-factor')
  await expect(page.getByTestId('step-up-popup')).toBeHidden()
  await expect(page.getByTestId('token-type')).toContainText('DPoP, bound to the key')
  await expect(page.getByTestId('error')).toBeEmpty()
  expect(problems).toEqual([UNAUTHORIZED])
})

test('the example app steps up by redirect and repeats its call', async ({
  page,
  appWithApi: app,
}) => {
  const problems = watchProblems(page)
  await page.goto(app.url)
  await page.getByTestId('login').click()
  await submitLogin(page)
  await expect(page.getByTestId('token-type')).toHaveText('Bearer, not bound to a key')
  await page.getByTestId('step-up').click()
  await expect(page.getByTestId('api-status')).toHaveText('401')
  await page.getByTestId('step-up-redirect').click()
  await submitLogin(page)
  await expect(page.getByTestId('api-status')).toHaveText('200')
  await expect(page.getByTestId('api-answer')).toContainText('multi-factor')
  await expect(page.getByTestId('proofs')).toBeHidden()
  expect(problems).toEqual([UNAUTHORIZED])
})

test('the example app offers online access only with refresh tokens and DPoP', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  await ready(page)
  await expect(page.getByTestId('setting-online-access')).toBeDisabled()
  await choose(page, 'setting-refresh-tokens')
  await expect(page.getByTestId('setting-online-access')).toBeDisabled()
  await choose(page, 'setting-dpop')
  await choose(page, 'setting-online-access')
  const asked = page.waitForRequest(/\/authorize\?.*online_access/)
  await page.getByTestId('login').click()
  await asked
  await submitLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await page.getByTestId('get-token-off').click()
  await expect(latestCall(page)).toHaveAttribute('data-source', 'refresh-token')

  const reloaded = page.waitForEvent('load')
  await page.getByTestId('setting-dpop').click({ force: true })
  await reloaded
  await ready(page)
  await expect(page.getByTestId('setting-online-access')).toBeDisabled()
  await expect(page.getByTestId('setting-online-access')).not.toBeChecked()
  await expect(page.getByTestId('error')).toBeEmpty()
})

test("the script-tag page runs the sample of the product's documents", async ({
  page,
  app,
  tenant,
}) => {
  const problems = watchProblems(page)
  await page.goto(`${app.url}/script-tag/`)
  await page.getByTestId('login').click()
  await typeLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await expect(page.getByTestId('token')).not.toBeEmpty()
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(problems).toEqual([])
})
