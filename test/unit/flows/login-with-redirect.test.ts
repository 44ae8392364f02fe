import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthenticationError, createAuth0Client, GenericError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, REDIRECT_URI, redirectUrl, sessionItems } from '../../support/clients.ts'
import {
  authorize,
  CLIENT_ID,
  createTestbed,
  DOMAIN,
  tokenRequests,
} from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

afterEach(() => history.replaceState(null, '', '/'))

const transactions = (): string[] =>
  Object.keys(sessionStorage).filter(key => key.startsWith('a0.spajs.txs.'))

describe('loginWithRedirect', () => {
  it('sends the authorization request with PKCE, state and nonce', async () => {
    const url = new URL(await redirectUrl(createClient()))
    expect(url.origin + url.pathname).toBe(`https://${DOMAIN}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      response_type: 'code',
      response_mode: 'query',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[A-Za-z0-9+/]{58}==$/),
      nonce: expect.stringMatching(/^[A-Za-z0-9+/]{58}==$/),
      auth0Client: expect.any(String),
    })
  })

  it('adds offline_access to the scopes when refresh tokens are used', async () => {
    const url = new URL(await redirectUrl(createClient({ useRefreshTokens: true })))
    expect(url.searchParams.get('scope')).toBe('openid profile email offline_access')
  })

  it('appends the fragment behind everything else', async () => {
    expect(await redirectUrl(createClient(), { fragment: '/route' })).toMatch(/#\/route$/)
  })

  it('lets parameters of the call win over those of the client, unless they are undefined', async () => {
    const client = createClient({ authorizationParams: { audience: 'a', ui_locales: 'en' } })
    const url = new URL(
      await redirectUrl(client, {
        authorizationParams: { ui_locales: 'de', audience: undefined as never },
      }),
    )
    expect(url.searchParams.get('ui_locales')).toBe('de')
    expect(url.searchParams.get('audience')).toBe('a')
  })

  it('takes the scopes of the audience the client is configured with', async () => {
    const client = createClient({
      authorizationParams: { audience: 'api', scope: { api: 'read', default: 'profile' } },
    })
    const url = new URL(await redirectUrl(client))
    expect(url.searchParams.get('scope')).toBe('openid read')
  })

  it('opens the URL with onRedirect where openUrl is not given', async () => {
    let opened = ''
    await createClient().loginWithRedirect({
      onRedirect: async url => {
        opened = url
      },
    })
    expect(opened).toContain('/authorize?')
  })

  it.each<[string, () => unknown]>([
    [
      'circular',
      () => {
        const state: Record<string, unknown> = {}
        return Object.assign(state, { state })
      },
    ],
    ['a BigInt', () => ({ id: 1n })],
    ['a function', () => () => {}],
    ['a symbol', () => Symbol('x')],
    [
      'an object that throws when it is read',
      () => ({
        get to() {
          throw new Error('gone')
        },
      }),
    ],
  ])(
    'with an appState that is %s fails with its name before the page is left',
    async (_, create) => {
      let left = 0
      const login = createClient().loginWithRedirect({
        appState: create(),
        openUrl: () => void left++,
      })
      await expect(login).rejects.toMatchObject({
        name: 'InvalidConfigurationError',
        error: 'invalid_configuration',
        message: expect.stringContaining('`appState`'),
      })
      expect(left).toBe(0)
      expect(transactions()).toEqual([])
    },
  )

  it('keeps what JSON keeps of an appState, and accepts null', async () => {
    const client = createClient()
    for (const [given, kept] of [
      [null, null],
      [
        { to: '/', at: new Date(0), done: () => {} },
        { to: '/', at: '1970-01-01T00:00:00.000Z' },
      ],
    ]) {
      const url = await redirectUrl(client, { appState: given })
      const result = await client.handleRedirectCallback(await tenant.answerLogin(url))
      expect(result.appState).toEqual(kept)
    }
  })

  it('ignores a click event passed in place of options', async () => {
    const event = Object.assign(new Event('click'), { audience: undefined, type2: 'x' })
    const url = await redirectUrl(createClient(), event as never)
    expect(url).not.toContain('type2')
  })
})

describe('configuration', () => {
  it.each([
    ['domain', { domain: '' }],
    ['clientId', { clientId: '' }],
  ])('says on first use that the option %s is missing, and not before', async (name, missing) => {
    const client = await createAuth0Client({ domain: DOMAIN, clientId: CLIENT_ID, ...missing })
    await expect(redirectUrl(client)).rejects.toMatchObject({
      name: 'InvalidConfigurationError',
      error: 'invalid_configuration',
      message: expect.stringContaining(`"${name}"`),
    })
    expect(transactions()).toEqual([])
  })
})

describe('handleRedirectCallback', () => {
  it('security 7, 22: exchanges the code with the verifier and gives the application its state back', async () => {
    const client = createClient()
    const url = await redirectUrl(client, { appState: { returnTo: '/inbox' } })
    const result = await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(result).toEqual({ appState: { returnTo: '/inbox' }, response_type: 'code' })
    expect(tokenRequests(tenant)).toEqual([
      {
        grant_type: 'authorization_code',
        client_id: CLIENT_ID,
        code: expect.any(String),
        code_verifier: expect.stringMatching(/^[\w\-~.]{43}$/),
        redirect_uri: REDIRECT_URI,
      },
    ])
    expect(await client.getUser()).toMatchObject({ name: 'Ada Lovelace' })
    expect(transactions()).toEqual([])
  })

  it('rejects a URL without a query before it looks at anything', async () => {
    const client = createClient()
    await redirectUrl(client)
    await expect(client.handleRedirectCallback(REDIRECT_URI)).rejects.toThrow(
      'There are no query params available for parsing.',
    )
    expect(transactions()).toHaveLength(1)
  })

  it('says missing_transaction when no login is under way', async () => {
    await expect(
      createClient().handleRedirectCallback(`${REDIRECT_URI}?code=c&state=s`),
    ).rejects.toMatchObject({
      error: 'missing_transaction',
      message: 'Invalid state',
      cause: {
        message: expect.stringMatching(/reload, back button.*another tab, browser or origin/),
      },
    })
  })

  it.each([
    [false, 'missing_transaction'],
    [true, 'state_mismatch'],
  ])(
    'does not hide the error of a response without a state (a login is pending: %s)',
    async (isPending, code) => {
      const client = createClient()
      if (isPending) await redirectUrl(client)
      const query = 'error=unauthorized&error_description=Your%20email%20is%20not%20verified.'
      await expect(client.handleRedirectCallback(`${REDIRECT_URI}?${query}`)).rejects.toMatchObject(
        {
          error: code,
          message: 'Invalid state',
          cause: {
            message: expect.stringMatching(/no state.*says "unauthorized": Your email is not/),
          },
        },
      )
    },
  )

  it('security 12, 13, M17: leaves a login under way untouched by an answer with a state of its own', async () => {
    const client = createClient()
    const url = await redirectUrl(client)
    await expect(
      client.handleRedirectCallback(`${REDIRECT_URI}?code=c&state=forged`),
    ).rejects.toMatchObject({ error: 'state_mismatch', message: 'Invalid state' })
    await expect(
      client.handleRedirectCallback(`${REDIRECT_URI}?error=access_denied&state=forged`),
    ).rejects.toMatchObject({ error: 'state_mismatch' })
    expect(tokenRequests(tenant)).toEqual([])
    await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(await client.isAuthenticated()).toBe(true)
  })

  it.each([
    ['neither a code nor an error', ''],
    ['two codes', '&code=a&code=b'],
  ])('security 16, M17: refuses an answer with %s and keeps the login', async (_, rest) => {
    const client = createClient()
    const url = await redirectUrl(client)
    const { state } = await authorize(tenant, url)
    const forged = `${REDIRECT_URI}?state=${encodeURIComponent(state)}${rest}`
    await expect(client.handleRedirectCallback(forged)).rejects.toMatchObject({
      error: 'invalid_request',
    })
    await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('turns an error of the tenant into an AuthenticationError with the state of the application', async () => {
    const client = createClient()
    const { state } = await authorize(tenant, await redirectUrl(client, { appState: 'x' }))
    const query = new URLSearchParams({ state, error: 'access_denied', error_description: 'No.' })
    const error = await client.handleRedirectCallback(`${REDIRECT_URI}?${query}`).catch(e => e)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({
      name: 'AuthenticationError',
      error: 'access_denied',
      message: 'No.',
      state,
      appState: 'x',
    })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('security 17: handles one answer once when it is given twice', async () => {
    const client = createClient()
    const url = await tenant.answerLogin(await redirectUrl(client, { appState: 1 }))
    const results = await Promise.all([
      client.handleRedirectCallback(url),
      client.handleRedirectCallback(url),
    ])
    expect(results).toEqual([
      { appState: 1, response_type: 'code' },
      { appState: 1, response_type: 'code' },
    ])
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('security 6: finishes two logins begun side by side, in either order', async () => {
    const client = createClient()
    const first = await redirectUrl(client, { appState: 'first' })
    const second = await redirectUrl(client, { appState: 'second' })
    const late = await client.handleRedirectCallback(await tenant.answerLogin(second))
    const early = await client.handleRedirectCallback(await tenant.answerLogin(first))
    expect([late.appState, early.appState]).toEqual(['second', 'first'])
  })

  it('reads the answer of an application that routes by hash', async () => {
    const client = createClient()
    const { code, state } = await authorize(tenant, await redirectUrl(client))
    const query = new URLSearchParams({ code, state, next: '/a?b' })
    await client.handleRedirectCallback(`https://app.example.com/#/callback?${query}`)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('security 18: cleans the address bar only when asked to, and keeps what belongs to the application', async () => {
    const client = createClient()
    const { code, state } = await authorize(tenant, await redirectUrl(client))
    history.replaceState(
      { router: 1 },
      '',
      `/callback?${new URLSearchParams({ tab: '2', code, state })}#top`,
    )
    await client.handleRedirectCallback(location.href, { cleanUrl: true })
    expect(location.href).toBe('https://app.example.com/callback?tab=2#top')
    expect(history.state).toEqual({ router: 1 })
  })

  it('security 28, M9: stores nothing when the ID token is not for this login', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    tenant.idTokenClaims = { nonce: 'another' }
    await expect(signIn(client, tenant)).rejects.toMatchObject({ error: 'invalid_token' })
    expect(sessionItems()).toEqual({})
    expect(document.cookie).toBe('')
  })

  it('security 39, 54: forgets the tokens of another user who was signed in before', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant, { authorizationParams: { audience: 'api-1' } })
    tenant.user = { sub: 'auth0|grace', name: 'Grace Hopper' }
    await signIn(client, tenant, { authorizationParams: { audience: 'api-2' } })
    const audiences = Object.keys({ ...localStorage }).filter(key => key.includes('::api-'))
    expect(audiences).toEqual([`@@auth0spajs@@::${CLIENT_ID}::api-2::openid profile email`])
    expect(await client.getUser()).toMatchObject({ name: 'Grace Hopper' })
  })
})

describe('what can fail after the transaction was taken', () => {
  it('is not the address bar: a page that may not change it signs in', async () => {
    const client = createClient()
    const answer = await tenant.answerLogin(await redirectUrl(client))
    history.replaceState(null, '', `/callback?${new URL(answer).searchParams}`)
    vi.spyOn(history, 'replaceState').mockImplementation(() => {
      throw new DOMException('100 times per 10 seconds', 'SecurityError')
    })
    await client.handleRedirectCallback(answer, { cleanUrl: true })
    vi.restoreAllMocks()
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('is handled once, also if a forged response comes in between', async () => {
    const client = createClient()
    const answer = await tenant.answerLogin(await redirectUrl(client))
    const results = [
      client.handleRedirectCallback(answer),
      client.handleRedirectCallback('/?code=forged&state=forged').catch(({ error }) => error),
      client.handleRedirectCallback(answer),
    ]
    const expected = { response_type: 'code' }
    expect(await Promise.all(results)).toEqual([expected, expect.any(String), expected])
    expect(tokenRequests(tenant)).toHaveLength(1)
  })
})
