import { describe, expect, it, vi } from 'vitest'
import {
  Auth0Client,
  AuthenticationError,
  GenericError,
  InvalidConfigurationError,
  TimeoutError,
} from '../../../src/index.ts'
import { createTestClient, type TestTokenRequest } from '../../../src/testing/index.ts'

const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace' }
const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }
const API = 'https://api.example.com/'

const loginRequired = () => new GenericError('login_required', 'Login required')
const forApi = (scope?: string) => ({
  authorizationParams: { audience: API, ...(scope && { scope }) },
})

describe('who is signed in at a test client', () => {
  it('is nobody, unless the test says so', async () => {
    const client = createTestClient()
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getUser()).toBeUndefined()
    expect(await client.getIdTokenClaims()).toBeUndefined()
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
  })

  it('is the user given, as the same object each time', async () => {
    const client = createTestClient({ user: ADA })
    expect(await client.isAuthenticated()).toBe(true)
    expect(await client.getUser()).toEqual(ADA)
    expect(await client.getUser()).toBe(await client.getUser())
  })

  it('has the claims of an ID token, which a decoder can read and nobody signed', async () => {
    const claims = await createTestClient({
      user: { ...ADA, name: 'Ädá 李' },
      clientId: 'app',
    }).getIdTokenClaims()
    expect(claims).toMatchObject({
      sub: 'auth0|ada',
      iss: 'https://tenant.example.com/',
      aud: 'app',
      exp: (claims?.iat ?? 0) + 36_000,
    })
    const [header, payload, signature] = (claims?.__raw ?? '').split('.')
    const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(read(header)).toEqual({ alg: 'none', typ: 'JWT' })
    expect(read(payload)).toEqual({ ...claims, __raw: undefined })
    expect(signature).toBe('')
  })

  it('changes when the test signs somebody in or out', async () => {
    const client = createTestClient({ user: ADA })
    const token = await client.getTokenSilently()
    client.signIn(GRACE)
    expect(await client.getUser()).toEqual(GRACE)
    expect(await client.getTokenSilently()).not.toBe(token)
    client.signOut()
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('is an Auth0Client for whoever asks', () => {
    expect(createTestClient()).toBeInstanceOf(Auth0Client)
  })
})

describe('a redirect login of a test client', () => {
  it('goes nowhere, and is finished by the callback with the state of the application', async () => {
    const assign = vi.spyOn(location, 'assign')
    const client = createTestClient({ loginUser: ADA })
    await client.loginWithRedirect({ appState: { returnTo: '/inbox' } })
    expect(await client.isAuthenticated()).toBe(false)
    const result = await client.handleRedirectCallback(client.callbackUrl())
    expect(result).toEqual({ appState: { returnTo: '/inbox' }, response_type: 'code' })
    expect(await client.getUser()).toEqual(ADA)
    expect(assign).not.toHaveBeenCalled()
  })

  it('needs no address where the application reads none', async () => {
    const client = createTestClient()
    await client.loginWithRedirect({ appState: 1 })
    await client.loginWithRedirect({ appState: 2 })
    expect((await client.handleRedirectCallback()).appState).toBe(2)
  })

  it('gives openUrl the address of the login', async () => {
    const openUrl = vi.fn()
    const client = createTestClient({
      domain: 'login.example.com',
      clientId: 'app',
      authorizationParams: { audience: API },
    })
    await client.loginWithRedirect({
      authorizationParams: { scope: 'read:items', screen_hint: 'signup' },
      fragment: 'top',
      openUrl,
    })
    const url = new URL(openUrl.mock.calls[0]?.[0])
    expect(url.origin + url.pathname + url.hash).toBe('https://login.example.com/authorize#top')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'app',
      audience: API,
      scope: 'openid profile email read:items',
      screen_hint: 'signup',
      response_type: 'code',
      state: expect.any(String),
    })
  })

  it('comes back to the redirect_uri of the login', async () => {
    const client = createTestClient({
      authorizationParams: { redirect_uri: 'https://app.example.com/cb?a=1' },
    })
    await client.loginWithRedirect()
    expect(client.callbackUrl()).toMatch(/^https:\/\/app\.example\.com\/cb\?a=1&code=.+&state=.+/)
    await client.loginWithRedirect({ authorizationParams: { redirect_uri: 'https://b.example/' } })
    expect(client.callbackUrl()).toMatch(/^https:\/\/b\.example\/\?code=/)
  })

  it('signs in at once where nothing comes back', async () => {
    const client = createTestClient({ loginUser: ADA, redirectLogin: 'at-once' })
    await client.loginWithRedirect({ appState: 'story' })
    expect(await client.getUser()).toEqual(ADA)
    expect(await client.handleRedirectCallback()).toMatchObject({ appState: 'story' })
  })

  it('fails with what the tenant answered, also when buildAuthorizeUrl began it', async () => {
    const client = createTestClient()
    const url = await client.buildAuthorizeUrl({ appState: 'kept' })
    expect(url).toContain('https://tenant.example.com/authorize?')
    const denied = client.callbackUrl({ error: 'access_denied', error_description: 'No.' })
    const login = client.handleRedirectCallback(denied)
    await expect(login).rejects.toBeInstanceOf(AuthenticationError)
    await expect(login).rejects.toMatchObject({
      error: 'access_denied',
      message: 'No.',
      appState: 'kept',
    })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('refuses answers that no login is waiting for', async () => {
    const client = createTestClient()
    const refused = (url?: string) => client.handleRedirectCallback(url).catch(e => e.error ?? e)
    expect(await refused()).toBe('missing_transaction')
    expect(await refused('https://a.example/?code=c&state=s')).toBe('missing_transaction')
    await client.loginWithRedirect()
    expect(await refused('https://a.example/?code=c&state=other')).toBe('state_mismatch')
    expect(await refused('https://a.example/?state=other')).toBe('invalid_request')
    expect(await refused('https://a.example/')).toBeInstanceOf(Error)
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('may be answered twice, as a component that is mounted twice does', async () => {
    const client = createTestClient()
    await client.loginWithRedirect({ appState: 1 })
    const url = client.callbackUrl()
    const results = [client.handleRedirectCallback(url), client.handleRedirectCallback(url)]
    expect(await Promise.all(results)).toHaveLength(2)
    expect((await client.handleRedirectCallback()).appState).toBe(1)
  })

  it('says what is missing when there is no login to answer', () => {
    expect(() => createTestClient().callbackUrl()).toThrow('loginWithRedirect')
  })
})

describe('a popup login of a test client', () => {
  it('opens no window, signs in, and closes the window of the application', async () => {
    const open = vi.spyOn(window, 'open')
    const popup = { close: vi.fn() }
    const client = createTestClient({ loginUser: ADA })
    await client.loginWithPopup({}, { popup })
    expect(await client.getUser()).toEqual(ADA)
    expect(popup.close).toHaveBeenCalledOnce()
    await client.loginWithPopup({}, { popup, closePopup: false })
    expect(popup.close).toHaveBeenCalledOnce()
    expect(open).not.toHaveBeenCalled()
  })

  it('gives the token that came of it', async () => {
    const client = createTestClient({ tokens: { [API]: 'for the api', default: 'for nobody' } })
    expect(await client.getTokenWithPopup(forApi())).toBe('for the api')
    expect(await client.getTokenSilently(forApi())).toBe('for the api')
    expect(await client.getTokenSilently()).toBe('for nobody')
  })
})

describe('the tokens of a test client', () => {
  it('differ from audience to audience and stay until they are renewed', async () => {
    const client = createTestClient({ user: ADA })
    const token = await client.getTokenSilently()
    expect(await client.getTokenSilently()).toBe(token)
    expect(await client.getTokenSilently(forApi())).not.toBe(token)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).not.toBe(token)
  })

  it('come from a function that sees audience and scope, once per renewal', async () => {
    const tokens = vi.fn(async ({ audience, scope }: TestTokenRequest) => `${audience} ${scope}`)
    const client = createTestClient({ user: ADA, tokens })
    const [a, b] = await Promise.all([
      client.getTokenSilently(forApi('write')),
      client.getTokenSilently(forApi('write')),
    ])
    expect(a).toBe(`${API} openid profile email write`)
    expect(b).toBe(a)
    expect(await client.getTokenSilently(forApi())).toBe(a)
    expect(tokens).toHaveBeenCalledOnce()
    expect(await client.getTokenSilently()).toBe('undefined openid profile email')
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(tokens).toHaveBeenCalledTimes(3)
  })

  it('come with the whole answer on demand, but never with a refresh token', async () => {
    const client = createTestClient({
      user: ADA,
      tokens: { default: { access_token: 'a', expires_in: 600 } },
      useRefreshTokens: true,
    })
    const answer = await client.getTokenSilently({ detailedResponse: true })
    expect(answer).toEqual({
      access_token: 'a',
      expires_in: 600,
      token_type: 'Bearer',
      scope: 'openid profile email offline_access',
      id_token: (await client.getIdTokenClaims())?.__raw,
    })
  })

  it('are asked for anew when they are about to expire', async () => {
    let now = Date.now()
    const client = createTestClient({
      user: ADA,
      nowProvider: () => now,
      tokens: () => ({ expires_in: 100 }),
    })
    const token = await client.getTokenSilently()
    now += 40_000
    expect(await client.getTokenSilently()).toBe(token)
    now += 1_000
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    expect(await client.getTokenSilently()).not.toBe(token)
  })

  it('bring another ID token, and so another object for the same user', async () => {
    const client = createTestClient({ user: ADA })
    const before = await client.getUser()
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(await client.getUser()).toEqual(before)
    expect(await client.getUser()).not.toBe(before)
  })

  it('that come after the session has ended are not taken in', async () => {
    let give = (_: string): void => {}
    const given = new Promise<string>(resolve => {
      give = resolve
    })
    const client = createTestClient({ user: ADA, tokens: () => given })
    const token = client.getTokenSilently()
    await client.logout({ openUrl: false })
    give('late')
    await expect(token).rejects.toMatchObject({ error: 'login_required' })
    client.signIn(GRACE)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('fail a login when the source of tokens fails', async () => {
    const client = createTestClient({
      tokens: () => {
        throw new GenericError('unauthorized', 'Blocked')
      },
    })
    await client.loginWithRedirect()
    await expect(client.handleRedirectCallback()).rejects.toMatchObject({ error: 'unauthorized' })
    expect(await client.isAuthenticated()).toBe(false)
  })
})

describe('checkSession of a test client', () => {
  it('never rejects', async () => {
    const client = createTestClient({
      user: ADA,
      tokens: () => {
        throw loginRequired()
      },
    })
    await client.checkSession()
    expect(await client.isAuthenticated()).toBe(false)
    await client.checkSession()
  })

  it('leaves a token in the cache', async () => {
    const client = createTestClient({ user: ADA })
    await client.checkSession()
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBe('test-token-1')
  })
})

describe('the end of a session of a test client', () => {
  it('signs out first and then gives openUrl the address', async () => {
    const client = createTestClient({ user: ADA, clientId: 'app' })
    let wasSignedIn: boolean | undefined
    const openUrl = vi.fn(async () => {
      wasSignedIn = await client.isAuthenticated()
    })
    await client.logout({ logoutParams: { returnTo: 'https://app.example.com' }, openUrl })
    expect(wasSignedIn).toBe(false)
    expect(openUrl).toHaveBeenCalledWith(
      expect.stringContaining('client_id=app&returnTo=https%3A%2F%2Fapp.example.com'),
    )
  })

  it('does not go anywhere without openUrl', async () => {
    const assign = vi.spyOn(location, 'assign')
    const client = createTestClient({ user: ADA })
    await client.logout()
    expect(await client.isAuthenticated()).toBe(false)
    expect(assign).not.toHaveBeenCalled()
  })

  it('is none when another client is signed out', async () => {
    const client = createTestClient({ user: ADA })
    await client.logout({ clientId: 'another', openUrl: false })
    expect(await client.isAuthenticated()).toBe(true)
    await client.logout({ clientId: null, openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('builds the same address without signing out', async () => {
    const client = createTestClient({ user: ADA })
    expect(client.buildLogoutUrl()).toContain('https://tenant.example.com/v2/logout?client_id=')
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('is none when refresh tokens are revoked', async () => {
    const client = createTestClient({ user: ADA, useRefreshTokens: true })
    await client.revokeRefreshToken({ audience: API })
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('failNext', () => {
  it('makes the next call of a method fail, and no other', async () => {
    const client = createTestClient({ user: ADA })
    client.failNext('getTokenSilently', new TimeoutError())
    expect(await client.getUser()).toEqual(ADA)
    await expect(client.getTokenSilently()).rejects.toBeInstanceOf(TimeoutError)
    expect(await client.getTokenSilently()).toBe('test-token-1')
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('lets several failures of one method queue up', async () => {
    const client = createTestClient()
    client.failNext('loginWithPopup', new GenericError('cancelled', 'Popup closed'))
    client.failNext('logout', new Error('first'))
    client.failNext('loginWithPopup', new TimeoutError())
    await expect(client.loginWithPopup()).rejects.toMatchObject({ error: 'cancelled' })
    await expect(client.loginWithPopup()).rejects.toMatchObject({ error: 'timeout' })
    await expect(client.logout()).rejects.toThrow('first')
    await client.loginWithPopup()
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('throws from the methods that answer at once', () => {
    const client = createTestClient()
    client.failNext('buildLogoutUrl', new Error('no address'))
    expect(() => client.buildLogoutUrl()).toThrow('no address')
    client.failNext('getConfiguration', new Error('no configuration'))
    expect(() => client.getConfiguration()).toThrow('no configuration')
  })

  it('signs out when a token needs a login, unless another refresh token is good', async () => {
    const client = createTestClient({ user: ADA })
    client.failNext('getTokenSilently', loginRequired())
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    expect(await client.isAuthenticated()).toBe(false)

    const other = createTestClient({ user: ADA, useRefreshTokens: true })
    await other.getTokenSilently()
    other.failNext('getTokenSilently', loginRequired())
    await expect(other.getTokenSilently(forApi())).rejects.toMatchObject({
      error: 'login_required',
    })
    expect(await other.isAuthenticated()).toBe(true)
  })
})

describe('what a test client records', () => {
  it('is every call of the application in order, with what it was given', async () => {
    const client = createTestClient({ user: ADA })
    client.getConfiguration()
    await client.getTokenSilently({ cacheMode: 'off' })
    client.failNext('logout', new Error('no'))
    await client.logout({ openUrl: false }).catch(() => {})
    await client.getTokenWithPopup()
    expect(client.calls).toEqual([
      { method: 'getConfiguration', args: [] },
      { method: 'getTokenSilently', args: [{ cacheMode: 'off' }] },
      { method: 'logout', args: [{ openUrl: false }] },
      { method: 'getTokenWithPopup', args: [] },
    ])
  })

  it('has the parameters of each method as its type', async () => {
    const client = createTestClient()
    await client.loginWithRedirect({ appState: 'a' })
    const [call] = client.calls
    if (call?.method !== 'loginWithRedirect') throw new Error('not recorded')
    expect(call.args[0]?.appState).toBe('a')
  })

  it('does not keep a spy from taking the place of a method', async () => {
    const client = createTestClient()
    vi.spyOn(client, 'getTokenSilently').mockResolvedValue('mine')
    expect(await client.getTokenSilently()).toBe('mine')
  })
})

describe('the configuration of a test client', () => {
  it('is the one given, frozen', () => {
    const configuration = createTestClient({
      domain: 'd.example',
      clientId: 'c',
    }).getConfiguration()
    expect(configuration).toEqual({ domain: 'd.example', clientId: 'c' })
    expect(Object.isFrozen(configuration)).toBe(true)
  })

  it('is judged as the real client judges it', async () => {
    const client = createTestClient({ clientId: '', user: ADA })
    await expect(client.getTokenSilently()).rejects.toBeInstanceOf(InvalidConfigurationError)
    await expect(client.loginWithRedirect()).rejects.toBeInstanceOf(InvalidConfigurationError)
    await expect(client.logout()).rejects.toBeInstanceOf(InvalidConfigurationError)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('leaves nothing in storage and asks nobody', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch')
    const client = createTestClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    await client.loginWithRedirect()
    await client.handleRedirectCallback()
    await client.getTokenSilently({ cacheMode: 'off' })
    await client.revokeRefreshToken()
    expect(localStorage.length + sessionStorage.length + document.cookie.length).toBe(0)
    expect(fetched).not.toHaveBeenCalled()
  })
})
