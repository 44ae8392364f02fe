import type { Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import { serveBundle } from './support/bundle.ts'
import { expect, optionsFor, signIn, test } from './support/fixtures.ts'

const STORED = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

/** The files of the SDK that a page asks for, without what every page begins with. */
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

test('a page that nobody is signed in to loads the verifier in the background, and no more', async ({
  page,
  tenant,
  blank,
}) => {
  const files = await filesLater(page)
  expect(await open(page, blank, optionsFor(tenant, blank, STORED))).toBe(false)
  await page.waitForLoadState('networkidle')
  const cached = () => window.auth0.getTokenSilently({ cacheMode: 'cache-only' })
  expect(await page.evaluate(cached)).toBeUndefined()
  expect(files).toEqual(['signature-check'])
})

test('a page that trusts TLS loads nothing more until there is something to do', async ({
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

test('a page that somebody is signed in to knows it at once, though nothing more can be loaded', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  await serveBundle(page)
  await page.route(/signature-check|token-chunk|coherence/, route => route.abort())
  expect(await open(page, blank, options)).toBe(true)
  const token = await page.evaluate(() => window.auth0.getTokenSilently())
  expect(token).toMatch(/^ey/)
  const whole = await page.evaluate(() => window.auth0.getTokenSilently({ detailedResponse: true }))
  expect(whole?.access_token).toBe(token)
})

test('everything that signs in or renews is one file, loaded side by side with the verifier', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const files = await filesLater(page)
  await open(page, blank, options)
  await page.waitForLoadState('networkidle')
  expect(files.sort()).toEqual(['coherence', 'signature-check', 'token-chunk'])
  await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }))
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  expect(files).toHaveLength(3)
})
