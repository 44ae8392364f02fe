import { test as base, expect } from '@playwright/test'
import { createTestTenant } from 'latchkey/testing'
import { startApp } from '../../serve/start-app.js'

/**
 * @typedef {object} OurFixtures
 * @property {import('latchkey/testing').TestTenant} tenant
 * @property {{ url: string }} app
 */

/**
 * The example app in a browser, with a tenant that is part of the test: a route responds to the
 * page's requests. Logins navigate and the hidden iframe loads, but there is no server to start and
 * no password to type, and the test controls the tenant.
 *
 * @type {import('@playwright/test').Fixtures<OurFixtures, {}, import('@playwright/test').PlaywrightTestArgs>}
 */
const fixtures = {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  tenant: async ({}, use) => {
    await use(createTestTenant({ clientId: 'example-app' }))
  },
  app: async ({ context, tenant }, use) => {
    await context.route(`https://${tenant.domain}/**`, async route => {
      const request = route.request()
      await route.fulfill(
        await tenant.respond({
          method: request.method(),
          url: request.url(),
          body: request.postData(),
        }),
      )
    })
    const app = await startApp({ tenantUrl: `https://${tenant.domain}` })
    await use(app)
    await app.close()
  },
}

const test = base.extend(fixtures)

test('a user signs in, and is still signed in after a reload', async ({ page, app, tenant }) => {
  await page.goto(app.url)
  await page.getByTestId('login').click()
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  const logins = tenant.requests.filter(({ endpoint }) => endpoint === 'authorize')
  expect(logins.map(({ parameters }) => parameters.prompt)).toEqual([undefined, 'none'])
})

test('a user whose session has ended is asked to sign in again', async ({ page, app, tenant }) => {
  await page.goto(app.url)
  await page.getByTestId('login').click()
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  tenant.signOut()
  await page.getByTestId('get-token-off').click()
  await expect(page.getByTestId('error')).toContainText('login_required')
  await expect(page.getByTestId('login')).toBeVisible()
})

test('the error of a login that the tenant rejects is shown', async ({ page, app, tenant }) => {
  tenant.fail('authorize', { error: 'access_denied', error_description: 'Not on the list.' })
  await page.goto(app.url)
  await page.getByTestId('login').click()
  await expect(page.getByTestId('error')).toContainText('Not on the list.')
})

test('another user can sign in', async ({ page, app, tenant }) => {
  tenant.user = { sub: 'auth0|grace', name: 'Grace Hopper' }
  await page.goto(app.url)
  await page.getByTestId('login').click()
  await expect(page.getByTestId('user-name')).toHaveText('Grace Hopper')
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(tenant.isSignedIn).toBe(false)
})
