import { submitLogin } from '../support/fixtures.ts'
import { expect, isSignedIn, shown, test } from './support/fixtures.ts'

// A build comes first.
test.setTimeout(60_000)

const STORED = { cacheLocation: 'localstorage' }

test('a user who signed in with auth0-spa-js stays signed in with this SDK, and back again', async ({
  page,
  tenant,
  built,
  serve,
}) => {
  const before = await built('page', 'auth0-spa-js')
  const after = await built('page', 'latchkey')
  const site = await serve(before, STORED)
  await page.goto(site.url)
  await shown(page, 'login').click()
  await submitLogin(page)
  await isSignedIn(page)
  tenant.log.clear()

  const use = async (app: typeof before): Promise<void> => {
    site.app = app
    await page.reload()
    await isSignedIn(page)
  }
  // Each finds the session, and renews with the refresh token that the other has stored last.
  for (const app of [after, before, after, before]) {
    await use(app)
    await shown(page, 'renewal').click()
    await expect(shown(page, 'held')).toHaveText(/^ey/)
  }
  expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(4)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])

  // What one signs out, the other does not find.
  await use(after)
  await shown(page, 'logout').click()
  await expect(shown(page, 'status')).toHaveText('signed out')
  site.app = before
  await page.reload()
  await expect(shown(page, 'status')).toHaveText('signed out')
})

test('a login begun with auth0-spa-js is finished by this SDK, when it came in between', async ({
  page,
  tenant,
  built,
  serve,
}) => {
  const site = await serve(await built('page', 'auth0-spa-js'), STORED)
  await page.goto(site.url)
  await shown(page, 'login').click()
  site.app = await built('page', 'latchkey')
  await submitLogin(page)
  await isSignedIn(page)
  await expect(shown(page, 'state')).toHaveText('here')
  expect(tenant.log.count({ endpoint: 'token', status: 200 })).toBe(1)
})
