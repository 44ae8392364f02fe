import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GenericError, TimeoutError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  createClient,
  expireStored,
  REDIRECT_URI,
  recordFrames,
  redirectUrl,
  sessionItems,
  storedEntries,
} from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  DOMAIN,
  grants,
  revokedRefreshTokens,
  tokenRequests,
} from '../../support/testbed.ts'
import { gate, installFakeLocks } from '../browser/fake-locks.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const storedRefreshTokens = (): unknown[] =>
  Object.values(storedEntries()).map(({ body }) => body.refresh_token)

describe('two tabs both won the lock, and spent the same refresh token', () => {
  const lockName = `auth0.lock.getTokenSilently.${CLIENT_ID}.default`

  /** What a tab with the lock does: it spends the stored token and stores what it gets. */
  const renewInAnotherTab = async (): Promise<string> => {
    const [[key, entry] = ['', undefined]] = Object.entries(storedEntries())
    const reply = await fetch(`https://${DOMAIN}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: CLIENT_ID,
        refresh_token: `${entry?.body.refresh_token}`,
      }),
    })
    const { access_token, refresh_token } = await reply.json()
    const expiresAt = Math.floor(Date.now() / 1000) + 86_400
    const body = { ...entry?.body, access_token, refresh_token }
    localStorage.setItem(key, JSON.stringify({ body, expiresAt }))
    return access_token
  }

  it.each([
    ['on', 1],
    ['off', 2],
  ] as const)(
    "waits for the other tab and looks again, with cacheMode '%s'",
    async (cacheMode, requests) => {
      const locks = installFakeLocks()
      const client = createClient(stored)
      await signIn(client, tenant)
      expireStored()
      const waiting = gate()
      let theirs = ''
      const other = navigator.locks.request(lockName, async () => {
        await waiting.opened
        theirs = await renewInAnotherTab()
      })
      const mine = client.getTokenSilently({ cacheMode })
      await vi.waitFor(() => {
        expect(locks.names().filter(name => name === lockName)).toHaveLength(2)
      })
      expect(grants(tenant, 'refresh_token')).toEqual([])
      waiting.open()
      await other
      if (cacheMode === 'on') expect(await mine).toBe(theirs)
      else expect(await mine).not.toBe(theirs)
      const spent = grants(tenant, 'refresh_token').map(fields => fields.refresh_token)
      expect(spent).toHaveLength(requests)
      expect(new Set(spent).size).toBe(requests)
      expect(revokedRefreshTokens(tenant)).toEqual([])
    },
  )
})

describe('timeouts and network failures had no code to tell them apart', () => {
  it('calls a network failure network_error, with what the browser said as its cause', async () => {
    const client = createClient()
    tenant.intercept('token', () => HttpResponse.error() as Response)
    const error = await signIn(client, tenant).catch(e => e)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ error: 'network_error', cause: expect.any(TypeError) })
  })

  it('calls a timeout timeout, with the message it always had', async () => {
    const client = createClient({ httpTimeoutInSeconds: 0.01 })
    tenant.intercept('token', () => new Promise(() => {}))
    const error = await signIn(client, tenant).catch(e => e)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ error: 'timeout', message: "Timeout when executing 'fetch'" })
    expect(tokenRequests(tenant)).toHaveLength(3)
  })
})

describe('?code=success of an e-mail link was taken for a login', () => {
  it.each(['code=success', 'error=expired', 'code=success&state='])(
    'leaves a login under way alone at ?%s',
    async query => {
      const client = createClient()
      const url = await redirectUrl(client)
      await expect(client.handleRedirectCallback(`${REDIRECT_URI}?${query}`)).rejects.toMatchObject(
        { error: 'state_mismatch', message: 'Invalid state' },
      )
      expect(tokenRequests(tenant)).toEqual([])
      await client.handleRedirectCallback(await tenant.answerLogin(url))
      expect(await client.isAuthenticated()).toBe(true)
    },
  )

  it('sends nothing to the tenant where no login is under way', async () => {
    const emailLink = `${REDIRECT_URI}?code=success`
    await expect(createClient().handleRedirectCallback(emailLink)).rejects.toMatchObject({
      error: 'missing_transaction',
    })
    expect(tokenRequests(tenant)).toEqual([])
  })
})

describe('max_age failed every renewal after the token was rotated', () => {
  it('keeps the successor each time, so that the family stays alive', async () => {
    const client = createClient({ ...stored, authorizationParams: { max_age: 600 } })
    tenant.idTokenClaims = { auth_time: Math.floor(Date.now() / 1000) }
    await signIn(client, tenant)
    tenant.idTokenClaims = { auth_time: Math.floor(Date.now() / 1000) - 7200 }
    for (let round = 1; round <= 3; round++) {
      expireStored()
      await expect(client.getTokenSilently()).rejects.toMatchObject({
        error: 'invalid_token',
        message: expect.stringContaining('auth_time'),
      })
      expect(grants(tenant, 'refresh_token')).toHaveLength(round)
      expect(storedRefreshTokens()).toEqual(activeRefreshTokens(tenant))
    }
    expect(revokedRefreshTokens(tenant)).toEqual([])
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('the user stayed signed in after the refresh token had died', () => {
  it('still is, but no token is reported where none can be had', async () => {
    const client = createClient({ ...stored, useRefreshTokensFallback: false })
    await signIn(client, tenant)
    expireStored()
    tenant.intercept('token', () =>
      HttpResponse.json(
        { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
        { status: 403 },
      ),
    )
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await client.isAuthenticated()).toBe(true)
    expect(await client.getTokenSilently({ cacheMode: 'cache-only' })).toBeUndefined()
    await expect(client.getTokenSilently()).rejects.toMatchObject({
      error: 'missing_refresh_token',
    })
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })
})

describe('users expected logout to revoke the refresh token', () => {
  it('does not: it forgets the token here and makes no request', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    let revocations = 0
    network.use(
      http.post(`https://${DOMAIN}/oauth/revoke`, () => {
        revocations++
        return new HttpResponse(null, { status: 200 })
      }),
    )
    await client.logout({ openUrl: false })
    expect(revocations).toBe(0)
    expect(activeRefreshTokens(tenant)).toHaveLength(1)
    expect(sessionItems()).toEqual({})
  })
})

