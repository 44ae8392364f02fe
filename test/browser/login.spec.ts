import {
  createClient,
  expect,
  keysItem,
  optionsFor,
  signIn,
  submitLogin,
  test,
  tokenOrError,
  typeLogin,
} from './support/fixtures.ts'

const everythingStored = () => ({
  localStorage: { ...localStorage },
  sessionStorage: { ...sessionStorage },
  cookies: document.cookie,
})

/** The values of all databases of the page. */
const everythingInDatabases = async () => {
  const resultOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const values: unknown[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await resultOf(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      values.push(...(await resultOf(database.transaction(store).objectStore(store).getAll())))
    }
    database.close()
  }
  return values
}

test('signs in by redirect with one token request, no preflight and a clean address', async ({
  page,
  tenant,
  blank,
}) => {
  await page.goto(blank)
  const options = optionsFor(tenant, blank)
  await createClient(page, options)
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
  expect(tenant.log.entries).toEqual([])

  await page.evaluate(() => window.auth0.loginWithRedirect({ appState: { returnTo: '/inbox' } }))
  await typeLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  const result = await page.evaluate(async () => ({
    callback: await window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
    user: await window.auth0.getUser(),
    token: await window.auth0.getTokenSilently(),
  }))
  expect(result.callback).toEqual({ appState: { returnTo: '/inbox' }, response_type: 'code' })
  expect(result.user).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' })
  expect(result.token?.split('.')).toHaveLength(3)
  expect(page.url()).toBe(blank)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(tenant.log.count({ method: 'OPTIONS' })).toBe(0)
})

test('finds the session again after a reload through one frame and one token request', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  await signIn(page, blank, options)
  await page.goto(blank)
  tenant.log.clear()
  await createClient(page, options)
  expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({ name: 'Ada Lovelace' })
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'authorization_code' })).toBe(1)
  expect(tenant.log.entries).toHaveLength(2)
})

test('makes no request at all after a reload when tokens are in localStorage', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { cacheLocation: 'localstorage' })
  await signIn(page, blank, options)
  await page.goto(blank)
  tenant.log.clear()
  await createClient(page, options)
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  expect(await tokenOrError(page)).toMatch(/^ey/)
  expect(tenant.log.entries).toEqual([])
})

test('fails with login_required, and signs out here, when the tenant does not see its cookies', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank))
  // As in a browser that blocks third-party cookies: the tenant's, not the page's.
  await context.clearCookies({ name: /^tenant_/ })
  expect(await tokenOrError(page, 'off')).toBe('error: login_required')
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
  expect(await page.locator('iframe').count()).toBeLessThanOrEqual(1)
  await expect(page.locator('iframe')).toHaveCount(0)
})

test('refuses an answer with a foreign state or none, and the real one still signs in', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  await page.goto(blank)
  await createClient(page, options)
  const handle = (url: string) =>
    page.evaluate(
      to => window.auth0.handleRedirectCallback(to).catch(error => error.error as string),
      url,
    )
  expect(await handle(`${blank}?code=x&state=y`)).toBe('missing_transaction')

  await page.evaluate(() => window.auth0.loginWithRedirect())
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  expect(await handle(`${blank}?code=x&state=y`)).toBe('state_mismatch')
  expect(await handle(`${blank}?code=x`)).toBe('state_mismatch')
  expect(await handle(`${blank}?error=access_denied&state=y`)).toBe('state_mismatch')
  expect(tenant.log.count({ endpoint: 'token' })).toBe(0)
  expect(await handle(page.url())).toEqual({ response_type: 'code' })
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
})

test('gives access_denied and the state of the application when the user cancels', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank)
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(() => window.auth0.loginWithRedirect({ appState: 'here' }))
  await page.locator('button[value=cancel]').click()
  await page.waitForURL(url => url.searchParams.has('error'))
  await createClient(page, options)
  const error = await page.evaluate(() =>
    window.auth0
      .handleRedirectCallback()
      .then(() => undefined)
      .catch(({ name, error, appState }) => ({ name, error, appState })),
  )
  expect(error).toEqual({ name: 'AuthenticationError', error: 'access_denied', appState: 'here' })
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
})

test('leaves nothing of the client in any storage after logout, and ends the session at the tenant', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, {
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
  })
  await signIn(page, blank, options)
  await tokenOrError(page, 'off')
  const before = await page.evaluate(everythingStored)
  expect(Object.keys(before.localStorage).length).toBeGreaterThan(1)
  expect(before.cookies).toContain('is.authenticated')

  const returned = page.waitForEvent('load')
  await page.evaluate(to => window.auth0.logout({ logoutParams: { returnTo: to } }), blank)
  await returned
  expect(page.url()).toBe(blank)
  expect(await page.evaluate(everythingStored)).toEqual({
    // Public, and no part of the session.
    localStorage: { [keysItem(tenant)]: expect.stringContaining('"keys"') },
    sessionStorage: {},
    cookies: '',
  })
  // What is left is the number that tells sessions apart.
  expect(await page.evaluate(everythingInDatabases)).toEqual([
    {
      version: expect.any(Number),
      session: expect.any(Number),
      signed_out: expect.any(Number),
      has_item: false,
    },
  ])
  await createClient(page, options)
  expect(await tokenOrError(page)).toBe('error: login_required')
})
