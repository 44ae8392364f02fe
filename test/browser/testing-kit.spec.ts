import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from '@playwright/test'
import { build } from 'esbuild'
import { createTestTenant, type TestTenant } from 'latchkey/testing'
import { listen } from '../../examples/tenant/http/listen.js'
import type { Auth0ClientOptions } from '../../src/index.ts'
import { createClient, expect, test as sites } from './support/fixtures.ts'
// The tests of the example are a part of this file.
import '../../examples/testing/playwright/sign-in.spec.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const answerBy = async (context: BrowserContext, tenant: TestTenant): Promise<void> => {
  await context.route(`https://${tenant.domain}/**`, async route => {
    const request = route.request()
    const question = { method: request.method(), url: request.url(), body: request.postData() }
    await route.fulfill(await tenant.respond(question))
  })
}

const test = sites.extend<{ fake: TestTenant; options: Auth0ClientOptions }>({
  fake: async ({ context }, use) => {
    const tenant = createTestTenant({ clientId: 'kit' })
    await answerBy(context, tenant)
    await use(tenant)
  },
  options: async ({ fake, blank }, use) =>
    use({
      domain: fake.domain,
      clientId: 'kit',
      authorizationParams: { redirect_uri: blank },
    }),
})

const signIn = async (page: Page): Promise<void> => {
  await page.evaluate(() => window.auth0.loginWithRedirect())
  await page.waitForURL(url => url.searchParams.has('code'))
}

test('a popup signs in at a tenant made of routes', async ({ page, fake, blank, options }) => {
  await page.goto(blank)
  await createClient(page, options)
  const user = await page.evaluate(async () => {
    await window.auth0.loginWithPopup()
    return window.auth0.getUser()
  })
  expect(user).toEqual(fake.user)
})

test('the token worker spends refresh tokens at a tenant made of routes', async ({
  page,
  fake,
  blank,
  options,
}) => {
  const withWorker = { ...options, useRefreshTokens: true }
  await page.goto(blank)
  await createClient(page, withWorker)
  await signIn(page)
  await createClient(page, withWorker)
  await page.evaluate(async () => {
    await window.auth0.handleRedirectCallback()
    await window.auth0.getTokenSilently({ cacheMode: 'off' })
  })
  expect(fake.refreshTokens.map(({ status }) => status)).toEqual(['spent', 'active'])
})

/** A module as a bundler puts it into a page. */
const bundle = async (code: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** Opens a page with scripts beside it, and gives what the first of them exports. */
const runScripts = async (page: Page, files: Record<string, string>): Promise<unknown> => {
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: (request, response) => {
      const script = files[(request.url ?? '').slice(1)]
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
      response.end(script ?? '<!doctype html>')
    },
  })
  const url = `http://localhost:${server.port}/`
  await page.goto(url)
  const [first = ''] = Object.keys(files)
  const result = await page.evaluate(async path => (await import(path)).default, url + first)
  await server.close()
  return result
}

test('a test client works in a page, as in Storybook', async ({ page }) => {
  const code = await bundle(`
    import { Auth0Client, GenericError } from 'latchkey'
    import { createTestClient } from 'latchkey/testing'
    const auth0 = createTestClient({ redirectLogin: 'at-once', loginUser: { name: 'Ada' } })
    const error = await auth0.getTokenSilently().catch(error => error)
    await auth0.loginWithRedirect()
    export default {
      isClient: auth0 instanceof Auth0Client,
      isError: error instanceof GenericError,
      user: await auth0.getUser(),
      token: await auth0.getTokenSilently(),
      search: location.search,
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
    }`)
  expect(await runScripts(page, { 'story.js': code })).toEqual({
    isClient: true,
    isError: true,
    user: { sub: 'auth0|test-user', name: 'Ada' },
    token: 'test-token-1',
    search: '',
    stored: 0,
  })
})

test('the handlers work behind the service worker of msw, for the token worker too', async ({
  page,
}) => {
  const require = createRequire(import.meta.url)
  const serviceWorker = readFileSync(require.resolve('msw/mockServiceWorker.js'), 'utf8')
  const code = await bundle(`
    import { Auth0Client } from 'latchkey'
    import { createTestTenant, signIn } from 'latchkey/testing'
    import { createTenantHandlers } from 'latchkey/testing/msw'
    import { setupWorker } from 'msw/browser'
    const tenant = createTestTenant()
    await setupWorker(...createTenantHandlers(tenant)).start({ quiet: true })
    const auth0 = new Auth0Client({
      domain: tenant.domain,
      clientId: 'story',
      useRefreshTokens: true,
      useRefreshTokensFallback: false,
      authorizationParams: { redirect_uri: location.href },
    })
    await signIn(auth0, tenant)
    await auth0.getTokenSilently({ cacheMode: 'off' })
    export default {
      user: await auth0.getUser(),
      refreshTokens: tenant.refreshTokens.map(({ status }) => status),
    }`)
  const files = { 'story.js': code, 'mockServiceWorker.js': serviceWorker }
  expect(await runScripts(page, files)).toEqual({
    user: expect.objectContaining({ name: 'Ada Lovelace' }),
    refreshTokens: ['spent', 'active'],
  })
  expect(page.workers().map(worker => worker.url())).toEqual([expect.stringMatching(/^blob:/)])
})
