import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isFederatedDomain, LocalStorageCache } from '../../../src/index.ts'
import { resolveOptions } from '../../../src/options.ts'
import { parseWebMessage } from '../../../src/protocol/authorization-response.ts'
import { parseJwks } from '../../../src/protocol/jwks.ts'
import { logoutUrl } from '../../../src/protocol/logout-url.ts'
import { SELF } from '../../../src/protocol/telemetry.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  createClient,
  expireStored,
  recordFrames,
  redirectUrl,
  storedEntries,
} from '../../support/clients.ts'
import { createWindow } from '../../support/popups.ts'
import { createTestbed, tokenRequests } from '../../support/testbed.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const BASE = { domain: 'tenant.example.com', clientId: 'client-1' }

const polluted = Object.prototype as unknown as Record<string, unknown>
let added: string[] = []

/** What a library with a prototype pollution bug leaves behind after untrusted input. */
const pollute = (members: Record<string, unknown>): void => {
  added.push(...Object.keys(members))
  Object.assign(polluted, members)
}
const clean = (): void => {
  for (const name of added) delete polluted[name]
  added = []
}

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(clean)

describe('security G: options that are missing are not read from a polluted prototype', () => {
  it('of the client', () => {
    const evil = 'https://evil.example/'
    pollute({
      workerUrl: evil,
      issuer: evil,
      cookieDomain: 'evil.example',
      cache: {},
      client_id: 'evil',
      useRefreshTokensFallback: true,
      interactiveErrorHandler: 'popup',
      sessionTransferTokenQueryParamName: 'evil',
      useDpop: true,
      nowProvider: 1,
      advancedOptions: { defaultScope: 'evil' },
      authorizationParams: { redirect_uri: evil, audience: evil },
      auth0Client: { name: 'evil' },
    })
    const options = resolveOptions(BASE)
    clean()
    expect(options).toEqual(resolveOptions(BASE))
  })

  it('nor are those inside of other options', () => {
    const given = {
      ...BASE,
      authorizationParams: {},
      advancedOptions: {},
      auth0Client: {} as never,
    }
    const expected = resolveOptions(given)
    pollute({ scope: 'evil', max_age: 1, defaultScope: 'evil', name: 'evil', env: { evil: '1' } })
    const options = resolveOptions(given)
    clean()
    expect(options).toEqual(expected)
  })

  it.each<[string, object]>([
    ['2.x', { clientId: 'client-1' }],
    ['1.x', { client_id: 'client-1', clientId: undefined }],
  ])('of loginWithRedirect with %s options', async (_, options) => {
    const client = createClient(options)
    pollute({
      scope: 'evil',
      redirect_uri: 'https://evil.example/',
      audience: 'evil',
      organization: 'org_evil',
      connection: 'evil',
      fragment: 'evil',
      appState: 'evil',
      redirectMethod: 'evil',
      authorizationParams: { screen_hint: 'evil' },
    })
    let url = ''
    const openUrl = (to: string): void => {
      url = to
    }
    await client.loginWithRedirect({ openUrl, authorizationParams: {} })
    await client.loginWithRedirect({ openUrl })
    clean()
    expect(url).not.toMatch(/evil/)
    expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/evil/)
  })

  it('of loginWithPopup', async () => {
    const { popup, visited } = createWindow()
    vi.spyOn(window, 'open').mockReturnValue(null)
    pollute({ popup })
    await expect(createClient().loginWithPopup({})).rejects.toMatchObject({ error: 'popup_open' })
    await expect(createClient().loginWithPopup({}, {})).rejects.toMatchObject({
      error: 'popup_open',
    })
    expect(visited).toEqual([])
  })

  it('of getTokenSilently, also if it has answered an equal call before', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    await signIn(client, tenant, { authorizationParams: { audience: 'other' } })
    const [own, other] = [
      await client.getTokenSilently(),
      await client.getTokenSilently({ authorizationParams: { audience: 'other' } }),
    ]
    expect(own).not.toBe(other)
    for (const members of [
      { authorizationParams: { audience: 'other' } },
      { audience: 'other' },
      { detailedResponse: true },
      { cacheMode: 'off' },
    ]) {
      pollute(members)
      const tokens = [
        await client.getTokenSilently(),
        await client.getTokenSilently({}),
        await client.getTokenSilently({ authorizationParams: {} }),
      ]
      clean()
      expect(tokens).toEqual([own, own, own])
    }
  })

  it('of logout', async () => {
    const client = createClient(stored)
    pollute({
      clientId: 'evil',
      returnTo: 'evil',
      federated: true,
      client_id: 'evil',
      localOnly: 1,
    })
    const urls = [client.buildLogoutUrl(), client.buildLogoutUrl({ logoutParams: {} })]
    clean()
    for (const url of urls) expect(url).toMatch(/\?client_id=client-1&auth0Client=[^&]+$/)
  })

  it('of the logout URL', () => {
    pollute({ logoutParams: { returnTo: 'evil' }, federated: true })
    const options = { clientId: 'client-1', telemetry: { parameter: 't' } }
    const server = { end_session_endpoint: 'https://tenant.example.com/v2/logout' }
    const url = logoutUrl(options, server, { logoutParams: {} })
    clean()
    expect(url).toBe(`${server.end_session_endpoint}?client_id=client-1&auth0Client=t`)
  })

  it('of isFederatedDomain', async () => {
    const customFetch = vi.fn(async () => new Response())
    pollute({ telemetry: { name: 'evil' }, enabled: false, name: 'evil' })
    await isFederatedDomain('tenant.example.com', 'polluted-1.example', { customFetch })
    await isFederatedDomain('tenant.example.com', 'polluted-2.example', {
      customFetch,
      telemetry: {},
    })
    clean()
    const header = resolveOptions({ ...BASE, auth0Client: SELF }).telemetry.header
    for (const [, init] of customFetch.mock.calls as unknown as [string, RequestInit][]) {
      expect(init.headers).toEqual({ 'Auth0-Client': header })
    }
  })

  it('of handleRedirectCallback', async () => {
    history.replaceState(null, '', '/callback?code=c&state=s&mine=1')
    pollute({ cleanUrl: true })
    await signIn(createClient(stored), tenant)
    clean()
    expect(location.search).toContain('code=c')
    history.replaceState(null, '', '/')
  })
})

