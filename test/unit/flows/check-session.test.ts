import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, recordFrames, redirectUrl } from '../../support/clients.ts'
import { CLIENT_ID, createTestbed, grants, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const setCookie = (pair: string): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: tests look at cookies as the browser has them
  document.cookie = `${pair}; path=/`
}

describe('checkSession', () => {
  it('makes no request for a visitor who never signed in', async () => {
    const frames = recordFrames(tenant, () => undefined)
    await createClient({ useRefreshTokens: true }).checkSession()
    frames.stop()
    expect(frames.urls).toEqual([])
  })

  it('finds the session again after a reload, also with refresh tokens in memory', async () => {
    await signIn(createClient({ useRefreshTokens: true }), tenant)
    const frames = answerSilently(tenant)
    const reloaded = createClient({ useRefreshTokens: true })
    await reloaded.checkSession()
    frames.stop()
    expect(await reloaded.getUser()).toMatchObject({ name: 'Ada Lovelace' })
    expect(frames.urls).toHaveLength(1)
    await reloaded.getTokenSilently({ cacheMode: 'off' })
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('makes no request after a reload when the token is in localStorage', async () => {
    await signIn(createClient({ cacheLocation: 'localstorage' }), tenant)
    const reloaded = createClient({ cacheLocation: 'localstorage' })
    await reloaded.checkSession()
    expect(await reloaded.isAuthenticated()).toBe(true)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('goes on without the cookie when a refresh token is held', async () => {
    const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
    tenant.accessTokenLifetimeSeconds = 1
    await signIn(createClient(stored), tenant)
    for (const name of ['', '_legacy_']) {
      setCookie(`${name}auth0.${CLIENT_ID}.is.authenticated=; expires=${new Date(0).toUTCString()}`)
    }
    await createClient(stored).checkSession()
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('makes no request on a page that holds the answer to a login under way', async () => {
    await signIn(createClient(), tenant)
    const url = await tenant.answerLogin(await redirectUrl(createClient()))
    const frames = answerSilently(tenant)
    history.replaceState(null, '', new URL(url).search)
    const client = createClient()
    await client.checkSession()
    expect(frames.urls).toEqual([])
    await client.handleRedirectCallback(url)
    expect(await client.isAuthenticated()).toBe(true)

    // The same address once more: nobody waits for this answer now.
    const reloaded = createClient()
    await reloaded.checkSession()
    frames.stop()
    expect(frames.urls).toHaveLength(1)
    expect(await reloaded.isAuthenticated()).toBe(true)
  })

  it('goes on where the login under way was refused: there may be a session from before', async () => {
    await signIn(createClient(), tenant)
    const state = new URL(await redirectUrl(createClient())).searchParams.get('state')
    history.replaceState(null, '', `?error=access_denied&state=${state}`)
    const frames = answerSilently(tenant)
    const client = createClient()
    await client.checkSession()
    frames.stop()
    expect(frames.urls).toHaveLength(1)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it("goes on where the state in the page's address is the application's own", async () => {
    await signIn(createClient(), tenant)
    await redirectUrl(createClient())
    history.replaceState(null, '', '?state=open&code=7')
    const frames = answerSilently(tenant)
    await createClient().checkSession()
    frames.stop()
    expect(frames.urls).toHaveLength(1)
  })

  it('takes over the cookie that did not name its client', async () => {
    setCookie('auth0.is.authenticated=true')
    const frames = answerSilently(tenant)
    await createClient().checkSession()
    frames.stop()
    expect(frames.urls).toHaveLength(1)
    expect(document.cookie).toContain(`auth0.${CLIENT_ID}.is.authenticated=true`)
    expect(document.cookie).not.toMatch(/(^|; )auth0\.is\.authenticated/)
  })

  it('survives a cookie that holds no JSON', async () => {
    setCookie(`auth0.${CLIENT_ID}.is.authenticated={oops`)
    await expect(createClient().checkSession()).resolves.toBeUndefined()
  })

  it('swallows whatever goes wrong', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    tenant.accessTokenLifetimeSeconds = 1
    await signIn(client, tenant)
    tenant.intercept('token', () => HttpResponse.json({ error: 'server_error' }, { status: 500 }))
    await expect(client.checkSession()).resolves.toBeUndefined()
    expect(await client.isAuthenticated()).toBe(true)
  })
})
