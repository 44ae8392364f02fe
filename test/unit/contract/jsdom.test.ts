import { afterEach, describe, expect, it, vi } from 'vitest'
import { Auth0Client, createAuth0Client } from '../../../src/index.ts'
import { createClient, redirectUrl } from '../../support/clients.ts'

/** What Jest's jsdom does not have, except Web Crypto. */
const MISSING = ['TextEncoder', 'TextDecoder', 'BroadcastChannel', 'structuredClone', 'fetch']

const options = { domain: 'tenant.example.com', clientId: 'client-1' }

const removeGlobals = (): void => {
  for (const name of MISSING) vi.stubGlobal(name, undefined)
}

afterEach(() => vi.unstubAllGlobals())

describe('a page of jsdom', () => {
  it('without Web Crypto and TextEncoder gets crypto_unavailable, not a ReferenceError', async () => {
    removeGlobals()
    const { crypto } = globalThis
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    expect(() => new Auth0Client(options)).toThrow(
      expect.objectContaining({ name: 'GenericError', error: 'crypto_unavailable' }),
    )
    await expect(createAuth0Client(options)).rejects.toMatchObject({ error: 'crypto_unavailable' })
  })

  it('without TextEncoder creates a client that has no user and begins a login', async () => {
    removeGlobals()
    const auth0 = await createAuth0Client(options)
    expect(await auth0.getUser()).toBeUndefined()
    expect(await auth0.isAuthenticated()).toBe(false)
    const url = new URL(await redirectUrl(createClient()))
    expect(url.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(url.searchParams.get('auth0Client')).toBeTruthy()
  })
})
