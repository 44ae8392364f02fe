import { chromiumOptions } from '../support/chromium.js'
import { expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'
import { MEMORY } from './support/tabs.ts'

test.use({
  launchOptions: {
    ...chromiumOptions(),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
})

const rememberHow = () =>
  addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))
const cameFromCache = () => (window as unknown as { persisted: boolean }).persisted

test('a page from the back/forward cache goes on with its session', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, MEMORY))
  await page.evaluate(rememberHow)
  await page.goto(`${tenant.url}/.well-known/openid-configuration`)
  await page.goBack({ waitUntil: 'commit' })
  expect(await page.evaluate(cameFromCache)).toBe(true)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
})

test('a page from the back/forward cache has forgotten what another tab signed out of', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, MEMORY)
  await signIn(page, blank, options)
  await page.evaluate(rememberHow)
  await page.goto(`${tenant.url}/.well-known/openid-configuration`)

  const other = await context.newPage()
  await other.goto(blank)
  await other.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    await new sdk.Auth0Client(given).logout({ openUrl: false })
  }, options)

  await page.goBack({ waitUntil: 'commit' })
  // The browser may have given the page up when it heard of the sign-out; then nothing is left.
  if (await page.evaluate(() => 'auth0' in window)) {
    expect(await page.evaluate(cameFromCache)).toBe(true)
    await expect.poll(() => page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
  }
})
