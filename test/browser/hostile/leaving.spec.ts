import { createClient, expect, optionsFor, signIn, submitLogin, test } from '../support/fixtures.ts'
import { STORED } from '../support/tabs.ts'
import { expectNoSession, handle, openWitness } from '../support/witness.ts'

const FOREIGN = 'https://evil.example/'

test('security M32: a sign-out that names a foreign address ends there; the session here was over before', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const witness = await openWitness(page, blank)
  const left = page.waitForResponse(response =>
    response.url().startsWith(`${tenant.url}/v2/logout`),
  )
  await page.evaluate(returnTo => window.auth0.logout({ logoutParams: { returnTo } }), FOREIGN)
  expect((await left).status()).toBe(400)
  await page.waitForURL(`${tenant.url}/v2/logout?**`)
  await page.goto(blank)
  await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    window.auth0 = new sdk.Auth0Client(given)
  }, options)
  await expectNoSession(page, witness)
})

test('security M32: a foreign target that a login carries is given back, and never gone to', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(
    returnTo => window.auth0.loginWithRedirect({ appState: { returnTo, target: returnTo } }),
    FOREIGN,
  )
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  const visited: string[] = []
  page.on('framenavigated', frame => visited.push(new URL(frame.url()).origin))
  const result = await page.evaluate(() =>
    window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
  )
  expect(result.appState).toEqual({ returnTo: FOREIGN, target: FOREIGN })
  expect(page.url()).toBe(blank)
  expect(visited.filter(origin => !blank.startsWith(origin))).toEqual([])
})

test('security M33: an address that wants a login somewhere else to begin causes no request, and changes no login', async ({
  page,
  tenant,
  blank,
}) => {
  const query = new URLSearchParams({
    iss: FOREIGN,
    target_link_uri: FOREIGN,
    login_hint: 'mallory@evil.example',
    returnTo: FOREIGN,
    domain: 'evil.example',
    redirect_uri: FOREIGN,
  })
  const outside: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(blank)) outside.push(request.url())
  })
  await page.goto(`${blank}?${query}`)
  await createClient(page, optionsFor(tenant, blank))
  expect(await handle(page, page.url())).toMatch(/^GenericError /)
  expect(outside).toEqual([])

  const asked = page.waitForRequest(request => new URL(request.url()).pathname === '/authorize')
  await page.evaluate(() => window.auth0.loginWithRedirect())
  const url = new URL((await asked).url())
  expect(url.origin).toBe(tenant.url)
  expect(url.searchParams.get('redirect_uri')).toBe(blank)
  expect(decodeURIComponent(url.href)).not.toContain('evil.example')
})
