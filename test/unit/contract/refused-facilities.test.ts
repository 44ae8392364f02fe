import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0ClientOptions, createAuth0Client, GenericError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, REDIRECT_URI, redirectUrl } from '../../support/clients.ts'
import { stubWorker } from '../../support/fake-worker.ts'
import { CLIENT_ID, createTestbed, DOMAIN } from '../../support/testbed.ts'

let tenant: TestTenant
const restore: (() => void)[] = []
beforeEach(() => {
  tenant = createTestbed()
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  for (const undo of restore.splice(0).reverse()) undo()
  vi.unstubAllGlobals()
})

const refuse = (): never => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}

/** Replaces a member of the page until the end of the test. */
const replace = (owner: object, name: string, descriptor: PropertyDescriptor): void => {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { configurable: true, ...descriptor })
  restore.push(() => {
    if (before) Object.defineProperty(owner, name, before)
    else Reflect.deleteProperty(owner, name)
  })
}

const STORED = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const IN_WORKER = { useRefreshTokens: true } as const

/** An object whose methods all throw. */
const unusable = (...methods: string[]): object =>
  Object.fromEntries(methods.map(name => [name, refuse]))

/** A class whose objects have methods that all throw. */
const makes = (...methods: string[]) =>
  class {
    constructor() {
      Object.assign(this, unusable(...methods))
    }
  }

const ofStorage = unusable('getItem', 'setItem', 'removeItem', 'clear', 'key')

interface Facility {
  name: string
  owner: () => object
  options: Partial<Auth0ClientOptions>
  /** What the member is where it cannot be used, or not even made. */
  values: Record<string, unknown>
  /** The error of a login, where there is no other way. */
  error?: { error: string; message: RegExp }
}

const page = () => globalThis

/** The page's own, also where a test has replaced it. */
const storage = localStorage

const FACILITIES: Facility[] = [
  {
    name: 'BroadcastChannel',
    owner: page,
    options: STORED,
    values: {
      'cannot be made': refuse,
      'cannot be used': makes('postMessage', 'addEventListener', 'close'),
    },
  },
  { name: 'cookie', owner: () => document, options: STORED, values: {} },
  {
    name: 'localStorage',
    owner: page,
    options: STORED,
    values: {
      'cannot be used': ofStorage,
      'takes nothing': { getItem: () => null, setItem: () => {}, removeItem: () => {} },
    },
  },
  {
    name: 'sessionStorage',
    owner: page,
    options: STORED,
    values: {
      'cannot be used': ofStorage,
      'takes nothing': { getItem: () => null, setItem: () => {}, removeItem: () => {} },
    },
    error: { error: 'transaction_not_stored', message: /sessionStorage/ },
  },
  {
    name: 'locks',
    owner: () => navigator,
    options: STORED,
    values: {
      'cannot be used': unusable('request'),
      rejects: { request: async () => refuse() },
      'answers nothing': { request: () => undefined },
    },
  },
  { name: 'navigator', owner: page, options: STORED, values: {} },
  {
    name: 'indexedDB',
    owner: page,
    options: STORED,
    values: {
      'cannot be used': unusable('open'),
      'does not open': {
        open: () => {
          const request: { error: Error; onerror?: () => void } = { error: new Error('no') }
          queueMicrotask(() => request.onerror?.())
          return request
        },
      },
    },
  },
  {
    name: 'Worker',
    owner: page,
    options: IN_WORKER,
    values: {
      'cannot be made': refuse,
      'cannot be used': makes('addEventListener', 'postMessage', 'terminate'),
    },
  },
  {
    name: 'createObjectURL',
    owner: () => URL,
    options: IN_WORKER,
    values: { 'cannot be used': refuse },
  },
  { name: 'Blob', owner: page, options: IN_WORKER, values: { 'cannot be made': refuse } },
  {
    name: 'trustedTypes',
    owner: page,
    options: IN_WORKER,
    values: { 'cannot be used': unusable('createPolicy') },
  },
  { name: 'MessageChannel', owner: page, options: IN_WORKER, values: { 'cannot be made': refuse } },
  {
    name: 'history',
    owner: page,
    options: STORED,
    values: { 'cannot be used': unusable('replaceState') },
  },
  {
    name: 'requestIdleCallback',
    owner: page,
    options: STORED,
    values: { 'cannot be used': refuse },
  },
  { name: 'addEventListener', owner: page, options: STORED, values: { 'cannot be used': refuse } },
]

