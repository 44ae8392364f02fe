import {
  CLIENT_ID,
  createClient,
  expect,
  GRACE,
  optionsFor,
  signIn,
  submitLogin,
  test,
  tokenOrError,
} from './support/fixtures.ts'

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

test('security 12, F: a sibling domain cannot sign the user in as somebody else with a cookie', async ({
  page,
  browser,
  tenant,
  site,
}) => {
  const { port } = new URL(site.url)
  const [app, sibling] = ['app', 'evil'].map(name => `http://${name}.shop.localhost:${port}/`)
  if (!app || !sibling) throw new Error('no address')
  tenant.clients.find(({ client_id }) => client_id === CLIENT_ID)?.origins.push(new URL(app).origin)

  // The attacker begins a login, signs in, and keeps the response.
  const attacker = await (await browser.newContext()).newPage()
  await attacker.goto(app)
  await createClient(attacker, optionsFor(tenant, app))
  await attacker.evaluate(() => window.auth0.buildAuthorizeUrl()).then(url => attacker.goto(url))
  await submitLogin(attacker, GRACE)
  await attacker.waitForURL(url => url.searchParams.has('code'))
  const answer = attacker.url()
  const [name = '', login = ''] =
    (await attacker.evaluate(() => Object.entries({ ...sessionStorage })[0])) ?? []
  await attacker.context().close()

  await page.goto(sibling)
  await page.evaluate(
    ([key = '', value = '']) => {
      // biome-ignore lint/suspicious/noDocumentCookie: what the attacker writes
      document.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}; path=/; domain=shop.localhost`
    },
    [name, login],
  )
  for (const cookieDomain of [undefined, 'shop.localhost']) {
    const options = optionsFor(tenant, app, {
      useCookiesForTransactions: true,
      authorizationParams: { prompt: 'login' },
      ...(cookieDomain && { cookieDomain }),
    })
    await page.goto(answer)
    expect(await page.evaluate(() => document.cookie)).toContain('a0.spajs.txs')
    await createClient(page, options)
    const error = await page.evaluate(() =>
      window.auth0.handleRedirectCallback().catch(({ error }) => error),
    )
    expect(error).toMatch(/^(missing_transaction|state_mismatch)$/)
    expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)

    // The user's own login is not disturbed.
    await signIn(page, app, options)
    expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({
      name: 'Ada Lovelace',
    })
    await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  }
})

test('security F: pending logins in cookies are of the host alone on https, and stay within 3 kB', async ({
  page,
  tenant,
  blank,
}) => {
  const secure = 'https://app.example.test/'
  await page.route(`${secure}**`, async route => {
    const { pathname } = new URL(route.request().url())
    await route.fulfill({ response: await page.request.get(new URL(pathname, blank).href) })
  })
  await page.goto(secure)
  await createClient(page, optionsFor(tenant, secure, { useCookiesForTransactions: true }))
  const cookies = await page.evaluate(async () => {
    for (let login = 0; login < 12; login++) {
      await window.auth0.loginWithRedirect({
        appState: { text: 'x'.repeat(2000) },
        openUrl: () => {},
      })
    }
    return document.cookie.split('; ')
  })
  expect(cookies.join('; ').length).toBeLessThan(3000)
  expect(cookies.length).toBeGreaterThan(3)
  for (const cookie of cookies) expect(cookie).toMatch(/^__Host-a0\.spajs\.txs\.browser-tests\./)
})

test('security F: a login whose cookie the browser does not take does not leave the page', async ({
  page,
  tenant,
  blank,
}) => {
  const options = { useCookiesForTransactions: true, cookieDomain: 'elsewhere.example' }
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank, options))
  const error = await page.evaluate(() =>
    window.auth0.loginWithRedirect().catch(({ error }) => error),
  )
  expect(error).toBe('transaction_not_stored')
  expect(page.url()).toBe(blank)
  expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({})
})

test('a full localStorage is named once on the console, and the user stays signed in until the page is left', async ({
  page,
  tenant,
  blank,
}) => {
  const warnings: string[] = []
  page.on('console', message => {
    if (message.text().includes('localStorage')) warnings.push(message.text())
  })
  const options = optionsFor(tenant, blank, {
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
  })
  await page.goto(blank)
  await page.evaluate(() => {
    for (let size = 2 ** 22; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (let part = 0; ; part++) localStorage.setItem(`${size}.${part}`, 'x'.repeat(size))
      } catch {
        // Smaller parts may still fit.
      }
    }
  })
  await signIn(page, blank, options)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({ name: 'Ada Lovelace' })
  expect(warnings).toEqual([
    expect.stringMatching(/^\[latchkey\] localStorage is full.*Free space/),
  ])
})
