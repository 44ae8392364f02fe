import type { Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import {
  CLIENT_ID,
  createClient,
  expect,
  optionsFor,
  signIn,
  type Tenant,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { expire, heldRefreshTokens, MEMORY, openTab, STORED } from './support/tabs.ts'

const online = (
  tenant: Tenant,
  blank: string,
  more: Partial<Auth0ClientOptions> = STORED,
): Auth0ClientOptions =>
  optionsFor(tenant, blank, {
    ...more,
    refreshTokenMode: 'online',
    useRefreshTokens: true,
    useDpop: true,
  })

const isSignedIn = (page: Page) => page.evaluate(() => window.auth0.isAuthenticated())

const renewals = (tenant: Tenant) =>
  tenant.log.entries.flatMap(({ grantType, status, refreshTokenHash }) =>
    grantType === 'refresh_token' ? { status, refreshTokenHash } : [],
  )

test('online access renews with the same refresh token, also after a reload', async ({
  page,
  tenant,
  blank,
}) => {
  const options = online(tenant, blank)
  await signIn(page, blank, options)
  const [token, ...others] = await heldRefreshTokens(page)
  expect(token).toBeTruthy()
  expect(others).toEqual([])
  const first = await tokenOrError(page, 'off')
  await page.goto(blank)
  await createClient(page, options)
  const second = await tokenOrError(page, 'off')
  expect(first).toMatch(/^ey/)
  expect(second).toMatch(/^ey/)
  expect(second).not.toBe(first)
  expect(await heldRefreshTokens(page)).toEqual([token])
  expect(renewals(tenant).map(({ status }) => status)).toEqual([200, 200])
  expect(new Set(renewals(tenant).map(each => each.refreshTokenHash)).size).toBe(1)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)
})

/** Ends the session of the tenant, as another application of the user would. */
const logOutElsewhere = async (page: Page, tenant: Tenant): Promise<void> => {
  const elsewhere = await page.context().newPage()
  await elsewhere.goto(`${tenant.url}/v2/logout?client_id=${CLIENT_ID}`)
  await elsewhere.close()
}

test('a logout at the tenant ends online access at the next renewal, and the user is signed out', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, online(tenant, blank))
  await logOutElsewhere(page, tenant)
  await expire([page])
  expect(await tokenOrError(page)).toBe('error: invalid_grant')
  expect(await heldRefreshTokens(page)).toEqual([])
  // Without a refresh token the tenant is asked for its session, which has ended as well.
  expect(await tokenOrError(page)).toBe('error: login_required')
  expect(await isSignedIn(page)).toBe(false)
  expect(renewals(tenant).map(({ status }) => status)).toEqual([400])
})

test('the worker does not send a refresh token of online access again after it was rejected', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, online(tenant, blank, MEMORY))
  const token = await tokenOrError(page, 'off')
  await logOutElsewhere(page, tenant)
  expect(await tokenOrError(page, 'off')).toBe('error: invalid_grant')
  expect(await tokenOrError(page, 'off')).toBe('error: login_required')
  expect(renewals(tenant).map(({ status }) => status)).toEqual([200, 400])
  // The access token has not expired, and stays valid until then.
  expect(await tokenOrError(page)).toBe(token)
  expect(await isSignedIn(page)).toBe(true)
})

test('revokeRefreshToken signs out of online access in both tabs', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = online(tenant, blank)
  await signIn(page, blank, options)
  const other = await openTab(context, blank, options)
  expect(await isSignedIn(other)).toBe(true)
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  expect(tenant.log.count({ endpoint: 'revoke', status: 200 })).toBe(1)
  expect(await isSignedIn(page)).toBe(false)
  await expect.poll(() => isSignedIn(other)).toBe(false)
  expect(await heldRefreshTokens(page)).toEqual([])
  expect(tenant.events.at(-1)).toMatchObject({ type: 'refresh_token_revoked' })
})

test('the ceiling of the session ends it here without a request, and a reload does not bring it back', async ({
  page,
  tenant,
  blank,
}) => {
  tenant.settings.sessionExpiryClaim = true
  await page.clock.install()
  const options = online(tenant, blank)
  await signIn(page, blank, options)
  expect(await isSignedIn(page)).toBe(true)
  const claims = await page.evaluate(() => window.auth0.getIdTokenClaims())
  const ceilingSeconds = Number(claims?.session_expiry)
  tenant.log.clear()

  await page.clock.setSystemTime((ceilingSeconds - 60) * 1000)
  expect(await isSignedIn(page)).toBe(true)
  await page.clock.setSystemTime((ceilingSeconds - 29) * 1000)
  expect(await tokenOrError(page, 'off')).toBeUndefined()
  expect(await isSignedIn(page)).toBe(false)
  expect(await page.evaluate(() => window.auth0.getUser())).toBeUndefined()
  expect(await heldRefreshTokens(page)).toEqual([])
  await page.goto(blank)
  await createClient(page, options)
  expect(await isSignedIn(page)).toBe(false)
  expect(tenant.log.entries).toEqual([])
})
