import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  Auth0Client,
  type Auth0ClientOptions,
  InvalidConfigurationError,
} from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, recordFrames, redirectUrl } from '../../support/clients.ts'
import { createWindow } from '../../support/popups.ts'
import { CLIENT_ID, createTestbed, DOMAIN, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.unstubAllGlobals())

/** A client with options of any type, as pages without TypeScript and environment files give them. */
const loose = (options: object = {}): Auth0Client =>
  new Auth0Client({ domain: DOMAIN, clientId: CLIENT_ID, ...options } as Auth0ClientOptions)

/** What a method rejects with for an option that cannot be used. */
const namesOption = (name: string) => ({
  name: 'InvalidConfigurationError',
  error: 'invalid_configuration',
  message: expect.stringContaining(`"${name}"`),
})

describe('the domain of an environment file', () => {
  it.each([
    ['spaces around it', `  ${DOMAIN} `],
    ['quotes around it', `"${DOMAIN}"`],
    ['single quotes around it', `'${DOMAIN}'`],
    ['a line end', `${DOMAIN}\r\n`],
    ['a tab in it', DOMAIN.replace('.', '\t.')],
    ['a byte order mark', `\ufeff${DOMAIN}`],
    ['a space without width', `${DOMAIN}\u200b`],
    ['capitals', 'Tenant.Example.COM'],
    ['the default port', `${DOMAIN}:443`],
    ['an empty port', `${DOMAIN}:`],
    ['a slash', `${DOMAIN}/`],
    ['two slashes', `${DOMAIN}//`],
    ['a scheme', `https://${DOMAIN}`],
    ['a scheme and a slash', `https://${DOMAIN}/`],
    ['a scheme in capitals', `HTTPS://${DOMAIN}`],
    ['a scheme with one slash', `https:/${DOMAIN}`],
    ['slashes without a scheme', `//${DOMAIN}`],
    ['full-width characters', 'ｔｅｎａｎｔ.example.com'],
  ])('is the same tenant with %s', async (_, domain) => {
    const client = createClient({ domain })
    const url = await redirectUrl(client)
    expect(url).toMatch(new RegExp(`^https://${DOMAIN}/authorize\\?`))
    await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('may have letters of any alphabet', async () => {
    const url = await redirectUrl(createClient({ domain: 'anmeldung.müller.example' }))
    expect(new URL(url).host).toBe('anmeldung.xn--mller-kva.example')
  })

  it.each([
    ['a user name', `user@${DOMAIN}`],
    ['a user name and a password', `https://user:secret@${DOMAIN}`],
    ['a query', `${DOMAIN}?x=1`],
    ['a fragment', `${DOMAIN}#x`],
    ['two hosts', `${DOMAIN},b.example.com`],
    ['two lines', `${DOMAIN}\nCLIENT_ID=abc`],
    ['a space in it', 'tenant example.com'],
    ['two schemes', `https://https://${DOMAIN}`],
    ['another scheme', `ftp://${DOMAIN}`],
    ['a port out of range', `${DOMAIN}:99999`],
    ['a variable that was not set', 'https://undefined'],
    ['a placeholder', '{yourDomain}'],
    ['a number', 5],
    ['an object', { host: DOMAIN }],
    ['a function', () => DOMAIN],
    ['true', true],
  ])('is refused by name with %s, before anything leaves the page', async (_, domain) => {
    const client = loose({ domain, useRefreshTokens: true })
    const frames = recordFrames(tenant)
    const openPopup = vi.spyOn(window, 'open')
    await client.checkSession()
    const calls = [
      () => client.loginWithRedirect({ openUrl: () => {} }),
      () => client.loginWithPopup(),
      () => client.getTokenSilently(),
      () => client.handleRedirectCallback('/?code=c&state=s'),
      () => client.revokeRefreshToken(),
      () => client.logout(),
      () => client.buildAuthorizeUrl(),
      async () => client.buildLogoutUrl(),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject(namesOption('domain'))
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(openPopup).not.toHaveBeenCalled()
    expect(tenant.requests).toEqual([])
  })

  it('is named in the error with the value that was found', async () => {
    await expect(redirectUrl(loose({ domain: 'a b' }))).rejects.toThrow('"a b"')
    await expect(redirectUrl(loose({ domain: 5 }))).rejects.toThrow('"5"')
  })
})

describe('an issuer', () => {
  it.each([
    [`${DOMAIN}\n`, `https://${DOMAIN}/`],
    ['Tenant.Example.Com', `https://${DOMAIN}/`],
    [`${DOMAIN}/`, `https://${DOMAIN}/`],
    [`HTTPS://${DOMAIN}:443/`, `https://${DOMAIN}/`],
    // Some providers have an issuer without a slash at the end: it is compared as text.
    [` https://${DOMAIN}`, `https://${DOMAIN}`],
  ])('given as %j is expected as %s', async (issuer, iss) => {
    tenant.idTokenClaims = { iss }
    const client = createClient({ issuer })
    await signIn(client, tenant)
    expect((await client.getIdTokenClaims())?.iss).toBe(iss)
  })

  it.each(['a b', 'user@x', 7, {}, 'x?y'])('given as %j is refused by name', async issuer => {
    await expect(redirectUrl(loose({ issuer }))).rejects.toMatchObject(namesOption('issuer'))
  })

  it('in formerIssuers that cannot be one is refused by name', async () => {
    const client = loose({ formerIssuers: ['old.example.com', 'a b'] })
    await expect(redirectUrl(client)).rejects.toMatchObject(namesOption('formerIssuers'))
  })
})

describe('options of an environment file', () => {
  it('are trimmed where they are text', async () => {
    const client = loose({
      clientId: ` ${CLIENT_ID}\r\n`,
      authorizationParams: { audience: ' api ' },
    })
    expect(client.getConfiguration().clientId).toBe(CLIENT_ID)
    const { searchParams } = new URL(await redirectUrl(client))
    expect(searchParams.get('client_id')).toBe(CLIENT_ID)
    expect(searchParams.get('audience')).toBe('api')
  })

  it.each(['false', ' false\n', '"false"'])('that say %j do not turn anything on', async text => {
    const client = loose({ useRefreshTokens: text, useFormData: text })
    const url = await redirectUrl(client)
    expect(new URL(url).searchParams.get('scope')).not.toContain('offline_access')
  })

  it('that say "true" turn it on', async () => {
    const url = await redirectUrl(loose({ useRefreshTokens: 'true' }))
    expect(new URL(url).searchParams.get('scope')).toContain('offline_access')
  })

  it('that are numbers as text count as numbers', async () => {
    tenant.idTokenClaims = { exp: Math.floor(Date.now() / 1000) - 90 }
    await expect(signIn(createClient(), tenant)).rejects.toMatchObject({ error: 'invalid_token' })
    const client = loose({
      leeway: ' 120 ',
      authorizationParams: { redirect_uri: location.origin },
    })
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it.each([
    'clientId',
    'issuer',
    'cookieDomain',
    'leeway',
    'useRefreshTokens',
    'workerUrl',
    'cache',
  ])('may be null or empty: then %s is not set', async name => {
    for (const value of [null, undefined, '']) {
      const wanted = name === 'clientId' ? /"clientId" is missing/ : /^https/
      const found = await redirectUrl(loose({ [name]: value })).catch(String)
      expect(found).toMatch(wanted)
    }
  })

  it.each(['.example.com', ' Example.com ', 'https://example.com/', 'example.com:443'])(
    'may give the domain of cookies as %j',
    async cookieDomain => {
      const written = vi.spyOn(document, 'cookie', 'set')
      await loose({ cookieDomain }).logout({ openUrl: false })
      const cookies = written.mock.calls.map(([cookie]) => cookie)
      const session = cookies.filter(cookie => cookie.includes('is.authenticated'))
      expect(session.length).toBeGreaterThan(0)
      for (const cookie of session) expect(cookie).toMatch(/; domain=\.?example\.com(;|$)/)
    },
  )

  it.each<[string, unknown]>([
    ['cookieDomain', 'example.com; secure'],
    ['clientId', 123],
    ['clientId', { id: CLIENT_ID }],
    ['cookieDomain', false],
    ['workerUrl', 1],
    ['sessionTransferTokenQueryParamName', true],
    ['useRefreshTokens', 'yes'],
    ['useRefreshTokens', 1],
    ['useRefreshTokensFallback', 'off'],
    ['useMrrt', {}],
    ['useFormData', 0],
    ['legacySameSiteCookie', 'no'],
    ['useCookiesForTransactions', []],
    ['allowInsecureRequests', 'sometimes'],
    ['leeway', 'a minute'],
    ['leeway', NaN],
    ['leeway', -1],
    ['leeway', Infinity],
    ['leeway', [60]],
    ['httpTimeoutInSeconds', -5],
    ['httpTimeoutInSeconds', '10s'],
    ['authorizeTimeoutInSeconds', NaN],
    ['sessionCheckExpiryDays', true],
    ['nowProvider', 1_700_000_000_000],
    ['cache', 'localstorage'],
    ['authorizationParams', 'openid'],
    ['auth0Client', 'auth0-react'],
    ['idTokenSignature', 'trust_tls'],
    ['interactiveErrorHandler', 'redirect'],
    ['idTokenSigningAlgs', 7],
  ])('are refused by name: %s is %j', async (name, value) => {
    const client = loose({ [name]: value })
    expect(await client.isAuthenticated()).toBe(false)
    await expect(redirectUrl(client)).rejects.toMatchObject(namesOption(name))
    await expect(redirectUrl(client)).rejects.toBeInstanceOf(InvalidConfigurationError)
    expect(tenant.requests).toEqual([])
  })

  it.each([
    ['idTokenSignature', 'off', 'verify|trust-tls'],
    ['interactiveErrorHandler', 'redirect', 'Pass popup'],
  ])('that are misspelt are answered with what is allowed: %s', async (name, value, allowed) => {
    await expect(redirectUrl(loose({ [name]: value }))).rejects.toThrow(allowed)
  })

  it('say which cache locations there are', () => {
    expect(() => loose({ cacheLocation: 'localStorage' })).toThrow('"memory" or "localstorage"')
    expect(() => loose({ cacheLocation: ' localstorage ' })).not.toThrow()
  })
})

describe('parameters where text is expected', () => {
  const queryOf = async (options: object, call: object = {}): Promise<URLSearchParams> =>
    new URL(await redirectUrl(loose(options), { authorizationParams: call as never })).searchParams

  it('may be a list of scopes, of the client and of a call', async () => {
    const scope = ['openid', 'read:items']
    const query = await queryOf(
      { authorizationParams: { scope } },
      { scope: ['write:items', 'openid'] },
    )
    expect(query.get('scope')).toBe('openid read:items write:items')
  })

  it('may be a list of scopes for each audience, or at the top level as in 1.x', async () => {
    const scope = { default: ['openid'], api: ['read', 'write'] }
    const options = { authorizationParams: { audience: 'api', scope } }
    expect((await queryOf(options)).get('scope')).toBe('openid read write')
    expect((await queryOf({ scope: ['read', 'write'] })).get('scope')).toBe(
      'openid profile email read write',
    )
  })

  it('find the token of a list in the cache, also after the list has changed', async () => {
    const client = createClient()
    await signIn(client, tenant, { authorizationParams: { scope: 'read' } })
    await signIn(client, tenant, { authorizationParams: { scope: 'write' } })
    const scope = ['read']
    const call = { cacheMode: undefined, authorizationParams: { scope } } as never
    const read = await client.getTokenSilently(call)
    await client.getTokenSilently(call)
    scope[0] = 'write'
    expect(await client.getTokenSilently(call)).not.toBe(read)
    expect(tokenRequests(tenant)).toHaveLength(2)
  })

  it('may be one audience in a list', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant, { authorizationParams: { audience: ['api'] as never } })
    expect(Object.keys(localStorage)).toContain(
      `@@auth0spajs@@::${CLIENT_ID}::api::openid profile email`,
    )
    const call = { authorizationParams: { audience: 'api' } }
    expect(await client.getTokenSilently(call)).toBeTruthy()
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it.each<[string, unknown]>([
    ['audience', 5],
    ['audience', { api: true }],
    ['audience', () => 'api'],
    ['organization', 7],
    ['organization', { id: 'org_1' }],
    ['redirect_uri', 3000],
    ['redirect_uri', {}],
  ])('are refused by name: %s is %j', async (name, value) => {
    await expect(queryOf({ authorizationParams: { [name]: value } })).rejects.toMatchObject(
      namesOption(name),
    )
    await expect(queryOf({}, { [name]: value })).rejects.toMatchObject(namesOption(name))
    const call = { authorizationParams: { [name]: value } }
    await expect(createClient().getTokenSilently(call)).rejects.toMatchObject(namesOption(name))
  })

  it('are refused by name: scope is an object, in a call', async () => {
    await expect(queryOf({}, { scope: { api: 'read' } })).rejects.toMatchObject(
      namesOption('scope'),
    )
  })

  it('go out with commas if they are a list, and as JSON if they are an object', async () => {
    const details = [{ type: 'payment', amount: 5 }]
    const query = await queryOf({
      authorizationParams: {
        connection_scope: ['a', 'b'],
        max_age: 60,
        claims: { id_token: { email: null } },
        authorization_details: details,
        ext: new URL('https://x.example/y'),
      },
    })
    expect(query.get('connection_scope')).toBe('a,b')
    expect(query.get('claims')).toBe('{"id_token":{"email":null}}')
    expect(JSON.parse(query.get('authorization_details') ?? '')).toEqual(details)
    expect(query.get('ext')).toBe('https://x.example/y')
  })

  it.each([undefined, null])(
    'that are %j are not given, and do not hide those of the client',
    async none => {
      const options = {
        authorizationParams: {
          audience: 'api',
          redirect_uri: 'https://app.example.com/a',
          login_hint: 'ada',
        },
      }
      const call = { audience: none, redirect_uri: none, login_hint: none, custom: none }
      const query = await queryOf(options, call)
      expect(query.get('audience')).toBe('api')
      expect(query.get('redirect_uri')).toBe('https://app.example.com/a')
      expect(query.get('login_hint')).toBe('ada')
      expect(query.has('custom')).toBe(false)
    },
  )

  it.each(['redirect_uri', 'organization'])(
    'that are empty do not hide the %s of the client',
    async name => {
      const options = { authorizationParams: { [name]: 'https://app.example.com/a' } }
      expect((await queryOf(options, { [name]: '' })).get(name)).toBe('https://app.example.com/a')
      expect((await queryOf({ authorizationParams: { [name]: ' ' } })).has(name)).toBe(false)
    },
  )

  it('a redirect_uri may be a URL object', async () => {
    const redirect_uri = new URL('https://app.example.com/a?b')
    expect((await queryOf({ authorizationParams: { redirect_uri } })).get('redirect_uri')).toBe(
      'https://app.example.com/a?b',
    )
  })

  it('an empty redirect_uri in a frame is the origin of the page', async () => {
    const client = loose({ authorizationParams: { redirect_uri: '' } })
    const frames = recordFrames(tenant)
    await client.getTokenSilently()
    frames.stop()
    expect(frames.urls[0]?.searchParams.get('redirect_uri')).toBe(location.origin)
  })

  it.each(['query', 'fragment', 'form_post', 'web_message'])(
    'response_mode of the application (%s) does not change where the answer is read',
    async response_mode => {
      const client = createClient({ authorizationParams: { response_mode } })
      const url = await redirectUrl(client)
      expect(new URL(url).searchParams.getAll('response_mode')).toEqual(['query'])
      const frames = recordFrames(tenant)
      await client.getTokenSilently({ authorizationParams: { response_mode } })
      frames.stop()
      expect(frames.urls[0]?.searchParams.getAll('response_mode')).toEqual(['web_message'])
    },
  )
})

describe('options of a call', () => {
  it.each<[string, unknown]>([
    ['timeoutInSeconds', 'soon'],
    ['timeoutInSeconds', -1],
    ['timeoutInSeconds', NaN],
    ['timeoutInSeconds', {}],
    ['cacheMode', 'no-cache'],
    ['cacheMode', true],
  ])('of getTokenSilently are refused by name: %s is %j', async (name, value) => {
    const call = { [name]: value } as never
    await expect(createClient().getTokenSilently(call)).rejects.toMatchObject(namesOption(name))
    expect(tenant.requests).toEqual([])
  })

  it('of getTokenSilently say which cache modes there are', async () => {
    const call = { cacheMode: 'no-cache' } as never
    await expect(createClient().getTokenSilently(call)).rejects.toThrow('on|off|cache-only')
  })

  it('of loginWithPopup are refused by name before the window leaves', async () => {
    for (const config of [{ timeoutInSeconds: 'x' }, { closePopup: 'maybe' }]) {
      const { popup, visited } = createWindow()
      const [name = ''] = Object.keys(config)
      const login = createClient().loginWithPopup({}, { popup, ...config } as never)
      await expect(login).rejects.toMatchObject(namesOption(name))
      expect(visited).toEqual([])
    }
  })

  it('may be null where there are none', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const none = null as never
    expect(await client.getTokenSilently({ authorizationParams: none })).toBeTruthy()
    expect(await redirectUrl(client, { authorizationParams: none })).toContain('/authorize')
    await client.logout({ openUrl: false, logoutParams: none })
  })
})
