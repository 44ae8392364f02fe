import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Auth0Client } from '../../src/index.ts'
import type { TestTenant } from '../../src/testing/index.ts'
import { createClient, redirectUrl } from '../support/clients.ts'
import { activeRefreshTokens, CLIENT_ID, tokenRequests } from '../support/testbed.ts'
import { changesTo, headerValue, json, textOfAnyLength } from './support/arbitraries.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'
import { type Reply, replaceLogin, replaceResponses, usualRenewal } from './support/open-tenant.ts'

const MEMBERS = ['access_token', 'token_type', 'expires_in', 'id_token', 'scope', 'refresh_token']

/** Members with values that are nearly right, or nearly wrong. */
const nearly = fc
  .array(
    fc.oneof(
      fc.tuple(
        fc.constant('token_type'),
        fc.constantFrom<unknown>('bearer', 'BEARER', 'mac', 'N_A', '', ['Bearer'], ' Bearer'),
      ),
      fc.tuple(
        fc.constant('expires_in'),
        fc.constantFrom<unknown>(
          '3600',
          '',
          ' ',
          'soon',
          '9'.repeat(400),
          -1,
          [5],
          [],
          true,
          false,
          {},
          0,
          0.5,
        ),
      ),
      fc.tuple(fc.constantFrom('access_token', 'refresh_token', 'id_token'), fc.constant('')),
      fc.tuple(fc.constant('scope'), fc.constantFrom<unknown>('', 'openid', ['openid'], 1)),
      fc.tuple(fc.constant('error'), fc.constantFrom<unknown>('access_denied', '', {})),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map(pairs => Object.fromEntries(pairs) as Record<string, unknown>)

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504),
  fc.integer({ min: 100, max: 599 }),
)
const headers = fc.dictionary(
  fc.constantFrom('Retry-After', 'Content-Type', 'Date', 'Location', 'WWW-Authenticate'),
  headerValue,
)

