import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  createClient,
  expireStored,
  recordFrames,
  sessionItems,
  storedEntries,
} from '../../support/clients.ts'
import { createTestbed, grants, revokedRefreshTokens } from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

let tenant: TestTenant
let frames: { stop: () => void } | undefined
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  frames?.stop()
  frames = undefined
  vi.unstubAllGlobals()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const leave = { openUrl: false } as const
const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }

/** A client that no message reaches, like one in a page that was frozen. */
const createDeafClient = (options: object = stored): Auth0Client => {
  vi.stubGlobal('BroadcastChannel', undefined)
  const client = createClient(options)
  // The channel is opened on first use.
  return client
}

/** Holds back what the tenant does for the next request of that kind. */
const holdToken = () => {
  const arrived = gate()
  const released = gate()
  tenant.intercept('token', async () => {
    tenant.intercept('token', undefined)
    arrived.open()
    await released.opened
    return undefined
  })
  return { arrived: arrived.opened, release: released.open }
}

/** Holds back the answers to hidden frames. */
const holdFrames = (answer: (url: URL) => object | Promise<object>) => {
  const arrived = gate()
  const released = gate()
  frames = recordFrames(tenant, async url => {
    const message = await answer(url)
    arrived.open()
    await released.opened
    return message
  })
  return { arrived: arrived.opened, release: released.open }
}

const refusal = (url: URL) => ({
  state: url.searchParams.get('state') ?? '',
  error: 'login_required',
  error_description: 'Login required',
})

const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch(({ error, message }) => ({ error, message }))

describe('security A: a hidden iframe that ends late in login_required', () => {
  it.each([
    ['memory', {}],
    ['localStorage', { cacheLocation: 'localstorage' } as const],
  ])('ends no sign-in that was under way, with tokens in %s', async (_, options) => {
    const client = createClient(options)
    const held = holdFrames(refusal)
    const call = outcomeOf(client.getTokenSilently())
    await held.arrived
    const exchange = holdToken()
    const login = signIn(client, tenant)
    await exchange.arrived
    held.release()
    await new Promise(resolve => setTimeout(resolve, 20))
    exchange.release()
    await login
    expect(await client.isAuthenticated()).toBe(true)
    await call
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
  })

  it('undoes no sign-in of another tab, and the call gets the token of that one', async () => {
    const late = createDeafClient({ cacheLocation: 'localstorage' })
    const held = holdFrames(refusal)
    const call = outcomeOf(late.getTokenSilently())
    await held.arrived
    const other = createClient({ cacheLocation: 'localstorage' })
    await signIn(other, tenant)
    const token = await other.getTokenSilently()
    held.release()
    expect(await call).toBe(token)
    expect(await other.isAuthenticated()).toBe(true)
    expect(document.cookie).toContain('is.authenticated')
  })

  it('undoes no sign-in of the same page, and the call gets its token', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    const held = holdFrames(refusal)
    const call = outcomeOf(client.getTokenSilently())
    await held.arrived
    await signIn(client, tenant)
    held.release()
    expect(await call).toBe(await client.getTokenSilently())
  })

  it('does not tell the caller to sign in when the user has just done so, and other tokens are renewable', async () => {
    const late = createDeafClient()
    await signIn(late, tenant)
    let answers = 0
    const held = holdFrames(url => {
      answers += 1
      return answers === 1 ? refusal(url) : tenant.authorize(url.href)
    })
    const api = { authorizationParams: { audience: 'api' } }
    const call = outcomeOf(late.getTokenSilently(api))
    await held.arrived
    await signIn(createClient(stored), tenant)
    held.release()
    expect(await call).toMatch(/^access-token-/)
    expect(answers).toBe(2)
  })
})

