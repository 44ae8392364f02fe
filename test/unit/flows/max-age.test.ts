import { beforeEach, describe, expect, it } from 'vitest'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, recordFrames, sessionItems } from '../../support/clients.ts'
import { begin, post } from '../../support/popups.ts'
import { authorize, createTestbed, grants, tokenRequests } from '../../support/testbed.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const TOO_OLD = { error: 'invalid_token', message: expect.stringContaining('auth_time') }

/** When the user signed in at the tenant: an hour ago, or now. */
const authTime = (secondsAgo: number) => ({
  auth_time: Math.floor(Date.now() / 1000) - secondsAgo,
})

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const login = (max_age: number | string, options: Partial<Auth0ClientOptions> = {}) =>
  signIn(createClient({ ...stored, ...options }), tenant, { authorizationParams: { max_age } })

describe('security G: a login with a max_age of its own', () => {
  it.each([0, '0', 300, '300'])(
    'security 37: of %j is refused if the tenant ignores it',
    async age => {
      tenant.idTokenClaims = authTime(3600)
      await expect(login(age)).rejects.toMatchObject(TOO_OLD)
      expect(sessionItems()).toEqual({})
      tenant.idTokenClaims = { auth_time: undefined }
      await expect(login(age)).rejects.toMatchObject(TOO_OLD)
    },
  )

  it.each([0, 300])('of %j is accepted after a recent login', async age => {
    tenant.idTokenClaims = authTime(1)
    await expect(login(age)).resolves.toMatchObject({ response_type: 'code' })
  })

  it('takes precedence over that of the client, in both directions', async () => {
    tenant.idTokenClaims = authTime(3600)
    const strict = { authorizationParams: { max_age: 60 } }
    await expect(login(7200, strict)).resolves.toBeTruthy()
    const lax = { authorizationParams: { max_age: 7200 } }
    await expect(login(60, lax)).rejects.toMatchObject(TOO_OLD)
  })

  it('is checked in a popup as well', async () => {
    tenant.idTokenClaims = authTime(3600)
    const call = { authorizationParams: { max_age: 0 } }
    const { login: pending, url } = await begin(createClient(stored), {}, call)
    post(await authorize(tenant, url))
    await expect(pending).rejects.toMatchObject(TOO_OLD)
  })
})

