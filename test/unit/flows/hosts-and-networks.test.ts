import { afterEach, describe, expect, it, vi } from 'vitest'
import { Auth0Client } from '../../../src/index.ts'
import { answerFrames } from '../../../src/testing/index.ts'
import { createTenantHandlers } from '../../../src/testing/msw.ts'
import { createClient, recordFrames, redirectUrl } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { begin } from '../../support/popups.ts'
import { CLIENT_ID, createTenant, createTestbed, tokenRequests } from '../../support/testbed.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  for (const base of document.querySelectorAll('base')) base.remove()
})

/** The page as a page at another address, which the browser treats as secure or not. */
const visit = (href: string, isSecureContext: boolean): void => {
  vi.stubGlobal('location', Object.assign(new URL(href), { assign: () => {}, replace: () => {} }))
  vi.stubGlobal('isSecureContext', isSecureContext)
}

describe('plain http', () => {
  const http = { domain: 'http://app.test:8080', clientId: CLIENT_ID }

  it('is accepted at the origin of a page that the browser treats as secure', async () => {
    visit('http://app.test:8080/page', true)
    const redirect_uri = 'http://app.test:8080/cb'
    const url = await redirectUrl(new Auth0Client(http), { authorizationParams: { redirect_uri } })
    expect(url).toMatch(/^http:\/\/app\.test:8080\/authorize\?/)
  })

  it.each([
    ['another origin', 'http://app.test:8081/page', true],
    ['a host that begins the same', 'http://app.test:80/page', true],
    ['the same origin, which the browser does not treat as secure', 'http://app.test:8080/', false],
  ])('security 8: is refused on a page of %s', async (_, href, isSecure) => {
    visit(href, isSecure)
    await expect(redirectUrl(new Auth0Client(http))).rejects.toMatchObject({
      error: 'invalid_configuration',
      message: expect.stringContaining('allowInsecureRequests'),
    })
  })

  it('is accepted everywhere with allowInsecureRequests, which warns once', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const options = { ...http, allowInsecureRequests: true }
    const authorizationParams = { redirect_uri: 'http://other.test/cb' }
    for (const client of [new Auth0Client(options), new Auth0Client(options)]) {
      expect(await redirectUrl(client, { authorizationParams })).toMatch(/^http:\/\/app\.test:8080/)
    }
    expect(warned.mock.calls).toEqual([[expect.stringMatching(/^\[latchkey\] .*not encrypted/)]])
  })

  it('security 8: of a redirect URI is refused without it', async () => {
    const authorizationParams = { redirect_uri: 'http://other.test/cb' }
    await expect(redirectUrl(createClient(), { authorizationParams })).rejects.toMatchObject({
      error: 'invalid_configuration',
    })
  })
})

describe('a relative redirect_uri', () => {
  const baseAt = (href: string): void => {
    const base = document.createElement('base')
    base.href = href
    document.head.append(base)
  }
  const redirectUri = async (redirect_uri: string): Promise<string | null> => {
    const url = await redirectUrl(createClient({ authorizationParams: { redirect_uri } }))
    return new URL(url).searchParams.get('redirect_uri')
  }

  it('is resolved against the base URL of the page', async () => {
    expect(await redirectUri('/cb')).toBe('https://app.example.com/cb')
    baseAt('https://app.example.com/shop/')
    expect(await redirectUri('cb?x=1')).toBe('https://app.example.com/shop/cb?x=1')
    expect(await redirectUri('../cb')).toBe('https://app.example.com/cb')
  })

  it('is the same in a popup, a frame, and in every token request', async () => {
    const tenant = createTestbed()
    baseAt('https://app.example.com/shop/')
    const expected = 'https://app.example.com/shop/cb'
    const client = createClient({
      useRefreshTokens: true,
      cacheLocation: 'localstorage',
      authorizationParams: { redirect_uri: 'cb' },
    })
    const frames = recordFrames(tenant)
    await client.getTokenSilently()
    await client.getTokenSilently({ cacheMode: 'off' })
    frames.stop()
    expect(frames.urls[0]?.searchParams.get('redirect_uri')).toBe(expected)
    expect(tokenRequests(tenant).map(each => each.redirect_uri)).toEqual([expected, expected])
    const popup = await begin(client)
    expect(new URL(popup.url).searchParams.get('redirect_uri')).toBe(expected)
  })

  it.each(['https://app.example.com', 'com.example.app://cb', 'https://App.example.com/a b'])(
    'is none if it has a scheme: %s stays as it is',
    async uri => {
      expect(await redirectUri(uri)).toBe(uri)
    },
  )
})

