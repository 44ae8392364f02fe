import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MfaRequiredError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, storedEntries } from '../../support/clients.ts'
import { lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { activeRefreshTokens, grants } from '../../support/testbed.ts'
import {
  ADA,
  acceptAgain,
  createExchangeTestbed,
  graceToken,
  snapshot,
  subject,
} from '../../support/token-exchange.ts'
import { gate } from '../browser/fake-locks.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const inMemory = { useRefreshTokens: true } as const
const off = { cacheMode: 'off' } as const
const leave = { openUrl: false } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createExchangeTestbed()
})
afterEach(() => vi.unstubAllGlobals())

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** Ways in which the response to an exchange is refused. */
const REJECTIONS: [string, () => void, string][] = [
  [
    'no ID token',
    () => {
      tenant.tokenResponse = { id_token: undefined }
    },
    'invalid_token',
  ],
  [
    'an ID token of another issuer',
    () => {
      tenant.idTokenClaims = { iss: 'https://other.example.com/' }
    },
    'invalid_token',
  ],
  [
    'an ID token that has expired',
    () => {
      tenant.idTokenClaims = { exp: nowSeconds() - 100 }
    },
    'invalid_token',
  ],
  [
    'an ID token with a wrong signature',
    () => {
      tenant.transformIdToken = token => `${token.slice(0, -8)}AAAAAAAA`
    },
    'invalid_token',
  ],
  [
    'an unknown token type',
    () => {
      tenant.tokenResponse = { token_type: 'mac' }
    },
    'request_error',
  ],
  [
    'a lifetime that is not a number',
    () => {
      tenant.tokenResponse = { expires_in: 'soon' }
    },
    'request_error',
  ],
  [
    'no access token',
    () => {
      tenant.tokenResponse = { access_token: undefined }
    },
    'request_error',
  ],
  ['an error', () => tenant.fail('token', { error: 'invalid_request' }), 'invalid_request'],
  [
    'a page of a gateway',
    () => tenant.intercept('token', () => HttpResponse.html('<h1>502</h1>', { status: 502 })),
    'request_error',
  ],
  ['nothing', () => tenant.intercept('token', () => HttpResponse.error()), 'network_error'],
]

describe('a token exchange that is answered with', () => {
  it.each(REJECTIONS)(
    '%s leaves the session before it as it was, in localStorage',
    async (_, reject, error) => {
      const client = createClient(stored)
      await signIn(client, tenant)
      const before = snapshot()
      reject()
      await expect(client.loginWithCustomTokenExchange(graceToken)).rejects.toMatchObject({ error })
      expect(snapshot()).toEqual(before)
      acceptAgain(tenant)
      expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
      expect(await client.getUser()).toMatchObject(ADA)
    },
  )

  it.each(REJECTIONS)('%s leaves no token in the worker', async (_, reject, error) => {
    stubWorker()
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const worker = lastWorker()
    const [former] = worker.references()
    reject()
    await expect(client.loginWithCustomTokenExchange(graceToken)).rejects.toMatchObject({ error })
    acceptAgain(tenant)
    for (const reference of worker.references().filter(each => each !== former)) {
      const { json } = await worker.renewWith(reference)
      expect(json).toMatchObject({ error: 'missing_refresh_token' })
    }
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(await client.getUser()).toMatchObject(ADA)
  })

  it('the refresh token of the session leaves it in the worker, also if it is rejected', async () => {
    stubWorker()
    tenant.rotation = false
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const [token] = activeRefreshTokens(tenant)
    tenant.tokenResponse = { refresh_token: token, id_token: undefined }
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'invalid_token',
    })
    acceptAgain(tenant)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('a demand for a second factor rejects with the token for it', async () => {
    for (const method of ['loginWithCustomTokenExchange', 'customTokenExchange'] as const) {
      tenant.intercept('token', () =>
        HttpResponse.json(
          {
            error: 'mfa_required',
            error_description: 'Factor',
            mfa_token: 'm',
            mfa_requirements: { challenge: [{ type: 'otp' }] },
          },
          { status: 403 },
        ),
      )
      const error = await createClient(stored)
        [method](subject)
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(MfaRequiredError)
      expect(error).toMatchObject({
        mfa_token: 'm',
        mfa_requirements: { challenge: [{ type: 'otp' }] },
      })
    }
  })

  it('silence ends in a timeout, and stores nothing when the answer comes after all', async () => {
    const released = gate()
    tenant.intercept('token', async () => {
      await released.opened
      return undefined
    })
    const client = createClient({ ...stored, httpTimeoutInSeconds: 0.01 })
    await expect(client.loginWithCustomTokenExchange(subject)).rejects.toMatchObject({
      error: 'timeout',
    })
    released.open()
    expect(snapshot()).toEqual({ items: {}, cookies: '' })
  })

  it.each(['loginWithCustomTokenExchange', 'customTokenExchange'] as const)(
    'a sign-out of the user while %s is under way: it rejects, and stores nothing',
    async method => {
      const arrived = gate()
      const released = gate()
      tenant.intercept('token', async () => {
        arrived.open()
        await released.opened
        return undefined
      })
      const client = createClient(stored)
      const result = client[method](subject).catch((reason: unknown) => reason)
      await arrived.opened
      await client.logout(leave)
      released.open()
      expect(await result).toMatchObject({ error: 'login_required' })
      expect(await client.getUser()).toBeUndefined()
      expect(Object.keys(storedEntries())).toEqual([])
    },
  )

  it('a sign-out before its code is loaded: it rejects, and sends nothing', async () => {
    const client = createClient(stored)
    const result = client.loginWithCustomTokenExchange(subject).catch((reason: unknown) => reason)
    await client.logout(leave)
    expect(await result).toMatchObject({ error: 'login_required' })
    expect(await client.getUser()).toBeUndefined()
  })
})