describe('security A: a renewal under way', () => {
  it('clears nothing of a session that began after the sign-out of its own', async () => {
    const late = createDeafClient()
    await signIn(late, tenant)
    expireStored()
    const held = holdToken()
    const call = outcomeOf(late.getTokenSilently())
    await held.arrived
    const other = createClient(stored)
    await other.logout(leave)
    await signIn(other, tenant)
    const token = await other.getTokenSilently()
    const before = sessionItems()
    held.release()
    expect(await call).toBe(token)
    expect(Object.keys(sessionItems())).toEqual(Object.keys(before))
    expect(await other.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('turns no tab back to the user before, when its code arrives after the sign-in of another', async () => {
    const options = { cacheLocation: 'localstorage' } as const
    const late = createDeafClient(options)
    await signIn(late, tenant)
    frames = recordFrames(tenant)
    const held = holdToken()
    const call = outcomeOf(late.getTokenSilently({ cacheMode: 'off' }))
    await held.arrived
    tenant.user = GRACE
    const other = createClient(options)
    await signIn(other, tenant)
    held.release()
    await call
    expect(await other.getUser()).toMatchObject(GRACE)
    expect(await late.getUser()).toMatchObject(GRACE)
    expect(await late.getTokenSilently()).toBe(await other.getTokenSilently())
  })

  it('replaces no tokens of a later login of the same user by those of an older one', async () => {
    const start = Math.floor(Date.now() / 1000)
    const late = createDeafClient()
    tenant.idTokenClaims = { auth_time: start - 100 }
    await signIn(late, tenant)
    const held = holdToken()
    const call = outcomeOf(late.getTokenSilently({ cacheMode: 'off' }))
    await held.arrived
    const other = createClient(stored)
    tenant.idTokenClaims = { auth_time: start }
    await signIn(other, tenant)
    tenant.idTokenClaims = { auth_time: start - 100 }
    held.release()
    await call
    expect(await late.getIdTokenClaims()).toMatchObject({ auth_time: start })
    tenant.idTokenClaims = { auth_time: start }
    expect(await late.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('keeps the identity of the last login when the refresh token of another audience is of an older one', async () => {
    const start = Math.floor(Date.now() / 1000)
    const client = createClient(stored)
    const older = { auth_time: start - 100 }
    const api = { authorizationParams: { audience: 'api' } }
    tenant.idTokenClaims = older
    await signIn(client, tenant, api)
    tenant.idTokenClaims = { auth_time: start }
    await signIn(client, tenant)
    tenant.idTokenClaims = older
    expect(await client.getTokenSilently({ cacheMode: 'off', ...api })).toMatch(/^access-token-/)
    expect(await client.getIdTokenClaims()).toMatchObject({ auth_time: start })
    tenant.idTokenClaims = { auth_time: start }
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(await client.getIdTokenClaims()).toMatchObject({ auth_time: start })
  })

  it('keeps the successor of its refresh token for another audience of a session that was stepped up', async () => {
    const client = createClient(stored)
    const api = { authorizationParams: { audience: 'api' } }
    await signIn(client, tenant, api)
    const held = holdToken()
    const call = outcomeOf(client.getTokenSilently({ cacheMode: 'off', ...api }))
    await held.arrived
    await signIn(client, tenant)
    held.release()
    expect(await call).toMatch(/^access-token-/)
    expect(await client.getTokenSilently({ cacheMode: 'off', ...api })).toMatch(/^access-token-/)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('leaves no cookie after a sign-out of another tab that it was not told of', async () => {
    const late = createDeafClient()
    await signIn(late, tenant)
    const held = holdToken()
    const call = outcomeOf(late.getTokenSilently({ cacheMode: 'off' }))
    await held.arrived
    await createClient(stored).logout(leave)
    held.release()
    expect(await call).toMatchObject({ error: 'login_required' })
    expect(document.cookie).toBe('')
    expect(sessionItems()).toEqual({})
  })

  it('of another user than the one signed in ends the session here, and stores nothing', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    tenant.user = GRACE
    frames = recordFrames(tenant)
    expect(await outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))).toMatchObject({
      error: 'login_required',
    })
    expect(await client.getUser()).toBeUndefined()
    expect(sessionItems()).toEqual({})
    expect(document.cookie).toBe('')
  })
})

describe('security A: another organization', () => {
  it('is another session: its login leaves no tokens of the one before', async () => {
    const client = createClient(stored)
    tenant.idTokenClaims = { org_id: 'org_a' }
    await signIn(client, tenant, {
      authorizationParams: { audience: 'api', organization: 'org_a' },
    })
    tenant.idTokenClaims = { org_id: 'org_b' }
    await signIn(client, tenant, { authorizationParams: { organization: 'org_b' } })
    const call = { cacheMode: 'cache-only', authorizationParams: { audience: 'api' } } as const
    expect(await client.getTokenSilently(call)).toBeUndefined()
    expect(Object.keys(storedEntries())).toHaveLength(1)
  })

  it('is not served from the cache of the one before, and does not spend its refresh token', async () => {
    const client = createClient(stored)
    tenant.idTokenClaims = { org_id: 'org_a' }
    await signIn(client, tenant, { authorizationParams: { organization: 'org_a' } })
    const token = await client.getTokenSilently()
    tenant.idTokenClaims = { org_id: 'org_b' }
    frames = recordFrames(tenant)
    const ofB = { authorizationParams: { organization: 'org_b' } }
    expect(await client.getTokenSilently(ofB)).not.toBe(token)
    expect(grants(tenant, 'refresh_token')).toEqual([])
    expect(await client.getIdTokenClaims()).toMatchObject({ org_id: 'org_b' })
  })
})

describe('security C: calls that differ', () => {
  it.each([
    ['organization', { organization: 'org_a' }, { organization: 'org_b' }],
    ['acr_values', { acr_values: 'low' }, { acr_values: 'high' }],
    ['a parameter of the application', { tier: '1' }, { tier: '2' }],
  ])('in %s share no renewal', async (_, one, two) => {
    const client = createClient({ cacheLocation: 'localstorage' })
    const urls: string[] = []
    frames = recordFrames(tenant, url => {
      urls.push(url.search)
      const organization = url.searchParams.get('organization')
      tenant.idTokenClaims = organization ? { org_id: organization } : {}
      return tenant.authorize(url.href)
    })
    // The second waits for the first; the third must not share the turn of the second.
    const calls = [{}, one, two].map(authorizationParams =>
      client.getTokenSilently({ cacheMode: 'off', authorizationParams }),
    )
    const [, second, third] = await Promise.all(calls)
    expect(third).not.toBe(second)
    expect(urls).toHaveLength(3)
  })
})

describe('security G: entries of two audiences with one refresh token', () => {
  it('are renewed one after the other, so that the token is used once', async () => {
    const client = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { audience: 'a' } })
    const [key = '', entry] = Object.entries(storedEntries())[0] ?? []
    const other = JSON.stringify({ ...entry, body: { ...entry?.body, audience: 'b' } })
    localStorage.setItem(key.replace('::a::', '::b::'), other)
    expireStored()
    const calls = ['a', 'b'].map(audience =>
      outcomeOf(client.getTokenSilently({ authorizationParams: { audience } })),
    )
    expect(await Promise.all(calls)).toEqual([
      expect.stringMatching(/^access-token-/),
      expect.stringMatching(/^access-token-/),
    ])
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })
})

describe('security D: writes that fail', () => {
  /** A cache of the application whose methods can be made to fail. */
  const createFailingCache = () => {
    const entries = new Map<string, unknown>()
    const fails = { set: 0, remove: false }
    const cache = {
      get: <T>(key: string) => entries.get(key) as T | undefined,
      set: (key: string, entry: unknown) => {
        if (fails.set > 0) {
          fails.set -= 1
          throw new Error('full')
        }
        entries.set(key, structuredClone(entry))
      },
      remove: (key: string) => {
        if (fails.remove) throw new Error('denied')
        entries.delete(key)
      },
      allKeys: () => [...entries.keys()],
    }
    return { cache, fails, entries }
  }

  it('cost no refresh token if a custom cache does not take its mark', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { cache, fails } = createFailingCache()
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    fails.set = 1
    tenant.intercept('token', () => Response.json({ error: 'slow_down' }, { status: 429 }))
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      error: 'slow_down',
    })
    tenant.intercept('token', undefined)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
  })

  it('keep a successor in this page if a custom cache does not take it', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { cache, fails } = createFailingCache()
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    fails.set = Infinity
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(2)
    expect(revokedRefreshTokens(tenant)).toEqual([])
  })

  it('do not keep a user signed in whose cache removes nothing, and who leaves all the same', async () => {
    const { cache, fails } = createFailingCache()
    const client = createClient({ cache, useRefreshTokens: true })
    await signIn(client, tenant)
    fails.remove = true
    const urls: string[] = []
    const logout = client.logout({ openUrl: url => void urls.push(url) })
    await expect(logout).rejects.toThrow('denied')
    expect(urls).toHaveLength(1)
    expect(await client.isAuthenticated()).toBe(false)
    expect(document.cookie).toBe('')
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('do not keep this tab signed in when another signs out while localStorage is full', async () => {
    const other = createClient(stored)
    await signIn(other, tenant)
    const client = createClient(stored)
    const { setItem } = Storage.prototype
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, key, text) {
      if (this === localStorage) throw new DOMException('full', 'QuotaExceededError')
      setItem.call(this, key, text)
    })
    await client.getTokenSilently({ cacheMode: 'off' })
    await other.logout(leave)
    await vi.waitFor(async () => expect(await client.isAuthenticated()).toBe(false))
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('do not let a tab go on renewing after a sign-out that it was not told of, while localStorage is full', async () => {
    const other = createClient(stored)
    const client = createDeafClient(stored)
    await signIn(other, tenant)
    await client.checkSession()
    const { setItem } = Storage.prototype
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, key, text) {
      if (this === localStorage) throw new DOMException('full', 'QuotaExceededError')
      setItem.call(this, key, text)
    })
    await client.getTokenSilently({ cacheMode: 'off' })
    await other.logout(leave)
    frames = recordFrames(tenant, refusal)
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    expect(await outcomeOf(client.getTokenSilently())).toMatchObject({ error: 'login_required' })
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })
})

describe('security G: a sign-in whose response is rejected', () => {
  it('leaves no refresh token, and the session before it as it was', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const before = sessionItems()
    const cookies = document.cookie
    tenant.idTokenClaims = { org_id: 'org_other' }
    const call = { authorizationParams: { organization: 'org_a' } }
    await expect(signIn(client, tenant, call)).rejects.toMatchObject({ error: 'invalid_token' })
    expect(sessionItems()).toEqual(before)
    expect(document.cookie).toBe(cookies)
    tenant.idTokenClaims = {}
    expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
  })
})
