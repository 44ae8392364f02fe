import type { BrowserContext, Page } from '@playwright/test'
import { serveBundle } from './support/bundle.ts'
import { expect, optionsFor, signIn, submitLogin, test, tokenOrError } from './support/fixtures.ts'
import { openLoginPopup, popupOutcome } from './support/popups.ts'
import { MEMORY } from './support/tabs.ts'

/** What the readme gives to copy. */
const lineFor = (tenantUrl: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${tenantUrl}; frame-src ${tenantUrl}; worker-src 'self'; require-trusted-types-for 'script'`

/** Whatever a policy forbids in any page, what pages throw, and what the console calls amiss. */
const watch = async (context: BrowserContext): Promise<string[]> => {
  const problems: string[] = []
  await context.exposeFunction('noteViolation', (text: string) => problems.push(text))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const { noteViolation } = window as unknown as { noteViolation: (text: string) => void }
      noteViolation(`${violatedDirective} forbids ${blockedURI}`)
    })
  })
  context.on('weberror', error => problems.push(String(error.error())))
  context.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  return problems
}

const workerUrlOf = (blank: string): string => `${blank}dist/auth0-spa-js.worker.production.js`

const signInWithPopup = async (page: Page): Promise<void> => {
  await submitLogin(await openLoginPopup(page))
  expect(await popupOutcome(page)).toBe('signed in')
}

/** Signs out here and at the tenant, and comes back. */
const signOut = async (page: Page, blank: string): Promise<void> => {
  const back = page.waitForEvent('load')
  await page.evaluate(
    returnTo => window.auth0.logout({ logoutParams: { returnTo } }),
    new URL(blank).origin,
  )
  await back
}

test('security 71: the example app is served with the policy that the readme gives to copy', async ({
  app,
  tenant,
}) => {
  for (const path of ['/', '/script-tag/']) {
    const { headers } = await fetch(app.url + path)
    expect(headers.get('content-security-policy')).toContain(`${lineFor(tenant.url)};`)
  }
})

for (const [name, choices] of Object.entries({
  'the iframe': [],
  'refresh tokens': ['setting-localstorage', 'setting-refresh-tokens'],
})) {
  test(`security 71: the example app violates nothing from login to logout, renewing with ${name}`, async ({
    page,
    context,
    app,
    tenant,
  }) => {
    const problems = await watch(context)
    await page.goto(app.url)
    for (const choice of choices) {
      const reloaded = page.waitForEvent('load')
      await page.getByTestId(choice).click({ force: true })
      await reloaded
      await expect(page.locator('#main')).not.toHaveAttribute('aria-busy')
    }
    await page.getByTestId('login').click()
    await submitLogin(page)
    await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
    tenant.log.clear()
    await page.getByTestId('get-token-off').click()
    await expect(page.getByTestId('last-call')).not.toBeEmpty()
    await expect.poll(() => tenant.log.count({ endpoint: 'token', status: 200 })).toBe(1)
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(choices.length ? 0 : 1)
    await page.getByTestId('logout').click()
    await expect(page.getByTestId('login')).toBeVisible()
    expect(problems).toEqual([])
  })
}

test('security 71: the script-tag page violates nothing from login to logout', async ({
  page,
  context,
  app,
}) => {
  const problems = await watch(context)
  await page.goto(`${app.url}/script-tag/`)
  await page.getByTestId('login').click()
  await submitLogin(page)
  await expect(page.getByTestId('token')).not.toBeEmpty()
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(problems).toEqual([])
})

test('security 71: under that policy the worker renews, the iframe, the popup and revocation work, and nothing is violated', async ({
  page,
  context,
  tenant,
  site,
  blank,
}) => {
  const problems = await watch(context)
  site.policy = lineFor(tenant.url)
  const workerUrl = workerUrlOf(blank)
  await signIn(page, blank, optionsFor(tenant, blank, { ...MEMORY, workerUrl }))
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(page.workers().map(worker => worker.url())).toEqual([workerUrl])
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  expect(tenant.log.count({ endpoint: 'revoke', status: 200 })).toBe(1)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  await signOut(page, blank)
  await signIn(page, blank, optionsFor(tenant, blank, { ...MEMORY, workerUrl }))
  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  await context.clearCookies()
  await signInWithPopup(page)
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  expect(problems).toEqual([])
})

test('security 71: parts of the SDK that a bundler has split off load under that policy', async ({
  page,
  context,
  tenant,
  site,
  blank,
}) => {
  const problems = await watch(context)
  site.policy = lineFor(tenant.url)
  await serveBundle(page)
  const loaded: string[] = []
  page.on('request', request => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/bundle/')) loaded.push(pathname)
  })
  const options = optionsFor(tenant, blank, { ...MEMORY, workerUrl: workerUrlOf(blank) })
  await page.goto(blank)
  await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/bundle/index.js`)
    window.auth0 = await sdk.createAuth0Client(given)
  }, options)
  await signInWithPopup(page)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  await signOut(page, blank)
  for (const part of ['token-runtime', 'worker-http', 'verify-signature']) {
    expect(loaded.filter(path => path.includes(part))).toHaveLength(1)
  }
  expect(problems).toEqual([])
})

test('security 71: the worker made from text starts where "blob:" and "trusted-types latchkey" are allowed', async ({
  page,
  context,
  tenant,
  site,
  blank,
}) => {
  const problems = await watch(context)
  site.policy = `${lineFor(tenant.url).replace("worker-src 'self'", 'worker-src blob:')}; trusted-types latchkey`
  await signIn(page, blank, optionsFor(tenant, blank, MEMORY))
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(page.workers().map(worker => worker.url())).toEqual([expect.stringMatching(/^blob:/)])
  // Two clients, and one policy.
  await page.evaluate(
    async given => {
      const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
      await new sdk.Auth0Client(given).getTokenSilently()
    },
    optionsFor(tenant, blank, MEMORY),
  )
  expect(page.workers()).toHaveLength(2)
  expect(problems).toEqual([])
})

test('security 71: where trusted types are kept to others, refresh tokens stay in the page, with a warning', async ({
  page,
  context,
  tenant,
  site,
  blank,
}) => {
  const problems = await watch(context)
  site.policy = `${lineFor(tenant.url)}; trusted-types other`
  const workerUrl = workerUrlOf(blank)
  await signIn(page, blank, optionsFor(tenant, blank, { ...MEMORY, workerUrl }))
  tenant.log.clear()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(page.workers()).toEqual([])
  expect(problems).toContainEqual(expect.stringContaining('The token worker could not be started'))
})
