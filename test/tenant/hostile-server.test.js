import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { logIn, newRefreshToken, refresh } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => tenant.faults.clear())
afterAll(() => tenant.close())

describe('a hostile or broken tenant', () => {
  it('returns another user at the userinfo endpoint', async () => {
    const { access_token } = await logIn(tenant)
    tenant.faults.add({ endpoint: 'userinfo', mutate: { set: { sub: 'mallory' } } })
    const headers = { authorization: `Bearer ${access_token}` }
    const response = await fetch(`${tenant.url}/userinfo`, { headers })

    expect(await response.json()).toMatchObject({ sub: 'mallory', name: 'Ada Lovelace' })
  })

  it('publishes metadata of another issuer, and keys that match no signature', async () => {
    const set = { issuer: 'https://other.example/', token_endpoint: 'http://other.example/token' }
    tenant.faults.add({ endpoint: 'discovery', mutate: { set, remove: ['jwks_uri'] } })
    tenant.faults.add({ endpoint: 'jwks', mutate: { set: { keys: [] } } })
    const metadata = await fetch(`${tenant.url}/.well-known/openid-configuration`)
    const keys = await fetch(`${tenant.url}/.well-known/jwks.json`)
    const told = await metadata.json()

    expect(told).toMatchObject(set)
    expect(told).not.toHaveProperty('jwks_uri')
    expect(await keys.json()).toEqual({ keys: [] })
    expect(keys.headers.get('content-type')).toContain('application/jwk-set+json')
  })

  it('shows a login page that severs the connection to its opener (COOP)', async () => {
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin' }
    tenant.faults.add({ endpoint: 'login', headers })
    const browser = openBrowser(tenant)
    const { response } = await browser.follow(browser.authorizeUrl().url)

    expect(response.status).toBe(200)
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
  })

  it('never sends the login page', async () => {
    const hold = tenant.faults.hold({ endpoint: 'login', when: 'before' })
    const browser = openBrowser(tenant)
    const page = browser.follow(browser.authorizeUrl().url)
    await hold.reached
    hold.release()

    expect((await page).response.status).toBe(200)
  })

  it('requires a nonce every time, with an authentication scheme in unusual letter case', async () => {
    const headers = { 'DPoP-Nonce': 'n', 'WWW-Authenticate': 'dPoP error="use_dpop_nonce"' }
    tenant.faults.add({ endpoint: 'userinfo', status: 401, headers, body: '' })
    const response = await fetch(`${tenant.url}/userinfo`)

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('dPoP error="use_dpop_nonce"')
    expect(response.headers.get('dpop-nonce')).toBe('n')
  })

  it('redirects the browser to another site after logout', async () => {
    const headers = { Location: 'https://other.example/?state=x' }
    tenant.faults.add({ endpoint: 'logout', status: 302, headers })
    const { left } = await openBrowser(tenant).follow('/v2/logout')

    expect(left?.href).toBe('https://other.example/?state=x')
  })

  it('rotates a refresh token without sending the new one', async () => {
    const first = await newRefreshToken(tenant)
    tenant.faults.add({ endpoint: 'token', mutate: { remove: ['refresh_token'] }, times: 1 })
    const { body } = await refresh(tenant, first)

    expect(body).not.toHaveProperty('refresh_token')
    expect((await refresh(tenant, first)).status).toBe(400)
  })

  it('adds tokens to an authorization response', async () => {
    tenant.faults.add({
      endpoint: 'authorize',
      authorizationResponse: { set: { access_token: 'a', id_token: 'b' } },
    })
    const { left } = await openBrowser(tenant).authorize({ response_mode: 'fragment' })

    expect(left?.hash).toMatch(/access_token=a&id_token=b/)
  })
})