describe('security G: members that are missing in storage are not read from a polluted prototype', () => {
  const identity = {
    id_token: 'evil',
    decodedToken: { claims: { __raw: 'evil', sub: 'evil' }, user: { sub: 'evil', name: 'Evil' } },
  }

  it.each([
    ['memory', {}],
    ['localStorage', stored],
    ['a cache of the application', { cache: new LocalStorageCache() }],
  ])('nobody is signed in with %s', async (_, options) => {
    const client = createClient(options)
    pollute(identity)
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getUser()).toBeUndefined()
    clean()
    pollute({
      body: { access_token: 'evil', refresh_token: 'evil', ...identity },
      expiresAt: 9_999_999_999,
    })
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('an entry without an access token or a refresh token gets none', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    for (const [key, { body, expiresAt }] of Object.entries(storedEntries())) {
      const { access_token: _, ...rest } = body
      localStorage.setItem(key, JSON.stringify({ body: rest, expiresAt }))
    }
    pollute({ access_token: 'evil' })
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    clean()
    for (const [key, { body, expiresAt }] of Object.entries(storedEntries())) {
      const { refresh_token: _, ...rest } = body
      localStorage.setItem(key, JSON.stringify({ body: { ...rest, access_token: 'a' }, expiresAt }))
    }
    expireStored()
    tenant.signOut()
    const frames = recordFrames(tenant)
    pollute({ refresh_token: 'evil' })
    await client.getTokenSilently().catch(() => {})
    frames.stop()
    expect(JSON.stringify(tokenRequests(tenant))).not.toContain('evil')
  })

  it('a login that is not pending is not finished', async () => {
    const client = createClient(stored)
    pollute({
      response_type: 'code',
      nonce: 'evil',
      code_verifier: 'evil',
      scope: 'openid',
      audience: 'default',
    })
    await expect(
      client.handleRedirectCallback('https://a.example/?code=c&state=s'),
    ).rejects.toThrow('Invalid state')
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('security G: members that are missing in responses are not read from a polluted prototype', () => {
  it('an authorization response has only its own code and state', () => {
    pollute({ type: 'authorization_response', response: { code: 'evil', state: 'evil' } })
    expect(parseWebMessage({})).toBeUndefined()
    expect(parseWebMessage(null)).toBeUndefined()
    clean()
    pollute({ code: 'evil' })
    const response = parseWebMessage({ type: 'authorization_response', response: { state: 's' } })
    expect(response?.code).toBeUndefined()
  })

  it('a token response has only its own tokens', async () => {
    const client = createClient(stored)
    const url = await redirectUrl(client)
    const callback = await tenant.answerLogin(url)
    tenant.intercept('token', () => HttpResponse.json({}))
    pollute({ access_token: 'evil', refresh_token: 'evil', id_token: 'evil' })
    await expect(client.handleRedirectCallback(callback)).rejects.toMatchObject({
      error: 'request_error',
    })
    clean()
    expect(JSON.stringify({ ...localStorage })).not.toContain('evil')
  })

  it('a key set has only its own keys', () => {
    pollute({ keys: [{ kty: 'RSA', kid: 'evil' }] })
    expect(parseJwks({})).toBeUndefined()
  })

  it('an ID token has only its own claims', async () => {
    const client = createClient(stored)
    const url = await redirectUrl(client, { authorizationParams: { organization: 'org_1' } })
    const callback = await tenant.answerLogin(url)
    tenant.idTokenClaims = { org_id: undefined }
    pollute({ org_id: 'org_1' })
    await expect(client.handleRedirectCallback(callback)).rejects.toMatchObject({
      error: 'invalid_token',
      message: expect.stringContaining('org_id'),
    })
  })
})

it('users and claims are ordinary objects', async () => {
  const client = createClient(stored)
  await signIn(client, tenant)
  for (const object of [await client.getUser(), await client.getIdTokenClaims()]) {
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
  }
  const response = await client.getTokenSilently({ cacheMode: 'off', detailedResponse: true })
  expect(Object.getPrototypeOf(response)).toBe(Object.prototype)
})
