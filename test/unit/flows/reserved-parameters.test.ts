import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Auth0Client } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, REDIRECT_URI, redirectUrl } from '../../support/clients.ts'
import { begin, post } from '../../support/popups.ts'
import {
  activeRefreshTokens,
  authorize,
  CLIENT_ID,
  createTestbed,
  DOMAIN,
  grants,
  tokenRequests,
} from '../../support/testbed.ts'

let tenant: TestTenant
let frames: ReturnType<typeof answerSilently> | undefined
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => frames?.stop())

/** Whatever the protocol protects itself with, in the hands of somebody else. */
const EVIL: Record<string, string> = Object.fromEntries(
  [
    'client_id',
    'client_secret',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'code',
    'code_challenge',
    'code_challenge_method',
    'code_verifier',
    'grant_type',
    'refresh_token',
    'request',
    'request_uri',
    'dpop_jkt',
  ].map(name => [name, 'evil']),
)
const MINE = { ...EVIL, custom: 'mine' }

const expectOurs = (url: string, responseMode: string): void => {
  const { searchParams } = new URL(url)
  expect([...searchParams.keys()].length).toBe(new Set(searchParams.keys()).size)
  expect(Object.fromEntries(searchParams)).toEqual({
    client_id: CLIENT_ID,
    response_type: 'code',
    response_mode: responseMode,
    state: expect.stringMatching(/^.{60}$/),
    nonce: expect.stringMatching(/^.{60}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    redirect_uri: REDIRECT_URI,
    scope: expect.stringContaining('openid'),
    custom: 'mine',
    auth0Client: expect.any(String),
    ...(responseMode === 'web_message' && searchParams.has('prompt') && { prompt: 'none' }),
  })
}

const exchangeOf = (custom: object) => ({
  grant_type: 'authorization_code',
  client_id: CLIENT_ID,
  code: expect.stringMatching(/^code-/),
  code_verifier: expect.stringMatching(/^[\w\-~.]{43}$/),
  redirect_uri: REDIRECT_URI,
  ...custom,
})

/** Each place in which an application may write parameters. */
const PLACES: [string, () => Auth0Client, object][] = [
  ['the client', () => createClient({ authorizationParams: MINE }), {}],
  ['the call', () => createClient(), { authorizationParams: MINE }],
  [
    'the top level of 1.x, for the client',
    () => {
      const old = { domain: DOMAIN, redirect_uri: REDIRECT_URI, ...MINE, client_id: CLIENT_ID }
      return new Auth0Client(old as never)
    },
    {},
  ],
  [
    'the top level of 1.x, for the call',
    () => new Auth0Client({ domain: DOMAIN, client_id: CLIENT_ID, redirect_uri: REDIRECT_URI }),
    MINE,
  ],
]

describe.each(PLACES)('parameters given to %s', (_, create, call) => {
  it('security 9: replace nothing of the protocol in a login by redirect', async () => {
    const client = create()
    const url = await redirectUrl(client, call)
    expectOurs(url, 'query')
    await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(tokenRequests(tenant)).toEqual([exchangeOf({})])
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('security 9: replace nothing in buildAuthorizeUrl', async () => {
    expectOurs(await create().buildAuthorizeUrl(call), 'query')
  })

  it('security 9: replace nothing in a popup', async () => {
    const { login, url } = await begin(create(), {}, call)
    expectOurs(url, 'web_message')
    post(await authorize(tenant, url))
    await login
    expect(tokenRequests(tenant)).toEqual([exchangeOf({})])
  })

  it('security 9: replace nothing in a frame, nor in the token request after it', async () => {
    frames = answerSilently(tenant)
    await create().getTokenSilently(call)
    expectOurs(frames.urls[0]?.href ?? '', 'web_message')
    expect(tokenRequests(tenant)).toEqual([exchangeOf({ custom: 'mine' })])
  })
})

it('security 9: parameters replace nothing in a refresh', async () => {
  const client = createClient({
    useRefreshTokens: true,
    cacheLocation: 'localstorage',
    authorizationParams: MINE,
  })
  await signIn(client, tenant)
  const [refreshToken] = activeRefreshTokens(tenant)
  await client.getTokenSilently({ cacheMode: 'off', authorizationParams: EVIL })
  expect(grants(tenant, 'refresh_token')).toEqual([
    {
      grant_type: 'refresh_token',
      client_id: CLIENT_ID,
      refresh_token: refreshToken,
      redirect_uri: REDIRECT_URI,
      custom: 'mine',
    },
  ])
})
