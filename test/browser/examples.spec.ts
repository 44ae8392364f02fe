import type { Page } from '@playwright/test'
import { expect, test, typeLogin } from './support/fixtures.ts'

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
