import { beforeEach, describe, expect, it } from 'vitest'
import { InvalidConfigurationError } from '../../../src/errors/core.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, redirectUrl, sessionItems } from '../../support/clients.ts'
import { activeRefreshTokens, createTestbed, grants, tokenRequests } from '../../support/testbed.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const WRONG: [string, () => unknown][] = [
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['nothing', () => undefined],
  ['text', () => '2026-01-01'],
  ['an invalid date', () => new Date('x')],
  ['a promise of NaN', async () => Number.NaN],
  ['a rejected promise', () => Promise.reject(new Error('No time server'))],
]

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const clientWith = (nowProvider: () => unknown, options: object = {}) =>
  createClient({ ...stored, ...options, nowProvider: nowProvider as () => number })

const isAboutTheClock = (error: unknown): boolean =>
  error instanceof InvalidConfigurationError && error.message.includes('"nowProvider"')

describe('security G: a nowProvider that gives no time', () => {
  it.each(WRONG)(
    '%s: an expired ID token is not accepted, and the code is not used up',
    async (_, clock) => {
      tenant.idTokenClaims = { exp: 1, iat: 1 }
      const client = clientWith(clock)
      await expect(signIn(client, tenant)).rejects.toSatisfy(isAboutTheClock)
      expect(tokenRequests(tenant)).toEqual([])
      expect(sessionItems()).toEqual({})
    },
  )

  it.each(WRONG)(
    '%s: an expired access token is not served, and no refresh token is lost',
    async (_, clock) => {
      await signIn(createClient(stored), tenant)
      const client = clientWith(clock)
      for (const cacheMode of ['on', 'off', 'cache-only'] as const) {
        await expect(client.getTokenSilently({ cacheMode })).rejects.toSatisfy(isAboutTheClock)
      }
      expect(grants(tenant, 'refresh_token')).toEqual([])
      expect(activeRefreshTokens(tenant)).toHaveLength(1)
      expect(JSON.stringify({ ...localStorage })).not.toContain('unanswered')
      expect(await createClient(stored).getTokenSilently({ cacheMode: 'off' })).toBeTruthy()
    },
  )

  it.each(WRONG)('%s: a session is not kept beyond its end', async (_, clock) => {
    tenant.idTokenClaims = { session_expiry: Math.floor(Date.now() / 1000) + 3600 }
    await signIn(createClient(stored), tenant)
    await expect(clientWith(clock).isAuthenticated()).rejects.toSatisfy(isAboutTheClock)
  })
})

it('a nowProvider that throws is named, with what it threw as the cause', async () => {
  const cause = new Error('No time server')
  const client = clientWith(() => {
    throw cause
  })
  await expect(signIn(client, tenant)).rejects.toMatchObject({ cause })
})

it('a login can be started with a nowProvider that fails', async () => {
  expect(await redirectUrl(clientWith(() => Number.NaN))).toContain('/authorize?')
})

it('a nowProvider that gives a promise of the time is accepted', async () => {
  const client = clientWith(async () => Date.now())
  await signIn(client, tenant)
  expect(await client.isAuthenticated()).toBe(true)
})
