import type { Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import { serveBundle } from './support/bundle.ts'
import { expect, optionsFor, signIn, submitLogin, test } from './support/fixtures.ts'

const STORED = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

/** The files of the SDK that a page loads on demand. */
const filesLater = async (page: Page): Promise<string[]> => {
  const files: string[] = []
  await serveBundle(page)
  page.on('request', request => {
    const [, name] = /\/bundle\/(?:chunks\/)?(.+?)(?:-[A-Z0-9]{8})?\.js$/.exec(request.url()) ?? []
    if (name && !['index', 'chunk'].includes(name)) files.push(name)
  })
  return files
}

const open = async (page: Page, blank: string, options: Auth0ClientOptions): Promise<boolean> => {
  await page.goto(blank)
  return page.evaluate(async given => {
    const sdk = await import(`${location.origin}/bundle/index.js`)
    window.auth0 = await sdk.createAuth0Client(given)
    return window.auth0.isAuthenticated()
  }, options)
}

test('a page without a user loads the verifier when it is idle, and nothing else', async ({
  page,
  tenant,
  blank,
}) => {
  const files = await filesLater(page)
  expect(await open(page, blank, optionsFor(tenant, blank, STORED))).toBe(false)
  await expect.poll(() => files).toEqual(['verify-signature'])
  await page.waitForLoadState('networkidle')
  const cached = () => window.auth0.getTokenSilently({ cacheMode: 'cache-only' })
  expect(await page.evaluate(cached)).toBeUndefined()
  expect(files).toEqual(['verify-signature'])
})

test('a page with `trust-tls` loads nothing more until there is something to do', async ({
  page,
  tenant,
  blank,
}) => {
  const files = await filesLater(page)
  const options = optionsFor(tenant, blank, { ...STORED, idTokenSignature: 'trust-tls' })
  expect(await open(page, blank, options)).toBe(false)
  await page.waitForLoadState('networkidle')
  expect(files).toEqual([])
})

test('a page with a session in localStorage knows its user although no module can be loaded', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await serveBundle(page)
  await page.route(/verify-signature|token-runtime/, route => route.abort())
  expect(await open(page, blank, options)).toBe(true)
  const token = await page.evaluate(() => window.auth0.getTokenSilently())
  expect(token).toMatch(/^ey/)
  const whole = await page.evaluate(() => window.auth0.getTokenSilently({ detailedResponse: true }))
  expect(whole?.access_token).toBe(token)
})

test('everything that signs in or renews is one module, loaded in parallel with the verifier', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const files = await filesLater(page)
  await open(page, blank, options)
  const modules = ['token-runtime', 'verify-signature']
  await expect.poll(() => [...files].sort()).toEqual(modules)
  await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }))
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  expect(files).toHaveLength(2)
})

test('security E: a login is finished by a second call if the worker could not be loaded at the first', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { useRefreshTokens: true })
  await serveBundle(page)
  await open(page, blank, options)
  await page.evaluate(() => window.auth0.loginWithRedirect())
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  const worker = /bundle.*worker/
  await page.route(worker, route => route.abort())
  await open(page, page.url(), options)
  const handle = () => window.auth0.handleRedirectCallback().catch(({ error }) => error)
  expect(await page.evaluate(handle)).toBe('network_error')
  await page.unroute(worker)
  expect(await page.evaluate(handle)).toEqual({ response_type: 'code' })
})
