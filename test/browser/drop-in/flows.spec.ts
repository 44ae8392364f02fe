import type { Page } from '@playwright/test'
import { AUDIENCE, submitLogin } from '../support/fixtures.ts'
import { APP_NAMES, type AppName, type SdkName } from './support/apps.js'
import { expect, isSignedIn, shown, test } from './support/fixtures.ts'

// A build comes first.
test.setTimeout(60_000)

/** With the reference, the page shows that it asks for the right things. */
const CASES: { app: AppName; sdk: SdkName }[] = [
  { app: 'page', sdk: 'auth0-spa-js' },
  ...APP_NAMES.map(app => ({ app, sdk: 'latchkey' as const })),
]

const claimsOf = (token = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const watchProblems = (page: Page): string[] => {
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  return problems
}

for (const { app, sdk } of CASES) {
  test.describe(`an application for auth0-spa-js (${app}) that got ${sdk}`, () => {
    test('is refused, signs in, renews, finds its session after a reload and signs out', async ({
      page,
      tenant,
      built,
      serve,
    }) => {
      const problems = watchProblems(page)
      const build = await built(app, sdk)
      await page.goto((await serve(build)).url)
      await expect(shown(page, 'status')).toHaveText('signed out')

      await shown(page, 'login').click()
      await page.locator('button[value=cancel]').click()
      await expect(shown(page, 'error')).toHaveText(/access_denied|denied/)
      await expect(shown(page, 'status')).toHaveText('signed out')

      await shown(page, 'login').click()
      await submitLogin(page)
      await isSignedIn(page)
      await expect(shown(page, 'state')).toHaveText('here')
      expect(new URL(page.url()).search).toBe('')
      expect(tenant.log.count({ endpoint: 'token', method: 'POST' })).toBe(1)

      await shown(page, 'token').click()
      await expect(shown(page, 'held')).toHaveText(/^ey/)
      const first = (await shown(page, 'held').textContent()) ?? ''
      expect(claimsOf(first).aud).toContain(AUDIENCE)
      expect(tenant.log.count({ endpoint: 'token', method: 'POST' })).toBe(1)

      await shown(page, 'renewal').click()
      await expect(shown(page, 'held')).not.toHaveText(first)
      expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(1)

      await page.reload()
      await isSignedIn(page)
      expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none', status: 200 })).toBe(1)

      await shown(page, 'logout').click()
      await expect(shown(page, 'status')).toHaveText('signed out')
      expect(tenant.log.count({ endpoint: 'logout' })).toBe(1)

      const opened = page.waitForEvent('popup')
      await shown(page, 'popup').click()
      await submitLogin(await opened)
      await isSignedIn(page)
      expect(problems).toEqual([])
    })
  })
}
