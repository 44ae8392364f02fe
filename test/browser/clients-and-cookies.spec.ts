import { createClient, expect, optionsFor, signIn, submitLogin, test } from './support/fixtures.ts'

test('a login kept in a cookie is finished in another tab', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { useCookiesForTransactions: true })
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(() => window.auth0.loginWithRedirect({ appState: 'other tab' }))
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  const answer = page.url()

  const other = await context.newPage()
  await other.goto(answer)
  await createClient(other, options)
  const result = await other.evaluate(() => window.auth0.handleRedirectCallback())
  expect(result).toEqual({ appState: 'other tab', response_type: 'code' })
  expect(await other.evaluate(() => document.cookie)).not.toContain('a0.spajs.txs')
})

test('security 50: says in cookies that somebody is signed in, and never puts a token there', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, {
    useRefreshTokens: true,
    authorizationParams: { organization: 'org_1' },
  })
  await signIn(page, blank, options)
  const cookies = await page.evaluate(() => document.cookie.split('; ').sort())
  expect(cookies).toEqual([
    '_legacy_auth0.browser-tests.is.authenticated=true',
    '_legacy_auth0.browser-tests.organization_hint=%22org_1%22',
    'auth0.browser-tests.is.authenticated=true',
    'auth0.browser-tests.organization_hint=%22org_1%22',
  ])
  // The hint brings the silent login to the same organization.
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank, { useRefreshTokens: true }))
  expect((await page.evaluate(() => window.auth0.getIdTokenClaims()))?.org_id).toBe('org_1')
})

test('two clients on one page renew through iframes at once, each with its own answer', async ({
  page,
  tenant,
  blank,
}) => {
  tenant.clients.push({ client_id: 'second', origins: [new URL(blank).origin] })
  const options = optionsFor(tenant, blank)
  await signIn(page, blank, options)
  tenant.log.clear()
  const audiences = await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    const clients = ['browser-tests', 'second'].map(
      clientId => new sdk.Auth0Client({ ...given, clientId }),
    )
    return Promise.all(
      clients.map(async client => {
        await client.getTokenSilently({ cacheMode: 'off' })
        return (await client.getIdTokenClaims()).aud
      }),
    )
  }, options)
  expect(audiences).toEqual(['browser-tests', 'second'])
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(2)
})

test('two clients in memory each keep a family of refresh tokens of their own', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { useRefreshTokens: true })
  await signIn(page, blank, options)
  const tokens = await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    const clients = [new sdk.Auth0Client(given), new sdk.Auth0Client(given)]
    await Promise.all(clients.map(client => client.getTokenSilently()))
    return Promise.all(clients.map(client => client.getTokenSilently({ cacheMode: 'off' })))
  }, options)
  expect(new Set(tokens).size).toBe(2)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})
