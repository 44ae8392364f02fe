import type { Page } from '@playwright/test'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, expect, test } from './support/fixtures.ts'

type Tenant = { url: string }

/** What must not happen on the page: errors, and anything its content security policy forbids. */
const watchProblems = (page: Page): string[] => {
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  return problems
}

/** A program without a browser, such as an application's own, or a thief's. */
const ask = async (
  tenant: Tenant,
  fields: Record<string, string>,
): Promise<{ status: number; refreshToken: string }> => {
  const answer = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: CLIENT_ID, ...fields }),
  })
  const { refresh_token: refreshToken = '' } = await answer.json()
  return { status: answer.status, refreshToken }
}

const logIn = (tenant: Tenant) =>
  ask(tenant, {
    grant_type: 'password',
    username: 'ada@example.com',
    password: 'lovelace',
    scope: 'openid offline_access',
  })

const exchange = (tenant: Tenant, refreshToken: string) =>
  ask(tenant, { grant_type: 'refresh_token', refresh_token: refreshToken })

const open = async (page: Page, tenant: Tenant): Promise<void> => {
  await page.goto(`${tenant.url}/dashboard`)
  await expect(page.locator('#connection')).toHaveText('Live')
}

const families = (page: Page) => page.locator('#families > li')
const tokens = (page: Page) => families(page).first().locator('.token')

test.beforeEach(async ({ tenant }) => {
  tenant.clients.push({ client_id: CLIENT_ID, origins: ['http://localhost:4000'] })
})

test('a stolen token is replayed and the family dies, without a reload', async ({
  page,
  tenant,
}) => {
  const problems = watchProblems(page)
  await open(page, tenant)
  await expect(page.getByText('No refresh token yet')).toBeVisible()
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))

  const { refreshToken: stolen } = await logIn(tenant)
  await expect(families(page)).toHaveCount(1)
  await expect(tokens(page)).toHaveText([/Sign-in.*active/s])

  const { refreshToken: second } = await exchange(tenant, stolen)
  await expect(tokens(page)).toHaveText([/Sign-in.*spent/s, /Exchange 1.*active/s])
  await exchange(tenant, second)
  await expect(tokens(page)).toHaveCount(3)

  expect((await exchange(tenant, stolen)).status).toBe(400)
  await expect(tokens(page)).toHaveText([
    /Sign-in.*spent.*Presented again.*reuse detected/s,
    /Exchange 1.*spent/s,
    /Exchange 2.*revoked/s,
  ])
  await expect(families(page).first()).toContainText('a spent token was used again')
  await expect(page.locator('#events li').first()).toContainText('Reuse detected')
  await expect(page.locator('#requests li').first()).toContainText('400')
  await expect(page.locator('#news')).toContainText('is revoked')
  await expect(page.locator('#families-count')).toHaveText('0 active · 1 ended')

  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true)
  expect(problems).toEqual([])
})

test('tokens issued within the leeway branch off, nested below their parent', async ({
  page,
  tenant,
}) => {
  tenant.settings.leewaySeconds = 60
  await open(page, tenant)
  const { refreshToken } = await logIn(tenant)
  await exchange(tenant, refreshToken)
  await exchange(tenant, refreshToken)

  const branch = tokens(page).first().locator('.branches .token')
  await expect(branch).toHaveCount(1)
  await expect(tokens(page)).toHaveCount(3)
  await expect(page.getByText('within the leeway').first()).toBeVisible()
})

test('a family is revoked and an application changed by keyboard alone', async ({
  page,
  tenant,
}) => {
  const { refreshToken } = await logIn(tenant)
  await open(page, tenant)

  const tabTo = async (name: string): Promise<void> => {
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      const focused = page.locator(':focus')
      const label = await focused.evaluate(
        element => (element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent,
      )
      if (label?.includes(name)) return
    }
    throw new Error(`No way to "${name}".`)
  }

  await tabTo('Revoke the family')
  await page.keyboard.press('Enter')
  await expect(families(page).first()).toContainText('revoked on this page')
  expect((await exchange(tenant, refreshToken)).status).toBe(400)

  await tabTo('Rotation')
  await page.keyboard.press('Space')
  await expect.poll(() => tenant.clients[0]?.refresh_token?.rotation_type).toBe('non-rotating')
  await tabTo('Leeway')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Tab')
  await expect.poll(() => tenant.clients[0]?.refresh_token?.leeway).toBe(1)
})

test('a change made elsewhere shows in the switches', async ({ page, tenant }) => {
  await open(page, tenant)
  await expect(page.getByLabel('Rotation')).toBeChecked()
  tenant.settings.rotation = false
  await expect(page.getByLabel('Rotation')).not.toBeChecked()
})

test('a long family is folded, and stays unfolded while it grows', async ({ page, tenant }) => {
  await open(page, tenant)
  let { refreshToken } = await logIn(tenant)
  for (let count = 0; count < 12; count += 1) {
    refreshToken = (await exchange(tenant, refreshToken)).refreshToken
  }
  await expect(page.getByText('8 more exchanges, all spent')).toBeVisible()
  await expect(page.getByText('Exchange 5', { exact: true })).toBeHidden()
  await page.locator('summary').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Exchange 5', { exact: true })).toBeVisible()

  await exchange(tenant, refreshToken)
  await expect(page.getByText('9 more exchanges, all spent')).toBeVisible()
  await expect(page.getByText('Exchange 5', { exact: true })).toBeVisible()
  await expect(page.locator('summary')).toBeFocused()
})

test('the page finds a tenant that was restarted, and its buttons still work', async ({ page }) => {
  const clients = [{ client_id: CLIENT_ID, origins: ['http://localhost:4000'] }]
  const first = await startTenant({ clients })
  await logIn(first)
  await open(page, first)
  await expect(families(page)).toHaveCount(1)

  await first.close()
  await expect(page.locator('#connection')).toHaveText('Reconnecting')
  const second = await startTenant({ clients, port: Number(new URL(first.url).port) })
  await expect(page.locator('#connection')).toHaveText('Live')
  await expect(families(page)).toHaveCount(0)
  const { refreshToken } = await logIn(second)
  await page.getByRole('button', { name: 'Revoke the family' }).click()
  await expect(families(page).first()).toContainText('revoked on this page')
  expect((await exchange(second, refreshToken)).status).toBe(400)
  await second.close()
})

test('only families that fit the choice are shown', async ({ page, tenant }) => {
  await logIn(tenant)
  const { refreshToken } = await logIn(tenant)
  await exchange(tenant, refreshToken)
  await exchange(tenant, refreshToken)
  await open(page, tenant)

  await expect(families(page).filter({ visible: true })).toHaveCount(2)
  await page.getByLabel('Show').selectOption('ended')
  await expect(families(page).filter({ visible: true })).toHaveText([/revoked/])
  await page.getByLabel('Show').selectOption('active')
  await expect(families(page).filter({ visible: true })).toHaveText([/Revoke the family/])
})

for (const width of [360, 1280]) {
  test(`nothing is wider than a page of ${width} px`, async ({ page, tenant }) => {
    await page.setViewportSize({ width, height: 800 })
    tenant.clients.push({
      client_id: 'an-application-with-a-very-long-identifier-without-any-spaces-in-it',
      origins: ['http://a-long-name-that-somebody-made-up.development.example.com:5173'],
    })
    tenant.settings.leewaySeconds = 60
    const { refreshToken } = await logIn(tenant)
    for (let count = 0; count < 4; count += 1) await exchange(tenant, refreshToken)
    await open(page, tenant)
    await expect(tokens(page)).toHaveCount(5)

    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(excess).toBe(0)
  })
}
