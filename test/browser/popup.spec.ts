import type { Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import { createClient, expect, optionsFor, submitLogin, test } from './support/fixtures.ts'

/** A page with a client and the button. */
const prepare = async (
  page: Page,
  blank: string,
  options: Auth0ClientOptions,
  config: object = {},
): Promise<void> => {
  await page.goto(blank)
  await createClient(page, options)
  await addButton(page, config)
}

/** A button whose click opens the popup, as browsers demand, and what came of it in `data-result`. */
const addButton = (page: Page, config: object): Promise<void> =>
  page.evaluate(given => {
    const button = document.createElement('button')
    button.textContent = 'Sign in'
    button.onclick = () => {
      delete button.dataset.result
      window.auth0
        .loginWithPopup({}, given)
        .then(() => 'signed in')
        .catch(({ name, error }) => `${name} ${error}`)
        .then(result => {
          button.dataset.result = result
        })
    }
    document.body.append(button)
  }, config)

const button = (page: Page) => page.getByRole('button', { name: 'Sign in' })

const open = async (page: Page): Promise<Page> => {
  const opened = page.waitForEvent('popup')
  await button(page).click()
  return opened
}

test('signs in within a popup opened by the click, which closes afterwards', async ({
  page,
  tenant,
  blank,
}) => {
  await prepare(page, blank, optionsFor(tenant, blank))
  const popup = await open(page)
  const closed = popup.waitForEvent('close')
  await submitLogin(popup)
  await expect(button(page)).toHaveAttribute('data-result', 'signed in')
  await closed
  expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({ name: 'Ada Lovelace' })
  expect(page.url()).toBe(blank)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})

test('gives the access token of a login in a popup', async ({ page, tenant, blank }) => {
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  const opened = page.waitForEvent('popup')
  const token = page.evaluate(() => window.auth0.getTokenWithPopup())
  await submitLogin(await opened)
  expect(await token).toMatch(/^ey/)
})

test('leaves the window to the application when asked to', async ({ page, tenant, blank }) => {
  await prepare(page, blank, optionsFor(tenant, blank), { closePopup: false })
  const popup = await open(page)
  // The page of the tenant would close itself: the message is what counts here.
  await submitLogin(popup)
  await expect(button(page)).toHaveAttribute('data-result', 'signed in')
})

test('security 58: says cancelled when the user closes the window, and can be tried again', async ({
  page,
  tenant,
  blank,
}) => {
  await prepare(page, blank, optionsFor(tenant, blank))
  await (await open(page)).close()
  await expect(button(page)).toHaveAttribute('data-result', 'PopupCancelledError cancelled')
  await submitLogin(await open(page))
  await expect(button(page)).toHaveAttribute('data-result', 'signed in')
})

test('says timeout when no answer comes in time, and leaves the window open', async ({
  page,
  tenant,
  blank,
}) => {
  await prepare(page, blank, optionsFor(tenant, blank), { timeoutInSeconds: 0.5 })
  const popup = await open(page)
  await expect(button(page)).toHaveAttribute('data-result', 'PopupTimeoutError timeout')
  expect(popup.isClosed()).toBe(false)
})

test('gives access_denied when the user cancels at the login page', async ({
  page,
  tenant,
  blank,
}) => {
  await prepare(page, blank, optionsFor(tenant, blank))
  const popup = await open(page)
  await popup.locator('button[value=cancel]').click()
  await expect(button(page)).toHaveAttribute('data-result', 'GenericError access_denied')
})

test('a second click joins the login in the open window, and other parameters take the window over', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  await prepare(page, blank, optionsFor(tenant, blank))
  const popup = await open(page)
  await popup.locator('[name=email]').waitFor()
  const first = popup.url()
  await page.bringToFront()
  await button(page).click()
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
  expect(context.pages()).toHaveLength(2)
  const token = page.evaluate(() =>
    window.auth0.getTokenWithPopup({ authorizationParams: { scope: 'openid read:x' } }),
  )
  await expect(button(page)).toHaveAttribute('data-result', 'PopupCancelledError cancelled')
  expect(context.pages()).toHaveLength(2)
  await popup.waitForURL(({ href, pathname }) => pathname.startsWith('/login/') && href !== first)
  await submitLogin(popup)
  expect(await token).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
})
