import { fileURLToPath } from 'node:url'
import type { Auth0ClientOptions, Auth0Client as ReferenceClient } from '@auth0/auth0-spa-js'
import type { Page } from '@playwright/test'
import { AUDIENCE, CLIENT_ID, expect, submitLogin, test } from './support/fixtures.ts'

const REFERENCE_SDK = fileURLToPath(
  new URL(
    '../../node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js',
    import.meta.url,
  ),
)
const OTHER_AUDIENCE = 'https://other.example.com/'

type ReferenceOptions = Auth0ClientOptions & { refreshTokenMode?: 'offline' }

declare global {
  interface Window {
    reference: ReferenceClient
  }
}

/** Loads the reference SDK into the page by its script, and makes `window.reference`. */
const createReference = async (page: Page, options: ReferenceOptions): Promise<void> => {
  await page.addScriptTag({ path: REFERENCE_SDK })
  await page.evaluate(async given => {
    const { auth0 } = window as unknown as { auth0: typeof import('@auth0/auth0-spa-js') }
    window.reference = await auth0.createAuth0Client(given)
  }, options)
}

const signIn = async (page: Page, blank: string, options: ReferenceOptions): Promise<void> => {
  await page.goto(blank)
  await createReference(page, options)
  await page.evaluate(() => window.reference.loginWithRedirect())
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createReference(page, options)
  await page.evaluate(async () => {
    await window.reference.handleRedirectCallback()
    history.replaceState({}, '', location.pathname)
  })
}

/** A token from the tenant, or the code of the error. */
const renew = (page: Page): Promise<string | undefined> =>
  page.evaluate(() =>
    window.reference
      .getTokenSilently({ cacheMode: 'off' })
      .catch((error: { error: string }) => `error: ${error.error}`),
  )

/** The claims of a JWT. */
const claimsOf = (token = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

for (const cacheLocation of ['memory', 'localstorage'] as const) {
  test(`auth0-spa-js signs in, renews by rotation and signs out, with its cache in ${cacheLocation}`, async ({
    page,
    tenant,
    blank,
  }) => {
    const options: ReferenceOptions = {
      domain: tenant.url,
      clientId: CLIENT_ID,
      useRefreshTokens: true,
      cacheLocation,
      authorizationParams: { redirect_uri: blank, audience: AUDIENCE },
    }
    await signIn(page, blank, options)
    expect(await page.evaluate(() => window.reference.getUser())).toMatchObject({
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    })
    const tokens = [await renew(page), await renew(page)]

    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) {
      expect(claimsOf(token)).toMatchObject({ iss: tenant.issuer, sub: 'auth0|ada' })
      expect(claimsOf(token).aud).toContain(AUDIENCE)
    }
    expect(tenant.events.map(({ type }) => type)).toEqual([
      'refresh_token_issued',
      'refresh_token_rotated',
      'refresh_token_rotated',
    ])
    expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 })).toBe(2)
    expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)

    await page.evaluate(
      returnTo => window.reference.logout({ logoutParams: { returnTo } }),
      `${blank}?bye`,
    )
    await page.waitForURL(`${blank}?bye`)
    expect(tenant.log.count({ endpoint: 'logout', status: 302 })).toBe(1)
    await createReference(page, { ...options, useRefreshTokens: false })
    expect(await page.evaluate(() => window.reference.isAuthenticated())).toBe(false)
    expect(await renew(page)).toBe('error: login_required')
  })
}

test('auth0-spa-js understands what it is told when its refresh token was stolen and replayed', async ({
  page,
  tenant,
  blank,
}) => {
  const options: ReferenceOptions = {
    domain: tenant.url,
    clientId: CLIENT_ID,
    useRefreshTokens: true,
    useRefreshTokensFallback: true,
    cacheLocation: 'localstorage',
    authorizationParams: { redirect_uri: blank, audience: AUDIENCE },
  }
  await signIn(page, blank, options)
  const stolen = await page.evaluate(
    () =>
      /"refresh_token":"([^"]+)"/.exec(
        JSON.stringify(Object.values(localStorage)).replaceAll('\\', ''),
      )?.[1],
  )
  await renew(page)
  const replay = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: CLIENT_ID,
      grant_type: 'refresh_token',
      refresh_token: stolen ?? '',
    }),
  })
  expect(replay.ok).toBe(false)
  expect(tenant.events.map(({ type }) => type)).toContain('refresh_token_reused')

  // Its sign that the answer was understood: it falls back to the hidden frame, and goes on.
  expect(claimsOf(await renew(page)).sub).toBe('auth0|ada')
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  await renew(page)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(2)
})

test('auth0-spa-js gets a token for another API from the same refresh token', async ({
  page,
  tenant,
  blank,
}) => {
  for (const client of tenant.clients) {
    client.refresh_token = {
      policies: [
        { audience: AUDIENCE, scope: ['read:own'] },
        { audience: OTHER_AUDIENCE, scope: ['read:other'] },
      ],
    }
  }
  await signIn(page, blank, {
    domain: tenant.url,
    clientId: CLIENT_ID,
    useRefreshTokens: true,
    useMrrt: true,
    authorizationParams: {
      redirect_uri: blank,
      audience: AUDIENCE,
      scope: { [AUDIENCE]: 'read:own', [OTHER_AUDIENCE]: 'read:other' },
    },
  })
  const other = await page.evaluate(
    audience => window.reference.getTokenSilently({ authorizationParams: { audience } }),
    OTHER_AUDIENCE,
  )

  expect(claimsOf(other).aud).toContain(OTHER_AUDIENCE)
  expect(claimsOf(other).scope).toContain('read:other')
  const own = claimsOf(await renew(page))
  expect(own.aud).toContain(AUDIENCE)
  expect(own.scope).toContain('read:own')
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
  expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(2)
})
