import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, APP, CLIENTS, openBrowser } from './support/browser.js'
import { redeemCode } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

describe('signing in on the login page', () => {
  it('returns a code and the state to the application, and the code can be exchanged for tokens', async () => {
    const { answer, left, verifier, request } = await openBrowser(tenant).authorize()

    expect(left?.href.startsWith(`${APP}/callback?`)).toBe(true)
    expect(answer.state).toBe(request.state)
    const { status, body } = await redeemCode(tenant, { code: answer.code, verifier })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      access_token: expect.any(String),
      id_token: expect.any(String),
      expires_in: 86_400,
      token_type: 'Bearer',
      scope: 'openid profile email',
    })
    expect(body).not.toHaveProperty('refresh_token')
  })

  it('shows the page again, with an alert and no redirect, after a wrong password', async () => {
    const browser = openBrowser(tenant)
    const { response } = await browser.follow(browser.authorizeUrl().url)
    const second = await browser.submit(response, { ...ADA, password: 'byron' })

    expect(second.response.status).toBe(401)
    expect(second.left).toBeUndefined()
    const html = await second.response.clone().text()
    expect(html).toContain('role="alert"')
    expect(html).toContain('value="ada@example.com"')
    expect(html).not.toContain('byron')
    const third = await browser.submit(second.response, ADA)
    expect(third.left?.searchParams.get('code')).toBeTruthy()
  })

  it('returns access_denied with the state when the user cancels', async () => {
    const browser = openBrowser(tenant)
    const { url, request } = browser.authorizeUrl()
    const { response } = await browser.follow(url)
    const { left } = await browser.submit(response, { action: 'cancel' })

    expect(left?.origin).toBe(APP)
    expect(left?.searchParams.get('error')).toBe('access_denied')
    expect(left?.searchParams.get('state')).toBe(request.state)
    expect(left?.searchParams.has('code')).toBe(false)
  })

  it('names the application, labels its fields and fills in the login hint', async () => {
    const browser = openBrowser(tenant)
    const { url } = browser.authorizeUrl({ login_hint: '"><b>grace@example.com' })
    const html = await (await browser.follow(url)).response.text()

    expect(html).toContain('test-app')
    expect(html).toContain('<label for="email">')
    expect(html).toContain('<label for="password">')
    expect(html).toContain('&#34;&#62;&#60;b&#62;grace@example.com')
    expect(html).not.toContain('<b>grace')
  })

  it('may not be framed, runs no script, and allows its form to end at the application only', async () => {
    const browser = openBrowser(tenant)
    const { response } = await browser.follow(browser.authorizeUrl().url)
    const policy = response.headers.get('content-security-policy')

    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`form-action 'self' ${APP}`)
    expect(policy).not.toContain('script-src')
  })

  it('rejects a login page URL of another browser', async () => {
    const browser = openBrowser(tenant)
    const start = await browser.visit(browser.authorizeUrl().url)
    const stranger = await fetch(new URL(start.headers.get('location') ?? '', tenant.url))

    expect(stranger.status).toBe(400)
    expect(await stranger.text()).toContain('This page has expired')
  })

  it('asks again for the password under prompt=login, though a session exists', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const again = await browser.follow(browser.authorizeUrl().url)
    const forced = await browser.follow(browser.authorizeUrl({ prompt: 'login' }).url)

    expect(again.left?.searchParams.get('code')).toBeTruthy()
    expect(forced.left).toBeUndefined()
    const { left } = await browser.submit(forced.response, ADA)
    expect(left?.searchParams.get('code')).toBeTruthy()
  })

  it('shows no consent page, not even under prompt=consent', async () => {
    const browser = openBrowser(tenant)
    const params = { prompt: 'consent', scope: 'openid offline_access read:x', audience: 'urn::x' }
    const { answer } = await browser.authorize(params)

    expect(answer.code).toBeTruthy()
  })

  it('ignores unknown parameters', async () => {
    const { answer } = await openBrowser(tenant).authorize({
      auth0Client: 'eyJuYW1lIjoieCJ9',
      screen_hint: 'signup',
      ui_locales: 'en',
      connection: 'google-oauth2',
      'ext-color': 'blue',
    })

    expect(answer.code).toBeTruthy()
  })
})

describe('an authorization request that cannot be trusted', () => {
  it('is rejected on a page of the tenant when its redirect_uri has another origin', async () => {
    const browser = openBrowser(tenant)
    const { url } = browser.authorizeUrl({ redirect_uri: 'https://evil.example/callback' })
    const { response, left } = await browser.follow(url)

    expect(left).toBeUndefined()
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('redirect_uri')
  })

  it('is refused without a PKCE challenge', async () => {
    const browser = openBrowser(tenant)
    const { url } = browser.authorizeUrl()
    const bare = new URL(url, tenant.url)
    bare.searchParams.delete('code_challenge')
    bare.searchParams.delete('code_challenge_method')
    const { left } = await browser.follow(bare.href)

    expect(left?.searchParams.get('error')).toBe('invalid_request')
    expect(left?.searchParams.get('error_description')).toMatch(/PKCE/)
  })

  it('gets no tokens with the wrong code verifier', async () => {
    const { answer } = await openBrowser(tenant).authorize()
    const { status, body } = await redeemCode(tenant, {
      code: answer.code,
      verifier: 'x'.repeat(43),
    })

    expect(status).toBe(400)
    expect(body.error).toBe('invalid_grant')
  })

  it('returns to the root of the first origin when it names no redirect_uri', async () => {
    const browser = openBrowser(tenant)
    const bare = new URL(browser.authorizeUrl().url, tenant.url)
    bare.searchParams.delete('redirect_uri')
    const { response } = await browser.follow(bare.href)
    const { left } = await browser.submit(response, ADA)

    expect(left?.origin).toBe(APP)
    expect(left?.pathname).toBe('/')
  })
})