it('a relative workerUrl is resolved against the base URL of the page', async () => {
  const started: string[] = []
  vi.stubGlobal(
    'Worker',
    class {
      constructor(url: string) {
        started.push(String(url))
      }
    },
  )
  const base = document.createElement('base')
  base.href = 'https://app.example.com/shop/'
  document.head.append(base)
  const { startWorker } = await import('../../../src/browser/start-worker.ts')
  startWorker({ url: 'worker.js' })
  expect(started).toEqual(['https://app.example.com/shop/worker.js'])
})

describe('a browser that reports that it is offline', () => {
  const offline = () => vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)

  it('gets a token all the same if the line works', async () => {
    const tenant = createTestbed()
    offline()
    const frames = recordFrames(tenant)
    expect(await createClient().getTokenSilently()).toBeTruthy()
    frames.stop()
    expect(frames.urls).toHaveLength(1)
  })

  it('waits five seconds for a frame, and then says that it is offline', async () => {
    const tenant = createTestbed()
    offline()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let opened = () => {}
    const isOpen = new Promise<void>(resolve => {
      opened = resolve
    })
    const stop = answerFrames(tenant, () => {
      opened()
      return undefined
    })
    const result = createClient()
      .getTokenSilently()
      .catch((error: unknown) => error)
    await isOpen
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await result).toMatchObject({
      error: 'network_error',
      message: 'The browser is offline',
    })
    stop()
  })
})

describe('credentials of requests', () => {
  it.each([
    ['the tenant has another origin', 'tenant.example.com', 'omit'],
    ['the tenant is on the origin of the page', 'app.example.com/auth', 'same-origin'],
    ['the tenant has another port', 'app.example.com:8443', 'omit'],
  ])('if %s', async (_, domain, credentials) => {
    const tenant = createTenant({ domain })
    network.use(...createTenantHandlers(tenant))
    const fetched = vi.spyOn(globalThis, 'fetch')
    const client = createClient({ domain })
    await client.handleRedirectCallback(await tenant.answerLogin(await redirectUrl(client)))
    expect(fetched.mock.calls.map(([, init]) => init?.credentials)).toEqual(
      fetched.mock.calls.map(() => credentials),
    )
    expect(fetched.mock.calls.length).toBeGreaterThan(0)
  })
})

/** What servers, runtimes and DOM libraries without a page define. */
const SHIMS: [string, Record<string, unknown>][] = [
  ['no window', { window: undefined, document: undefined, location: undefined }],
  ['window = globalThis', { window: globalThis, document: undefined, location: undefined }],
  ['window = {}', { window: {}, document: undefined, location: undefined }],
  [
    'a window with storage and location, as Deno with --location',
    { window: globalThis, document: undefined },
  ],
  [
    'a document without a location, as linkedom',
    { window: { document: {} }, document: { cookie: '' }, location: undefined },
  ],
  [
    'a window with a navigator',
    { window: { navigator: {} }, document: undefined, location: undefined, navigator: {} },
  ],
]

describe.each(SHIMS)('on a server with %s', (_, globals) => {
  const onServer = (): void => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    for (const name of ['localStorage', 'sessionStorage']) vi.stubGlobal(name, undefined)
  }

  it('a client can be created without Web Crypto, asks no tenant, and knows no user', async () => {
    onServer()
    vi.stubGlobal('crypto', undefined)
    const client = new Auth0Client({ domain: 'tenant.example.com', clientId: CLIENT_ID })
    await client.checkSession()
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getUser()).toBeUndefined()
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it.each<[string, (client: Auth0Client) => Promise<unknown>]>([
    ['getTokenSilently', client => client.getTokenSilently()],
    ['loginWithRedirect', client => client.loginWithRedirect()],
    ['loginWithPopup', client => client.loginWithPopup()],
    ['handleRedirectCallback', client => client.handleRedirectCallback()],
    ['logout', client => client.logout()],
  ])('%s rejects with a typed error', async (_name, call) => {
    onServer()
    const client = new Auth0Client({
      domain: 'tenant.example.com',
      clientId: CLIENT_ID,
      useRefreshTokens: true,
    })
    await expect(call(client)).rejects.toMatchObject({
      error: expect.stringMatching(
        /^(missing_refresh_token|invalid_configuration|transaction_not_stored)$/,
      ),
    })
  })
})
