import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import { createTestKey, signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  recordFrames,
  refuseSilently,
  sessionItems,
} from '../../support/clients.ts'
import { CLIENT_ID, createTestbed, grants } from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const memory = { useRefreshTokens: true } as const
const leave = { openUrl: false } as const

/** Holds the answer to the next token request back until it is let go. */
const holdAnswer = () => {
  const arrived = gate()
  const released = gate()
  tenant.intercept('token', async () => {
    arrived.open()
    await released.opened
    return undefined
  })
  return { arrived: arrived.opened, release: released.open }
}

const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch(error => ({ name: error.name, error: error.error, message: error.message }))

const ENDED = {
  name: 'GenericError',
  error: 'login_required',
  message: 'The session ended while the call was in progress',
}

const leftovers = () => [
  ...Object.keys(sessionItems()).filter(key => !key.includes('@@generation@@')),
  document.cookie,
]

describe('security 25: a sign-out', () => {
  it.each([
    ['localStorage', stored],
    ['memory', memory],
  ])(
    'lets a call that waits for its turn spend nothing of the next session in %s',
    async (_, options) => {
      const client = createClient(options)
      await signIn(client, tenant)
      const held = holdAnswer()
      const calls = [1, 2].map(() => outcomeOf(client.getTokenSilently({ cacheMode: 'off' })))
      await held.arrived
      tenant.intercept('token', undefined)
      await client.logout(leave)
      await signIn(client, tenant)
      const frames = refuseSilently(tenant)
      for (const call of calls) expect(await call).toEqual(ENDED)
      frames.stop()
      expect(grants(tenant, 'refresh_token')).toHaveLength(1)
      expect(await client.isAuthenticated()).toBe(true)
    },
  )

  it.each([
    ['localStorage', stored],
    ['memory', memory],
  ])('stops a renewal under way and takes nothing of its answer into %s', async (_, options) => {
    const client = createClient(options)
    await signIn(client, tenant)
    const held = holdAnswer()
    const call = outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
    await held.arrived
    await client.logout(leave)
    expect(await call).toEqual(ENDED)
    held.release()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(await client.getUser()).toBeUndefined()
    expect(leftovers().join('')).toBe('')
  })

  it('removes the frame of a renewal under way at once', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const frames = recordFrames(tenant, () => undefined)
    const call = outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
    await vi.waitFor(() => expect(frames.urls).toHaveLength(1))
    await client.logout(leave)
    expect(await call).toEqual(ENDED)
    expect(document.querySelectorAll('iframe')).toHaveLength(0)
    frames.stop()
  })

  it('does not let the aborted iframe renewal of the session before end a sign-in that follows', async () => {
    const client = createClient()
    await signIn(client, tenant)
    // The next ID tokens need a key that the client has to fetch, and the fetch has no end.
    const key = await createTestKey({ kid: 'next' })
    tenant.signingKey = key
    tenant.jwks = { keys: [key.jwk] }
    const arrived = gate()
    const released = gate()
    tenant.intercept('jwks', async () => {
      arrived.open()
      await released.opened
      return undefined
    })
    const frames = answerSilently(tenant)
    const renewal = outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
    await arrived.opened
    await client.logout(leave)
    const next = signIn(client, tenant)
    await vi.waitFor(() => expect(grants(tenant, 'authorization_code')).toHaveLength(3))
    released.open()
    expect(await renewal).toEqual(ENDED)
    await next
    expect(await client.isAuthenticated()).toBe(true)
    frames.stop()
  })

  it('stops the exchange of a code under way', async () => {
    const client = createClient(stored)
    const held = holdAnswer()
    const login = outcomeOf(signIn(client, tenant))
    await held.arrived
    await client.logout(leave)
    expect(await login).toEqual(ENDED)
    held.release()
    expect(await client.isAuthenticated()).toBe(false)
    expect(leftovers().join('')).toBe('')
  })

  it('lets go whoever waits for the same renewal, and a login right after starts afresh', async () => {
    const client = createClient(memory)
    await signIn(client, tenant)
    const held = holdAnswer()
    const calls = Array.from({ length: 3 }, () =>
      outcomeOf(client.getTokenSilently({ cacheMode: 'off' })),
    )
    await held.arrived
    await client.logout(leave)
    tenant.intercept('token', undefined)
    await signIn(client, tenant)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await Promise.all(calls)).toEqual([ENDED, ENDED, ENDED])
    held.release()
  })
})

/** Two clients in one page hear of each other as two tabs do, and share no memory. */
const twoTabs = async (options: object): Promise<[Auth0Client, Auth0Client]> => {
  const tabs: [Auth0Client, Auth0Client] = [createClient(options), createClient(options)]
  for (const tab of tabs) await signIn(tab, tenant)
  return tabs
}

