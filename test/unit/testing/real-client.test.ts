import { afterEach, describe, expect, it, vi } from 'vitest'
import { createAuth0Client } from '../../../src/index.ts'
import { answerFrames, signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createTenantHandlers } from '../../../src/testing/msw.ts'
import { network } from '../../support/network.ts'
import { ADA, API, createClient, startTenant } from './support.ts'

let stop = (): void => {}
afterEach(() => stop())

const statuses = (tenant: TestTenant) => tenant.refreshTokens.map(({ status }) => status)

describe('a real client at a test tenant', () => {
  it('signs in with verified ID tokens and gets the state of the application back', async () => {
    const tenant = startTenant({ user: ADA })
    const client = createClient(tenant)
    const result = await signIn(client, tenant, { appState: { returnTo: '/inbox' } })
    expect(result).toEqual({ appState: { returnTo: '/inbox' }, response_type: 'code' })
    expect(await client.getUser()).toEqual(ADA)
    expect(tenant.requests.map(({ endpoint }) => endpoint).sort()).toEqual([
      'authorize',
      'jwks',
      'token',
    ])
  })

  it('refuses an ID token when the keys cannot be had', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    tenant.fail('jwks', { error: 'unavailable', status: 503 })
    await expect(signIn(client, tenant)).rejects.toMatchObject({ error: 'jwks_unavailable' })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('is not kept from it by the keys that an earlier test has left in localStorage', async () => {
    const earlier = startTenant()
    await signIn(createClient(earlier), earlier)
    expect(Object.keys(localStorage)).toEqual([`auth0.keys.${earlier.endpoints.jwks}`])
    vi.resetModules()
    const again = await import('../../../src/testing/index.ts')
    const tenant = again.createTestTenant({ clientId: 'app' })
    network.use(...createTenantHandlers(tenant))
    const client = createClient(tenant)
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
    expect(tenant.requests.map(({ endpoint }) => endpoint)).toContain('jwks')
  })

  it('gets access_denied with the state of the application', async () => {
    const tenant = startTenant()
    tenant.fail('authorize', { error: 'access_denied', error_description: 'No.' })
    await expect(signIn(createClient(tenant), tenant, { appState: 7 })).rejects.toMatchObject({
      name: 'AuthenticationError',
      error: 'access_denied',
      appState: 7,
    })
  })

  it('renews with refresh tokens, each used once', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    await signIn(client, tenant)
    const first = await client.getTokenSilently()
    expect(await client.getTokenSilently({ cacheMode: 'off' })).not.toBe(first)
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(statuses(tenant)).toEqual(['spent', 'spent', 'active'])
  })

  it('hears of invalid_grant, and has to sign in again', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    await signIn(client, tenant)
    tenant.fail('token', { error: 'invalid_grant', error_description: 'Unknown or invalid.' })
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    await signIn(client, tenant)
    expect(await client.getTokenSilently()).toBeTypeOf('string')
  })

  it('serves several audiences with one refresh token', async () => {
    const tenant = startTenant()
    const client = createClient(tenant, { useMrrt: true })
    await signIn(client, tenant)
    const audience = { authorizationParams: { audience: API } }
    const token = await client.getTokenSilently(audience)
    expect(token?.split('.')).toHaveLength(3)
    expect(await client.getTokenSilently(audience)).toBe(token)
  })

  it('revokes what it was given', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    await signIn(client, tenant)
    await client.revokeRefreshToken()
    expect(statuses(tenant)).toEqual(['revoked'])
  })

  it('signs in to an organization, and within the age of a login', async () => {
    const tenant = startTenant()
    const client = createClient(tenant, {
      authorizationParams: { organization: 'org_1', max_age: 600 },
    })
    await signIn(client, tenant)
    expect(await client.getIdTokenClaims()).toMatchObject({
      org_id: 'org_1',
      auth_time: expect.any(Number),
    })
    await client.getTokenSilently({ cacheMode: 'off' })
  })

  it('tells the tenant goodbye', async () => {
    const tenant = startTenant()
    const client = createClient(tenant)
    await signIn(client, tenant)
    await client.logout({
      logoutParams: { returnTo: 'https://app.example.com/' },
      openUrl: async url => {
        expect(await tenant.answerLogin(url)).toBe('https://app.example.com/')
      },
    })
    expect(tenant.isSignedIn).toBe(false)
    expect(await client.isAuthenticated()).toBe(false)
  })
})

describe('answerFrames', () => {
  const silently = { useRefreshTokens: false }

  it('lets a client renew through its hidden iframe', async () => {
    const tenant = startTenant()
    stop = answerFrames(tenant)
    const client = createClient(tenant, silently)
    await signIn(client, tenant)
    const first = await client.getTokenSilently()
    expect(await client.getTokenSilently({ cacheMode: 'off' })).not.toBe(first)
    expect(tenant.requests.filter(({ endpoint }) => endpoint === 'authorize')).toHaveLength(2)
  })

  it('lets a client find the session that is at the tenant', async () => {
    const tenant = startTenant({ user: ADA })
    stop = answerFrames(tenant)
    await signIn(createClient(tenant, silently), tenant)
    const reloaded = await createAuth0Client({ domain: tenant.domain, clientId: 'app' })
    expect(await reloaded.getUser()).toEqual(ADA)
  })

  it('says login_required when there is none', async () => {
    const tenant = startTenant()
    stop = answerFrames(tenant)
    const client = createClient(tenant, silently)
    await signIn(client, tenant)
    tenant.signOut()
    const renewal = client.getTokenSilently({ cacheMode: 'off' })
    await expect(renewal).rejects.toMatchObject({ error: 'login_required' })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('leaves frames alone once it was stopped, and those of others always', async () => {
    const tenant = startTenant()
    answerFrames(tenant)()
    stop = answerFrames(startTenant({ domain: 'other.example.com' }))
    const client = createClient(tenant, { ...silently, authorizeTimeoutInSeconds: 0.2 })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'timeout' })
    expect(tenant.requests).toEqual([])
  })
})
