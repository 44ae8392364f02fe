import type { Page } from '@playwright/test'
import type { PopupConfigOptions } from '../../../src/index.ts'

/** Begins a login in a popup; `popupOutcome` waits for its end, `window.loginError` is its error. */
export const openLoginPopup = async (
  page: Page,
  config: PopupConfigOptions = {},
): Promise<Page> => {
  const opened = page.waitForEvent('popup')
  await page.evaluate(given => {
    const login = window.auth0.loginWithPopup({}, given).then(
      () => 'signed in',
      error => {
        Object.assign(window, { loginError: error })
        return `${error.name} ${error.error}`
      },
    )
    Object.assign(window, { login })
  }, config)
  return opened
}

/** How the login in a popup ended: `signed in`, or name and code of the error. */
export const popupOutcome = (page: Page): Promise<string> =>
  page.evaluate(() => (window as unknown as { login: Promise<string> }).login)
