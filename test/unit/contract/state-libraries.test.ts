import { beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { Auth0Client, LocalStorageCache } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient } from '../../support/clients.ts'
import { CLIENT_ID, createTestbed } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Wraps an object, and each object that is read from it, as Aurelia and Svelte do. */
const wrapDeeply = <T extends object>(target: T): T =>
  new Proxy(target, {
    get: (object, name, receiver) => {
      const member: unknown = Reflect.get(object, name, receiver)
      return isObject(member) ? wrapDeeply(member) : member
    },
  })

/** Assigns the writable members to a proxy that wraps objects when they are set, as Valtio does. */
const wrapWhenSet = <T extends object>(given: T): T => {
  const wrapped = new Proxy(given, {
    set: (object, name, value, receiver) =>
      Reflect.set(object, name, isObject(value) ? wrapWhenSet(value) : value, receiver),
  })
  for (const name of Reflect.ownKeys(given)) {
    const { writable, value } = Object.getOwnPropertyDescriptor(given, name) ?? {}
    if (writable) Reflect.set(wrapped, name, value)
  }
  return wrapped
}

/** Copies the own members to an object of the same class, as Valtio's snapshots do. */
const copy = <T extends object>(given: T): T => {
  const copied = Object.create(Object.getPrototypeOf(given))
  for (const name of Reflect.ownKeys(given)) {
    Object.defineProperty(copied, name, { value: Reflect.get(given, name), configurable: true })
  }
  return copied
}

const WAYS: [string, <T extends object>(given: T) => T][] = [
  ['a plain proxy', given => new Proxy(given, {})],
  ['a proxy of a proxy', given => new Proxy(new Proxy(given, {}), {})],
  ['a proxy that wraps what is read', wrapDeeply],
  ['a proxy that wraps what is set', wrapWhenSet],
  ['a copy', copy],
  ['an object that inherits from it', given => Object.create(given)],
]

describe.each(WAYS)('a client behind %s', (_, wrap) => {
  it('signs in, renews and signs out like the client itself', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    const wrapped = wrap(client)
    await signIn(wrapped, tenant)
    expect(await wrapped.getTokenSilently({ cacheMode: 'off' })).toBe(
      await client.getTokenSilently(),
    )
    expect(wrapped.getConfiguration()).toMatchObject({ clientId: CLIENT_ID })
    await wrapped.logout({ openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('is closed with the client itself', async () => {
    const client = createClient()
    wrap(client).close()
    await expect(client.isAuthenticated()).rejects.toMatchObject({ error: 'client_closed' })
  })
})

describe.each([...WAYS, ["Vue's reactive", reactive] as (typeof WAYS)[number]])(
  'a cache in localStorage behind %s',
  (_, wrap) => {
    it('stores and finds tokens', async () => {
      const cache = wrap(new LocalStorageCache())
      await signIn(createClient({ cache, useRefreshTokens: true }), tenant)
      const reloaded = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
      expect(await reloaded.isAuthenticated()).toBe(true)
      await createClient({ cache }).logout({ openUrl: false })
      expect(await reloaded.isAuthenticated()).toBe(false)
    })
  },
)

describe('a client', () => {
  it('shows nothing of what it consists of', () => {
    const client = createClient()
    expect({ ...client }).toEqual({})
    expect(JSON.stringify(client)).toBe('{}')
    expect(structuredClone(client)).toEqual({})
  })

  it('has its methods on the prototype, where test libraries replace them', async () => {
    vi.spyOn(Auth0Client.prototype, 'getTokenSilently').mockResolvedValue('of the test')
    expect(await createClient().getTokenSilently()).toBe('of the test')
  })
})

describe('a method that is taken out of its client', () => {
  const missing = {
    name: 'GenericError',
    error: 'missing_client',
    message: expect.stringContaining('Write `() => auth0.method()`'),
  }

  it.each([
    'loginWithRedirect',
    'loginWithPopup',
    'getTokenWithPopup',
    'handleRedirectCallback',
    'checkSession',
    'getTokenSilently',
    'getUser',
    'getIdTokenClaims',
    'isAuthenticated',
    'logout',
    'revokeRefreshToken',
    'buildAuthorizeUrl',
  ] as const)('says what to do: %s', async name => {
    const method: () => Promise<unknown> = createClient()[name]
    await expect(method()).rejects.toMatchObject(missing)
    await expect(method.call(window)).rejects.toMatchObject(missing)
  })

  it.each(['buildLogoutUrl', 'getConfiguration', 'close'] as const)('says what to do: %s', name => {
    const method: () => unknown = createClient()[name]
    expect(method).toThrow(expect.objectContaining(missing))
  })

  it('works if it is bound', async () => {
    const client = createClient()
    const getUser = client.getUser.bind(client)
    expect(await getUser()).toBeUndefined()
  })
})
