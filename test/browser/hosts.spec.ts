import { createClient, expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'

test('relative addresses of the options follow the base URL of the page', async ({
  page,
  tenant,
  blank,
}) => {
  await page.addInitScript(href => {
    addEventListener('DOMContentLoaded', () => {
      const base = document.createElement('base')
      base.href = href
      document.head.append(base)
    })
  }, `${blank}dist/`)
  const options = optionsFor(tenant, blank, {
    useRefreshTokens: true,
    workerUrl: 'auth0-spa-js.worker.production.js',
    authorizationParams: { redirect_uri: '../' },
  })
  await signIn(page, blank, options)
  expect(page.workers().map(worker => worker.url())).toEqual([
    `${blank}dist/auth0-spa-js.worker.production.js`,
  ])
  await page.goto(blank)
  await createClient(page, options)
  expect(await tokenOrError(page)).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
})

test('a gate in front of the page and its tenant gets the cookies of their origin, in the page and in the worker', async ({
  page,
  tenant,
  blank,
}) => {
  const passed: string[] = []
  await page.route(`${blank}gate/**`, async route => {
    const request = route.request()
    const { pathname, search } = new URL(request.url())
    const url = tenant.url + pathname.replace('/gate', '') + search
    if (request.isNavigationRequest()) {
      return route.fulfill({ status: 302, headers: { location: url } })
    }
    const { cookie } = await request.allHeaders()
    if (!cookie?.includes('gate=open')) return route.fulfill({ status: 401, body: '' })
    passed.push(pathname)
    return route.fulfill({ response: await route.fetch({ url }) })
  })
  await page.context().addCookies([{ name: 'gate', value: 'open', url: blank, httpOnly: true }])
  const options = { domain: `${blank}gate`, issuer: `${tenant.url}/`, useRefreshTokens: true }
  await signIn(page, blank, { ...optionsFor(tenant, blank), ...options })
  expect(page.workers()).toHaveLength(1)
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  // The page loads the keys, and the worker redeems the code.
  expect(passed.sort()).toEqual(['/gate/.well-known/jwks.json', '/gate/oauth/token'])
})