const rows = FACILITIES.flatMap(facility => {
  const ways: Record<string, PropertyDescriptor> = {
    'is missing': { value: undefined, writable: true },
    'is null': { value: null, writable: true },
    'cannot be named': { get: refuse, set: refuse },
  }
  for (const [way, value] of Object.entries(facility.values)) ways[way] = { value, writable: true }
  return Object.entries(ways).map(([way, descriptor]) => ({ ...facility, way, descriptor }))
})

const create = (options: Partial<Auth0ClientOptions>) =>
  createAuth0Client({
    domain: DOMAIN,
    clientId: CLIENT_ID,
    authorizationParams: { redirect_uri: REDIRECT_URI },
    ...options,
  })

describe.each(rows)('a page in which $name $way', ({ name, owner, descriptor, options, error }) => {
  beforeEach(() => {
    if (options === IN_WORKER) stubWorker()
    replace(owner(), name, descriptor)
  })

  it(
    error ? 'rejects a login with an error that names it' : 'signs in, renews and signs out',
    async () => {
      const client = await create(options)
      expect(await client.isAuthenticated()).toBe(false)
      if (error) {
        await expect(redirectUrl(client)).rejects.toMatchObject(error)
        await expect(redirectUrl(client)).rejects.toBeInstanceOf(GenericError)
        await signIn(await create({ ...options, useCookiesForTransactions: true }), tenant)
      } else {
        const url = await redirectUrl(client)
        await client.handleRedirectCallback(await tenant.answerLogin(url), { cleanUrl: true })
      }
      expect(await client.isAuthenticated()).toBe(true)
      expect(await client.getTokenSilently()).toMatch(/^access-token-/)
      expect(await client.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
      const openUrl = vi.fn()
      await client.logout({ openUrl })
      expect(openUrl).toHaveBeenCalledOnce()
      expect(await client.isAuthenticated()).toBe(false)
      expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
      expect(JSON.stringify({ ...storage })).not.toContain('refresh_token')
    },
  )
})

describe('Web Crypto', () => {
  const noCrypto = { error: 'crypto_unavailable', name: 'GenericError' }

  it.each([
    ['crypto', 'is missing', { value: undefined }],
    ['crypto', 'is null', { value: null }],
    ['crypto', 'cannot be named', { get: refuse }],
    ['subtle', 'is missing', { value: undefined }],
    ['subtle', 'is null', { value: null }],
    ['subtle', 'cannot be named', { get: refuse }],
  ])('whose %s %s is one typed error of the constructor', async (name, _, descriptor) => {
    replace(name === 'subtle' ? crypto : globalThis, name, descriptor)
    await expect(create({})).rejects.toMatchObject(noCrypto)
  })

  it.each([
    ['getRandomValues', () => crypto],
    ['digest', () => crypto.subtle],
  ])('whose %s cannot be used is one typed error of the login', async (name, owner) => {
    const client = createClient()
    replace(owner(), name, { value: refuse })
    await expect(redirectUrl(client)).rejects.toMatchObject({
      ...noCrypto,
      message: expect.stringMatching(/^Web Crypto .*insecure/),
    })
  })
})

describe.each([
  ['is missing', { value: undefined }],
  ['is null', { value: null }],
  ['cannot be named', { get: refuse }],
  ['cannot be used', { value: refuse }],
])('where it %s', (_, descriptor) => {
  it('`fetch` makes a callback and a renewal reject with an error that names it', async () => {
    const client = await create(STORED)
    await signIn(client, tenant)
    const answer = await tenant.answerLogin(await redirectUrl(client))
    replace(globalThis, 'fetch', descriptor)
    const error = { name: 'GenericError', error: 'network_error' }
    const reason = { message: expect.stringMatching(/fetch|insecure/) }
    await expect(client.handleRedirectCallback(answer)).rejects.toMatchObject({
      ...error,
      ...reason,
    })
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject(error)
    await client.logout({ openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('`open` makes a login with a popup reject as if it were blocked', async () => {
    replace(globalThis, 'open', descriptor)
    await expect(createClient().loginWithPopup()).rejects.toMatchObject({ error: 'popup_open' })
  })
})

describe('a sign-out in a page that refuses much at once', () => {
  it('has forgotten the session before anything can fail, and leaves the page', async () => {
    const client = await create(STORED)
    await signIn(client, tenant)
    for (const name of ['BroadcastChannel', 'indexedDB', 'navigator']) {
      replace(globalThis, name, { get: refuse })
    }
    replace(document, 'cookie', { get: refuse, set: refuse })
    const openUrl = vi.fn()
    await client.logout({ openUrl })
    expect(openUrl).toHaveBeenCalledOnce()
    expect(await client.isAuthenticated()).toBe(false)
    expect(Object.keys({ ...localStorage }).filter(key => key.includes('@@user@@'))).toEqual([])
  })
})
