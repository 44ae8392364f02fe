import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0Client, GenericError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  createClient,
  REDIRECT_URI,
  recordFrames,
  redirectUrl,
  tokenKeys,
} from '../../support/clients.ts'
import { begin, post } from '../../support/popups.ts'
import { authorize, createTestbed, ISSUER, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

type Answer = Record<string, string>

/** The three ways to be given an answer: each gives the one that `answer` makes of the right one. */
const WAYS: [
  string,
  (client: Auth0Client, answer: (right: Answer) => Answer) => Promise<unknown>,
][] = [
  [
    'redirect',
    async (client, answer) => {
      const query = new URLSearchParams(answer(await authorize(tenant, await redirectUrl(client))))
      return client.handleRedirectCallback(`${REDIRECT_URI}?${query}`)
    },
  ],
  [
    'popup',
    async (client, answer) => {
      const { login, url } = await begin(client)
      post(answer(await authorize(tenant, url)))
      return login
    },
  ],
  [
    'iframe',
    async (client, answer) => {
      const frames = recordFrames(tenant, async url => answer(await authorize(tenant, url.href)))
      return client.getTokenSilently().finally(frames.stop)
    },
  ],
]

/** Nearly the issuer, and further away. */
const WRONG = [
  'https://evil.example.com/',
  ISSUER.slice(0, -1),
  ISSUER.toUpperCase(),
  `${ISSUER}#`,
  `${ISSUER} `,
  'http://tenant.example.com/',
  '',
]

describe.each(WAYS)('the answer to a login by %s', (_, login) => {
  it('security 14: is taken when it names the issuer, and when it names none', async () => {
    const client = createClient()
    await login(client, right => ({ ...right, iss: ISSUER }))
    expect(await client.isAuthenticated()).toBe(true)
    const another = createClient()
    await login(another, right => right)
    expect(await another.isAuthenticated()).toBe(true)
  })

  it.each(WRONG)(
    'security 14, M16: is refused from the issuer %j before anything is sent',
    async iss => {
      const heard = new BroadcastChannel('auth0.sessions')
      const news = vi.fn()
      heard.onmessage = news
      const client = createClient({ cacheLocation: 'localstorage' })
      const error = await login(client, right => ({ ...right, iss })).catch(e => e)
      expect(error).toBeInstanceOf(GenericError)
      expect(error).toMatchObject({ error: 'invalid_issuer' })
      expect((error as GenericError).message).toContain(`got "${iss}"`)
      expect((error as GenericError).message).toContain(ISSUER)
      expect(tokenRequests(tenant)).toEqual([])
      expect(tokenKeys()).toEqual([])
      expect(document.cookie).not.toContain('is.authenticated')
      expect(await client.isAuthenticated()).toBe(false)
      heard.close()
      expect(news).not.toHaveBeenCalled()
    },
  )

  it('security 14, M16: is refused from another issuer although it is an error', async () => {
    const client = createClient()
    const forged = ({ state = '' }: Answer): Answer => ({
      state,
      iss: 'https://evil.example.com/',
      error: 'login_required',
      error_description: 'Call this number',
    })
    const error = await login(client, forged).catch(e => e)
    expect(error).toMatchObject({ error: 'invalid_issuer' })
    expect((error as GenericError).message).not.toContain('number')
  })

  it('security 14: is held against the option issuer where the domain is not the issuer', async () => {
    const client = createClient({ issuer: 'issuer.example.com' })
    tenant.idTokenClaims = { iss: 'https://issuer.example.com/' }
    await login(client, right => ({ ...right, iss: 'https://issuer.example.com/' }))
    expect(await client.isAuthenticated()).toBe(true)
    await expect(
      login(createClient({ issuer: 'issuer.example.com' }), right => ({ ...right, iss: ISSUER })),
    ).rejects.toMatchObject({ error: 'invalid_issuer' })
  })
})

it('security 14: an error of another issuer in a frame does not end the session', async () => {
  const client = createClient()
  await signIn(client, tenant)
  const frames = recordFrames(tenant, url => ({
    state: url.searchParams.get('state') ?? '',
    error: 'login_required',
    iss: 'https://evil.example.com/',
  }))
  await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
    error: 'invalid_issuer',
  })
  frames.stop()
  expect(await client.isAuthenticated()).toBe(true)
})
