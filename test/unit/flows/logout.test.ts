import { beforeEach, describe, expect, it } from 'vitest'
import type { Auth0Client, LogoutOptions } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, sessionItems } from '../../support/clients.ts'
import { CLIENT_ID, createTestbed, DOMAIN, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const logoutUrl = async (client: Auth0Client, options: LogoutOptions = {}): Promise<string> => {
  let url = ''
  await client.logout({
    ...options,
    openUrl: to => {
      url = to
    },
  })
  return url
}

describe('logout', () => {
  it('security 54, 69: forgets everything of the client before it leaves', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    tenant.idTokenClaims = { org_id: 'org_1' }
    await signIn(client, tenant)
    await client.getTokenSilently({ cacheMode: 'off' })
    expect(document.cookie).toContain('organization_hint')
    let atNavigation: unknown
    await client.logout({
      openUrl: () => {
        atNavigation = { storage: sessionItems(), cookies: document.cookie }
      },
    })
    expect(atNavigation).toEqual({ storage: {}, cookies: '' })
    expect(await client.getUser()).toBeUndefined()
    expect(await client.isAuthenticated()).toBe(false)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
  })

  it('signs out here only when openUrl is false', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const before = location.href
    await client.logout({ openUrl: false })
    expect(await client.isAuthenticated()).toBe(false)
    expect(location.href).toBe(before)
  })

  it('keeps a login that is under way', async () => {
    const client = createClient()
    await client.loginWithRedirect({ openUrl: () => {} })
    await client.logout({ openUrl: false })
    expect(Object.keys(sessionStorage)).toHaveLength(1)
  })

  it('signs out a client whose id contains the separator of keys, and leaves the client `urn`', async () => {
    const ids = ['urn::app', 'urn']
    const create = (clientId: string) => createClient({ cacheLocation: 'localstorage', clientId })
    for (const clientId of ids) await signIn(create(clientId), tenant)
    await create('urn::app').logout({ openUrl: false })
    const signedIn = ids.map(clientId => create(clientId).isAuthenticated())
    expect(await Promise.all(signedIn)).toEqual([false, true])
    expect(Object.keys(sessionItems()).filter(key => key.includes('urn::app'))).toEqual([])
  })

  it('leaves clients whose id merely begins the same', async () => {
    const client = createClient({ cacheLocation: 'localstorage' })
    await signIn(client, tenant)
    const other = `@@auth0spajs@@::${CLIENT_ID}2::default::openid`
    localStorage.setItem(other, '{}')
    localStorage.setItem('foreign', 'x')
    await client.logout({ openUrl: false })
    expect(Object.keys(sessionItems()).sort()).toEqual([other, 'foreign'])
    await client.logout({ openUrl: false, clientId: null })
    expect(sessionItems()).toEqual({ foreign: 'x' })
  })
})

describe('the address of the logout', () => {
  it('names the client, the parameters, and federated at the very end', async () => {
    const url = await logoutUrl(createClient(), {
      logoutParams: { federated: true, returnTo: 'https://app.example.com/', custom: 'x' },
    })
    expect(url).toMatch(
      new RegExp(
        `^https://${DOMAIN}/v2/logout\\?client_id=${CLIENT_ID}&returnTo=https%3A%2F%2Fapp.example.com%2F&custom=x&auth0Client=[\\w%]+&federated$`,
      ),
    )
  })

  it('names no client when clientId is null', async () => {
    expect(await logoutUrl(createClient(), { clientId: null })).toMatch(
      /\/v2\/logout\?&auth0Client=/,
    )
  })

  it('takes the spelling of 1.x', async () => {
    const options = { returnTo: 'https://app.example.com/', client_id: 'another' } as LogoutOptions
    const url = new URL(await logoutUrl(createClient(), options))
    expect(url.searchParams.get('returnTo')).toBe('https://app.example.com/')
    expect(url.searchParams.get('client_id')).toBe('another')
    await expect(
      createClient().logout({ localOnly: true, federated: true } as LogoutOptions),
    ).rejects.toMatchObject({ error: 'invalid_configuration' })
  })
})

describe('the ceiling of a session', () => {
  it('ends the session without a request once it is reached', async () => {
    let now = Date.now()
    const client = createClient({ nowProvider: () => now })
    tenant.idTokenClaims = { session_expiry: Math.floor(now / 1000) + 1000 }
    await signIn(client, tenant)
    now += 969_000
    expect(await client.isAuthenticated()).toBe(true)
    now += 2_000
    expect(await client.getTokenSilently()).toBeUndefined()
    expect(await client.getUser()).toBeUndefined()
    expect(document.cookie).toBe('')
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('keeps the ceiling of the login through every renewal, in the claims', async () => {
    const ceiling = Math.floor(Date.now() / 1000) + 1000
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    tenant.idTokenClaims = { session_expiry: ceiling }
    await signIn(client, tenant)
    tenant.idTokenClaims = { session_expiry: ceiling + 5000 }
    await client.getTokenSilently({ cacheMode: 'off' })
    expect((await client.getIdTokenClaims())?.session_expiry).toBe(ceiling)
    expect((await client.getUser())?.session_expiry).toBe(ceiling + 5000)
  })
})

describe('options of a logout', () => {
  const stored = { cacheLocation: 'localstorage' } as const

  it('with an empty client id concern this client, as in auth0-spa-js', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const url = new URL(await logoutUrl(client, { clientId: '' }))
    expect(url.searchParams.get('client_id')).toBe(CLIENT_ID)
    expect(await client.isAuthenticated()).toBe(false)
    expect(sessionItems()).toEqual({})
  })

  it('with the id of this client and a space concern this client', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    await logoutUrl(client, { clientId: ` ${CLIENT_ID} ` })
    expect(await client.isAuthenticated()).toBe(false)
  })

  it('with `openUrl: false` need no domain', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const withoutDomain = createClient({ ...stored, domain: '' })
    await withoutDomain.logout({ openUrl: false })
    expect(document.cookie).toBe('')
  })

  it('without a domain sign out here, and say then that it is missing', async () => {
    await signIn(createClient(stored), tenant)
    const withoutDomain = createClient({ ...stored, domain: '' })
    await expect(withoutDomain.logout()).rejects.toMatchObject({ error: 'invalid_configuration' })
    expect(document.cookie).toBe('')
  })

  it('keep returnTo as it is given, and send lists with commas', async () => {
    const logoutParams = { returnTo: '/bye', tags: ['a', 'b'], none: null, gone: undefined }
    const { searchParams } = new URL(await logoutUrl(createClient(), { logoutParams }))
    expect(searchParams.get('returnTo')).toBe('/bye')
    expect(searchParams.get('tags')).toBe('a,b')
    expect([...searchParams.keys()].sort()).toEqual([
      'auth0Client',
      'client_id',
      'returnTo',
      'tags',
    ])
  })
})