/** An answer: made from a good one, made of nothing, or none at all. */
const answer = fc.oneof(
  { weight: 6, arbitrary: fc.record({ status, headers, changes: changesTo(MEMBERS) }) },
  { weight: 4, arbitrary: fc.record({ status: fc.constant(200), headers, changes: nearly }) },
  {
    weight: 2,
    arbitrary: fc.record({
      status,
      headers,
      body: fc.record({
        error: fc.oneof(json, fc.constantFrom('invalid_request', 'mfa_required', 'server_error')),
        error_description: json,
        mfa_token: json,
        mfa_requirements: json,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ status, headers, body: json }) },
  { weight: 2, arbitrary: fc.record({ status, headers, text: textOfAnyLength }) },
  {
    weight: 1,
    arbitrary: fc.record({
      thrown: fc.constantFrom<unknown>(new TypeError('Failed to fetch'), undefined, null, 'x', {}),
    }),
  },
)
type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never

interface Given {
  reply: Reply
  /** What the answer says, if it says anything. */
  said: Record<string, unknown>
  isOk: boolean
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const make = async (given: Answer, usual: () => Promise<object>): Promise<Given> => {
  if ('thrown' in given) return { reply: given, said: {}, isOk: false }
  const { status, headers } = given
  const isOk = status >= 200 && status < 300
  if ('text' in given) return { reply: { status, headers, body: given.text }, said: {}, isOk }
  const whole: unknown = 'changes' in given ? { ...(await usual()), ...given.changes } : given.body
  const said = isObject(whole) ? whole : {}
  return { reply: { status, headers, body: JSON.stringify(whole) }, said, isOk }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

const isTokenType = (value: unknown): boolean =>
  typeof value === 'string' && /^(bearer|dpop)$/i.test(value)

/** Numbers alone are a lifetime, though some servers write them as text. */
const isLifetime = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'string'
    ? String(value).trim() !== '' && Number(value) >= 0 && Number(value) < Infinity
    : value === null

/** What must not be taken in: anything that is wrong beyond doubt. */
const mustFail = ({ said, isOk }: Given, id_token: unknown): boolean =>
  !isOk ||
  !isText(said.access_token) ||
  !(said.token_type == null || isTokenType(said.token_type)) ||
  !isLifetime(said.expires_in ?? null) ||
  said.id_token !== id_token

/** What must be taken in: nothing but what a server may say. */
const mustPass = (given: Given, id_token: unknown): boolean => {
  const { expires_in = 1, scope = '', refresh_token = '' } = given.said
  return (
    !mustFail(given, id_token) &&
    isTokenType(given.said.token_type) &&
    Number.isInteger(expires_in) &&
    Number(expires_in) < 1e9 &&
    typeof scope === 'string' &&
    typeof refresh_token === 'string'
  )
}

const storedBodies = (): Record<string, unknown>[] =>
  Object.values({ ...localStorage })
    .map(text => JSON.parse(text))
    .flatMap(entry => (isObject(entry?.body) ? [entry.body] : []))

const options = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const beginLogin = async (client: Auth0Client, tenant: TestTenant): Promise<string> => {
  const url = await redirectUrl(client)
  return await tenant.answerLogin(url)
}

const signIn = async (client: Auth0Client, { tenant, page }: Surroundings): Promise<void> => {
  const url = await beginLogin(client, tenant)
  expect(await page.outcomeOf(client.handleRedirectCallback(url))).toHaveProperty('value')
}

describe('fuzzing: answers of the token endpoint to a login', () => {
  it('security 26, 27, 28: all of an answer is taken in, or nothing when anything in it is wrong', async () => {
    await fuzz(300, answer, async (input, surroundings) => {
      const { page, tenant } = surroundings
      const client = createClient(options)
      const url = await beginLogin(client, tenant)
      let given: Given | undefined
      let id_token: unknown
      replaceLogin(tenant, async ({ response }) => {
        id_token = response.id_token
        given = await make(input, async () => response)
        return given.reply
      })
      const { value } = await page.outcomeOf(client.handleRedirectCallback(url))
      if (!given) throw new Error('no request')
      if (value) expect(mustFail(given, id_token)).toBe(false)
      if (mustPass(given, id_token)) expect(value).toBeDefined()

      expect(await client.isAuthenticated()).toBe(value !== undefined)
      expect(document.cookie.includes('is.authenticated')).toBe(value !== undefined)
      expect(storedBodies()).toHaveLength(value ? 1 : 0)
      for (const { refresh_token, oauthTokenScope, expires_in } of storedBodies()) {
        expect(['string', 'undefined']).toContain(typeof refresh_token)
        expect(['string', 'undefined']).toContain(typeof oauthTokenScope)
        expect(Number.isFinite(expires_in)).toBe(true)
      }
      // After an answer nothing is asked again; after none, at most twice.
      expect(tokenRequests(tenant).length).toBeLessThanOrEqual('thrown' in input ? 3 : 1)
    })
  })

  it('security 28: a failed login leaves the session that was there as it was', async () => {
    await fuzz(50, answer, async (input, surroundings) => {
      const { page, tenant } = surroundings
      const client = createClient(options)
      await signIn(client, surroundings)
      const before = { ...localStorage }
      const url = await beginLogin(client, tenant)
      replaceLogin(tenant, async ({ response }) => (await make(input, async () => response)).reply)
      const { error } = await page.outcomeOf(client.handleRedirectCallback(url))
      if (error) {
        for (const [key, item] of Object.entries(before)) {
          if (!key.includes('@@generation@@'))
            expect([key, localStorage.getItem(key)]).toEqual([key, item])
        }
      }
      expect(await client.isAuthenticated()).toBe(true)
    })
  })
})

describe('fuzzing: answers of the token endpoint to a renewal', () => {
  /** The tenant has ended it: with a word for the token, or for the user. */
  const isTheEnd = ({ said, isOk }: Given): boolean =>
    !isOk &&
    (said.error === 'invalid_grant' ||
      (typeof said.error_description === 'string' &&
        /invalid refresh token|user is blocked/i.test(said.error_description)))

  it('security 40, 41, 47: whatever comes in between, the refresh token that is good is not lost', async () => {
    const answers = fc.array(answer, { minLength: 1, maxLength: 3 })
    await fuzz(120, answers, async (inputs, surroundings) => {
      const { page, tenant } = surroundings
      const client = createClient({ ...options, useRefreshTokensFallback: false })
      await signIn(client, surroundings)
      const good = storedBodies()[0]?.access_token
      let [refreshToken] = activeRefreshTokens(tenant)
      for (const input of inputs) {
        let given: Given | undefined
        replaceResponses(tenant, async () => {
          given = await make(input, () => usualRenewal(tenant))
          return given.reply
        })
        const { value } = await page.outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
        if (given && isTheEnd(given)) return
        const successor = given?.isOk ? given.said.refresh_token : undefined
        if (isText(successor)) {
          refreshToken = String(successor)
          await tenant.issueTokens({ clientId: CLIENT_ID, refreshToken })
        }
        if (given && value) expect(given.said.access_token).toBe(value)
        expect(storedBodies().map(body => body.refresh_token)).toEqual([refreshToken])
        // Without fault, but of no use: kept, not handed out.
        const isExpired = given?.isOk && [0, '0'].includes(given.said.expires_in as number)
        if (value || isExpired) break
        expect(storedBodies()[0]?.access_token).toBe(good)
        // However long the server wanted to be left alone, it is at most five minutes.
        await page.wait(300_000)
      }
      tenant.intercept('token', undefined)
      const { value, error } = await page.outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
      expect([error, value]).toEqual([undefined, expect.stringMatching(/^access-token-/)])
      expect(await client.isAuthenticated()).toBe(true)
      expect(tokenRequests(tenant).every(({ client_id }) => client_id === CLIENT_ID)).toBe(true)
    })
  })
})
