import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { logIn, newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

/** @param {ReturnType<typeof openBrowser>} browser */
const silentAnswer = async browser => (await browser.authorizeSilently()).message.response

describe('the revocation endpoint', () => {
  it.each(/** @type {const} */ (['form', 'json']))(
    'ends the whole family of a refresh token sent as %s',
    async encoding => {
      const first = await newRefreshToken(tenant)
      const second = (await refresh(tenant, first)).body.refresh_token
      const fields = { token: second, token_type_hint: 'refresh_token' }
      const response = await post(tenant, '/oauth/revoke', fields, encoding)

      expect(response.status).toBe(200)
      expect(await refresh(tenant, second)).toEqual(UNUSABLE)
      expect(await refresh(tenant, first)).toEqual(UNUSABLE)
      expect(tenant.events.at(-1)?.type).toBe('refresh_token_revoked')
    },
  )

  it('ends the family also when given a token that was spent', async () => {
    const first = await newRefreshToken(tenant)
    const second = (await refresh(tenant, first)).body.refresh_token
    await post(tenant, '/oauth/revoke', { token: first })

    expect(await refresh(tenant, second)).toEqual(UNUSABLE)
  })

  it('responds with 200 for an unknown token', async () => {
    expect((await post(tenant, '/oauth/revoke', { token: 'never-issued' })).status).toBe(200)
  })

  it('does not revoke a token of another client', async () => {
    tenant.clients.push({ client_id: 'other-app', origins: ['http://localhost:4100'] })
    const token = await newRefreshToken(tenant)
    const response = await post(tenant, '/oauth/revoke', { client_id: 'other-app', token })

    expect(response.status).toBe(200)
    expect((await refresh(tenant, token)).status).toBe(200)
  })
})

describe('signing out', () => {
  it('ends the session, so that the silent flow answers login_required', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    expect(await silentAnswer(browser)).toHaveProperty('code')
    const query = new URLSearchParams({ client_id: CLIENT_ID, returnTo: `${APP}/bye?a=1` })
    const response = await browser.visit(`/v2/logout?${query}&auth0Client=e30%3D&federated`)

    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(`${APP}/bye?a=1`)
    expect(await silentAnswer(browser)).toMatchObject({ error: 'login_required' })
  })

  it('ends the session on the server, not only the cookie', async () => {
    const browser = openBrowser(tenant)
    const { url } = browser.authorizeUrl({ prompt: 'none' })
    await browser.authorize()
    // Another jar with the same cookie: somebody who kept a copy of it.
    const copy = await browser.visit(url)
    const cookie = copy.headers
      .getSetCookie()
      .map(header => header.split(';')[0])
      .join('; ')
    await browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)
    const response = await fetch(tenant.url + url, { headers: { cookie }, redirect: 'manual' })

    expect(cookie).not.toBe('')
    expect(new URL(copy.headers.get('location') ?? '').searchParams.has('code')).toBe(true)
    expect(response.headers.get('location')).toContain('error=login_required')
  })

  it('does not revoke refresh tokens', async () => {
    const browser = openBrowser(tenant)
    const { refresh_token } = await logIn(tenant, { scope: 'openid offline_access' }, browser)
    await browser.visit(`/v2/logout?client_id=${CLIENT_ID}`)

    expect((await refresh(tenant, refresh_token)).status).toBe(200)
  })

  it('redirects to the first origin of the client when no returnTo is given', async () => {
    const response = await openBrowser(tenant).visit(`/v2/logout?client_id=${CLIENT_ID}`)

    expect(response.headers.get('location')).toBe(`${APP}/`)
  })

  it('accepts a returnTo of any client when none is named', async () => {
    const response = await openBrowser(tenant).visit(`/v2/logout?returnTo=${APP}/`)

    expect(response.headers.get('location')).toBe(`${APP}/`)
  })

  it('shows a page when there is no address to return to', async () => {
    const response = await openBrowser(tenant).visit('/v2/logout?&auth0Client=e30%3D')

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('You are signed out.')
  })

  it.each(['https://evil.example/', 'http://localhost:4000.evil.example/', 'javascript:alert(1)'])(
    'refuses to return to %s, and changes nothing',
    async returnTo => {
      const browser = openBrowser(tenant)
      await browser.authorize()
      const query = new URLSearchParams({ client_id: CLIENT_ID, returnTo })
      const response = await browser.visit(`/v2/logout?${query}`)

      expect(response.status).toBe(400)
      expect(response.headers.has('location')).toBe(false)
      expect(await response.text()).toContain('returnTo is not allowed')
      expect(await silentAnswer(browser)).toHaveProperty('code')
    },
  )
})