describe('what documents said was not what the code did', () => {
  it('asks for openid alone where a record of scopes has no default', async () => {
    const client = createClient({ authorizationParams: { scope: { api: 'read' } } })
    const url = new URL(await redirectUrl(client))
    expect(url.searchParams.get('scope')).toBe('openid')
  })

  it('takes no iframe merely because an audience is passed', async () => {
    const client = createClient(stored)
    const call = { authorizationParams: { audience: 'api' } }
    await signIn(client, tenant, call)
    const frames = recordFrames(tenant, () => undefined)
    expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    expireStored()
    expect(await client.getTokenSilently(call)).toMatch(/^access-token-/)
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
  })

  it('keeps logins in cookies under the option spelled useCookiesForTransactions', async () => {
    await redirectUrl(createClient({ useCookiesForTransactions: true }))
    expect(document.cookie).toContain(`a0.spajs.txs.${CLIENT_ID}`)
    expect(sessionStorage).toHaveLength(0)
  })
})

describe('getUser() gave a new object on every call, and render loops with it', () => {
  it.each([stored, {}])('gives the same object and the same claims with %j', async options => {
    const client = createClient(options)
    await signIn(client, tenant)
    const [user, claims] = [await client.getUser(), await client.getIdTokenClaims()]
    await client.getTokenSilently()
    await client.isAuthenticated()
    expect(user).toMatchObject({ name: 'Ada Lovelace' })
    expect(await client.getUser()).toBe(user)
    expect(await client.getIdTokenClaims()).toBe(claims)
  })

  it('does so without a change to what is stored', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const before = JSON.stringify({ ...localStorage })
    for (let call = 0; call < 3; call++) await client.getUser()
    expect(JSON.stringify({ ...localStorage })).toBe(before)
  })
})