describe('another tab', () => {
  it('security 54: forgets its tokens in memory when one signs out', async () => {
    const [first, second] = await twoTabs(memory)
    expect(await second.isAuthenticated()).toBe(true)
    await first.logout(leave)
    await vi.waitFor(async () => expect(await second.isAuthenticated()).toBe(false))
    expect(await second.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('takes no late answer into storage that both share', async () => {
    const [first, second] = await twoTabs(stored)
    const held = holdAnswer()
    const call = outcomeOf(second.getTokenSilently({ cacheMode: 'off' }))
    await held.arrived
    await first.logout(leave)
    expect(await call).toEqual(ENDED)
    held.release()
    await vi.waitFor(() => expect(leftovers().join('')).toBe(''))
  })

  it('keeps the session that began after the one whose end it hears of late', async () => {
    const frozen = createClient(stored)
    await signIn(frozen, tenant)
    await new Promise(resolve => setTimeout(resolve, 5))
    const endedAtMs = Date.now()
    // A tab that the frozen one does not hear of until it wakes.
    vi.stubGlobal('BroadcastChannel', undefined)
    const active = createClient(stored)
    await active.logout(leave)
    await signIn(active, tenant)
    vi.unstubAllGlobals()
    const news = new BroadcastChannel('auth0.sessions')
    news.postMessage({ type: 'ended', client_id: CLIENT_ID, at: endedAtMs })
    await new Promise(resolve => setTimeout(resolve, 30))
    news.close()
    expect(await active.isAuthenticated()).toBe(true)
    expect(await frozen.getTokenSilently()).toBe(await active.getTokenSilently())
  })

  it('keeps its own user in memory when somebody else signs in there', async () => {
    const [first, second] = await twoTabs(memory)
    const before = await second.getUser()
    tenant.user = { sub: 'auth0|grace', name: 'Grace Hopper' }
    await signIn(first, tenant)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(await second.getUser()).toEqual(before)
    expect((await first.getUser())?.name).toBe('Grace Hopper')
    expect(await first.getTokenSilently()).toMatch(/^access-token-/)
  })

  it('goes on undisturbed when the same user signs in again', async () => {
    const [first, second] = await twoTabs(memory)
    const token = await second.getTokenSilently()
    await signIn(first, tenant)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(await second.getTokenSilently()).toBe(token)
  })

  it('goes on undisturbed when one finds no session at the tenant any more', async () => {
    const [first, second] = await twoTabs({})
    const token = await second.getTokenSilently()
    const frames = refuseSilently(tenant)
    await outcomeOf(first.getTokenSilently({ cacheMode: 'off' }))
    frames.stop()
    expect(await first.isAuthenticated()).toBe(false)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(await second.getTokenSilently()).toBe(token)
  })

  it('of another client id goes on undisturbed, unless everybody is signed out', async () => {
    const client = createClient(memory)
    await signIn(client, tenant)
    const other = createClient({ ...memory, clientId: 'client-2' })
    await other.logout(leave)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(await client.isAuthenticated()).toBe(true)
    await other.logout({ ...leave, clientId: null })
    await vi.waitFor(async () => expect(await client.isAuthenticated()).toBe(false))
  })

  it('keeps what it has agreed on with its tabs when it signs another client id out', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    await client.getTokenSilently({ cacheMode: 'off' })
    const agreed = () =>
      document.cookie.split('; ').filter(pair => pair.startsWith(`auth0.${CLIENT_ID}.generation=`))
    const before = agreed()
    expect(before).toHaveLength(1)
    await client.logout({ ...leave, clientId: 'client-2' })
    expect(agreed()).toEqual(before)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('ignores messages that are none', async () => {
    const client = createClient(memory)
    await signIn(client, tenant)
    const channel = new BroadcastChannel('auth0.sessions')
    for (const news of [null, 'ended', {}, { client_id: CLIENT_ID }, { type: 'ended' }]) {
      channel.postMessage(news)
    }
    await new Promise(resolve => setTimeout(resolve, 30))
    channel.close()
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('a page that comes back from the back/forward cache', () => {
  const hide = () => window.dispatchEvent(new Event('pagehide'))
  const show = () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))

  it('has forgotten its tokens if the user has signed out elsewhere', async () => {
    const client = createClient(memory)
    await signIn(client, tenant)
    hide()
    for (const pair of document.cookie.split('; ')) {
      // biome-ignore lint/suspicious/noDocumentCookie: as another tab would do it
      document.cookie = `${pair.split('=')[0]}=; path=/; expires=${new Date(0).toUTCString()}`
    }
    show()
    await vi.waitFor(async () => expect(await client.isAuthenticated()).toBe(false))
  })

  it('security A: has forgotten them although another user has signed in since, without any news', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory())
    const client = createClient(memory)
    await signIn(client, tenant)
    hide()
    vi.stubGlobal('BroadcastChannel', undefined)
    const other = createClient(memory)
    await other.logout(leave)
    tenant.user = { sub: 'auth0|grace', name: 'Grace Hopper' }
    await signIn(other, tenant)
    expect(document.cookie).toContain('is.authenticated')
    show()
    await vi.waitFor(async () => expect(await client.isAuthenticated()).toBe(false))
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    vi.unstubAllGlobals()
  })

  it('still has them if not', async () => {
    const client = createClient(memory)
    await signIn(client, tenant)
    hide()
    show()
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('a change of user in this tab', () => {
  it('security 54: stops the renewal of the one before and keeps only the tokens of the new one', async () => {
    const client = createClient({ ...stored, useRefreshTokensFallback: false })
    await signIn(client, tenant, { authorizationParams: { audience: 'api' } })
    expireStored()
    const held = holdAnswer()
    const call = outcomeOf(client.getTokenSilently({ authorizationParams: { audience: 'api' } }))
    await held.arrived
    tenant.intercept('token', undefined)
    tenant.user = { sub: 'auth0|grace', name: 'Grace Hopper' }
    await signIn(client, tenant)
    // The call looks again, and the new user has no token for that audience.
    expect(await call).toMatchObject({ error: 'missing_refresh_token' })
    held.release()
    expect((await client.getUser())?.name).toBe('Grace Hopper')
    expect(Object.keys({ ...localStorage }).filter(key => key.includes('::api::'))).toEqual([])
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })
})
