import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import type { TestTenant } from '../../../src/testing/index.ts'
import { createClient, recordFrames, redirectUrl } from '../../support/clients.ts'
import { authorize, createTestbed, tokenRequests } from '../../support/testbed.ts'

const HOME = 'https://app.example.com/'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => history.replaceState(null, '', HOME))

/** Begins a login whose state contains a `+`, as those of auth0-spa-js can. */
const begin = async (client: Auth0Client): Promise<{ code: string; state: string }> => {
  const url = new URL(await redirectUrl(client))
  const state = url.searchParams.get('state') ?? ''
  const other = `+${state.slice(1)}`
  for (const [key, value] of Object.entries({ ...sessionStorage })) {
    sessionStorage.removeItem(key)
    sessionStorage.setItem(key.replace(state, other), value.replaceAll(state, other))
  }
  url.searchParams.set('state', other)
  return authorize(tenant, url.href)
}

const text = (answer: { code: string; state: string }) => new URLSearchParams(answer).toString()

/** Where servers and routers put an answer, and what is left in the address bar without it. */
const PLACES: [string, (answer: string) => string, string][] = [
  ['in the query', answer => `${HOME}cb?${answer}`, 'cb'],
  ['in the query of a hash route', answer => `${HOME}#/cb?${answer}`, '#/cb'],
  [
    'in the query of a hash route behind a query',
    answer => `${HOME}?lang=de#/cb?${answer}`,
    '?lang=de#/cb',
  ],
  [
    'among other parameters of a hash route',
    answer => `${HOME}?tab=1#/cb?x=1&${answer}`,
    '?tab=1#/cb?x=1',
  ],
  ['in the fragment', answer => `${HOME}cb#${answer}`, 'cb'],
  ['in the fragment behind a query', answer => `${HOME}cb?lang=de#${answer}`, 'cb?lang=de'],
  ['in the fragment as a route', answer => `${HOME}#/${answer}`, ''],
  ['in the query in front of a route', answer => `${HOME}?${answer}#/cb`, '#/cb'],
  [
    'in the query in front of a route with a query',
    answer => `${HOME}?${answer}#/cb?a=b`,
    '#/cb?a=b',
  ],
]

describe.each(PLACES)('an answer %s', (_, place, cleaned) => {
  it('finishes the login, and can be removed from the address bar', async () => {
    const client = createClient()
    history.replaceState(null, '', place(text(await begin(client))))
    await client.handleRedirectCallback(undefined, { cleanUrl: true })
    expect(await client.isAuthenticated()).toBe(true)
    expect(location.href).toBe(HOME + cleaned)
  })

  it('keeps checkSession from asking the tenant', async () => {
    const client = createClient()
    history.replaceState(null, '', place(text(await begin(client))))
    // biome-ignore lint/suspicious/noDocumentCookie: as a session of before has left it
    document.cookie = 'auth0.client-1.is.authenticated=true; path=/'
    const frames = recordFrames(tenant)
    await client.checkSession()
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('the state of an answer', () => {
  const SPELLINGS: [string, (state: string) => string][] = [
    ['as it was sent', encodeURIComponent],
    ['without `=`', state => encodeURIComponent(state.replace(/=+$/, ''))],
    ['without one of two `=`', state => encodeURIComponent(state.slice(0, -1))],
    ['with `=` that is not encoded', state => state.replaceAll('+', '%2B')],
    ['with `+` that is not encoded, which means a space', state => state],
    ['with a space', state => encodeURIComponent(state.replaceAll('+', ' '))],
    ['encoded twice', state => encodeURIComponent(encodeURIComponent(state))],
    ['without `=` and with a space', state => state.replace(/=+$/, '').replaceAll('+', '%20')],
  ]

  it.each(SPELLINGS)('keeps checkSession from asking the tenant %s', async (_, spell) => {
    const client = createClient()
    const { code, state } = await begin(client)
    history.replaceState(null, '', `/cb?code=${code}&state=${spell(state)}`)
    // biome-ignore lint/suspicious/noDocumentCookie: as a session of before has left it
    document.cookie = 'auth0.client-1.is.authenticated=true; path=/'
    const frames = recordFrames(tenant)
    await client.checkSession()
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(tokenRequests(tenant)).toEqual([])
  })

  it.each(SPELLINGS)('is recognised %s', async (_, spell) => {
    const client = createClient()
    const { code, state } = await begin(client)
    await client.handleRedirectCallback(`/cb?code=${code}&state=${spell(state)}`)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it.each<[string, (state: string) => string]>([
    ['in other letters', state => state.toLowerCase()],
    ['with its first half', state => state.slice(0, 30)],
    ['with more behind it', state => `${state}AA`],
    ['empty', () => ''],
  ])('security 12: is another one %s', async (_, spell) => {
    const client = createClient()
    const { code, state } = await begin(client)
    const answer = `/cb?code=${code}&state=${encodeURIComponent(spell(state))}`
    await expect(client.handleRedirectCallback(answer)).rejects.toMatchObject({
      error: 'state_mismatch',
    })
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('the argument of handleRedirectCallback', () => {
  it.each<[string, (answer: string) => unknown]>([
    ['an absolute URL', answer => `${HOME}cb?${answer}`],
    ['a relative URL', answer => `cb?${answer}`],
    ['a path', answer => `/cb?${answer}`],
    ['only a query', answer => `?${answer}`],
    ['only a fragment', answer => `#${answer}`],
    ['a URL object', answer => new URL(`${HOME}cb?${answer}`)],
  ])('may be %s', async (_, spell) => {
    const client = createClient()
    await client.handleRedirectCallback(spell(text(await begin(client))) as string)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it.each([HOME, `${HOME}#/route`, '', '#', '#code', null, {}])(
    'is an error if it is %j, which has no answer',
    async url => {
      await expect(createClient().handleRedirectCallback(url as string)).rejects.toThrow(
        'There are no query params available for parsing.',
      )
    },
  )

  it.each(['?', '#', '?lang=de#/cb?'])(
    'security 16: may not repeat a parameter behind %s',
    async mark => {
      const client = createClient()
      const answer = text(await begin(client))
      await expect(
        client.handleRedirectCallback(`${HOME}${mark}${answer}&code=other`),
      ).rejects.toMatchObject({ error: 'invalid_request' })
      expect(tokenRequests(tenant)).toEqual([])
    },
  )

  it('may contain an error in the fragment, which names its state', async () => {
    const client = createClient()
    const { state } = await begin(client)
    const url = `#${new URLSearchParams({ error: 'access_denied', error_description: 'No?', state })}`
    await expect(client.handleRedirectCallback(url)).rejects.toMatchObject({
      name: 'AuthenticationError',
      error: 'access_denied',
      state,
    })
  })
})