describe.each([-1, 'soon', [300]])('a max_age of %j', wrong => {
  const refused = { error: 'invalid_configuration', message: expect.stringContaining('max_age') }
  const wrongly = { authorizationParams: { max_age: wrong as number } }

  it('of a call is refused before anything is sent, and the user stays signed in', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const before = tokenRequests(tenant).length
    await expect(client.loginWithRedirect(wrongly)).rejects.toMatchObject(refused)
    await expect(client.getTokenSilently({ cacheMode: 'off', ...wrongly })).rejects.toMatchObject(
      refused,
    )
    expect(tokenRequests(tenant)).toHaveLength(before)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('of the client is refused by the first login', async () => {
    const client = createClient({ ...stored, ...wrongly })
    await expect(client.loginWithRedirect()).rejects.toMatchObject(refused)
  })
})

it('security 37: a max_age of 0 of the client is checked', async () => {
  tenant.idTokenClaims = authTime(3600)
  const client = createClient({ ...stored, authorizationParams: { max_age: 0 } })
  await expect(signIn(client, tenant)).rejects.toMatchObject(TOO_OLD)
})

describe('getTokenSilently with a max_age of its own', () => {
  const call = { cacheMode: 'off', authorizationParams: { max_age: 300 } } as const

  it('refuses an older login that the hidden iframe returns', async () => {
    tenant.idTokenClaims = authTime(3600)
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    const { urls, stop } = recordFrames(tenant)
    await expect(client.getTokenSilently(call)).rejects.toMatchObject(TOO_OLD)
    expect(urls[0]?.searchParams.get('max_age')).toBe('300')
    await expect(client.getTokenSilently({ cacheMode: 'off' })).resolves.toBeTruthy()
    stop()
  })

  it('refuses an older login that a refresh returns, and keeps the refresh token', async () => {
    tenant.idTokenClaims = authTime(3600)
    const client = createClient(stored)
    await signIn(client, tenant)
    await expect(client.getTokenSilently(call)).rejects.toMatchObject(TOO_OLD)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    await expect(client.getTokenSilently({ cacheMode: 'off' })).resolves.toBeTruthy()
  })
})

it('the max_age of a login is no limit for its later renewals', async () => {
  tenant.idTokenClaims = authTime(1)
  const client = createClient(stored)
  await signIn(client, tenant, { authorizationParams: { max_age: 300 } })
  expireStored()
  await expect(client.getTokenSilently()).resolves.toBeTruthy()
})

describe('a max_age of 0 of the client', () => {
  const always = { authorizationParams: { max_age: 0 } } as const
  const afterAnHour = () => {
    const { auth_time } = tenant.idTokenClaims
    tenant.idTokenClaims = { auth_time: Number(auth_time) - 3600 }
    for (const [key, text] of Object.entries(sessionItems())) {
      if (!key.includes('@@auth0spajs@@')) continue
      localStorage.setItem(
        key,
        text.replaceAll(`"auth_time":${auth_time}`, `"auth_time":${Number(auth_time) - 3600}`),
      )
    }
  }

  it.each([
    ['a refresh token', stored],
    ['a hidden iframe', { cacheLocation: 'localstorage' } as const],
  ])('is no limit for renewals by %s, which keep the time of the login', async (_, options) => {
    tenant.idTokenClaims = authTime(1)
    const client = createClient({ ...options, ...always })
    await signIn(client, tenant)
    expect(tenant.requestsTo('authorize').at(-1)?.parameters.max_age).toBe('0')
    afterAnHour()
    const { urls, stop } = recordFrames(tenant)
    const page = createClient({ ...options, ...always })
    await page.checkSession()
    expect(await page.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(await page.isAuthenticated()).toBe(true)
    for (const url of urls) expect(url.searchParams.has('max_age')).toBe(false)
    stop()
  })

  it('lets a page that starts without tokens restore its session', async () => {
    tenant.idTokenClaims = authTime(1)
    await signIn(createClient(always), tenant)
    tenant.idTokenClaims = authTime(3600)
    const { stop } = recordFrames(tenant)
    const reloaded = createClient(always)
    await reloaded.checkSession()
    expect(await reloaded.isAuthenticated()).toBe(true)
    stop()
  })

  it('is no limit for a longer max_age of a call', async () => {
    tenant.idTokenClaims = authTime(3600)
    const client = createClient({ ...stored, ...always })
    await signIn(client, tenant, { authorizationParams: { max_age: 7200 } })
    const call = { cacheMode: 'off', authorizationParams: { max_age: 300 } } as const
    await expect(client.getTokenSilently(call)).rejects.toMatchObject(TOO_OLD)
  })
})

it('a max_age of 0 of a call of getTokenSilently is checked', async () => {
  tenant.idTokenClaims = authTime(3600)
  const client = createClient(stored)
  await signIn(client, tenant)
  const call = { cacheMode: 'off', authorizationParams: { max_age: 0 } } as const
  await expect(client.getTokenSilently(call)).rejects.toMatchObject(TOO_OLD)
})

it('a login begun by auth0-spa-js, which stores no max_age, is checked with that of the client', async () => {
  tenant.idTokenClaims = authTime(3600)
  const client = createClient({ ...stored, authorizationParams: { max_age: 300 } })
  let url = ''
  await client.loginWithRedirect({
    openUrl: to => {
      url = to
    },
  })
  for (const [key, text] of Object.entries({ ...sessionStorage })) {
    const { max_age: _, ...transaction } = JSON.parse(text)
    sessionStorage.setItem(key, JSON.stringify(transaction))
  }
  const response = await tenant.answerLogin(url)
  await expect(client.handleRedirectCallback(response)).rejects.toMatchObject(TOO_OLD)
  expect(tokenRequests(tenant)).toHaveLength(1)
})
