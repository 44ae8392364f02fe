import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Auth0Client,
  type Auth0ClientOptions,
  createAuth0Client,
  GenericError,
} from '../../src/index.ts'
import { REDIRECT_URI } from '../support/clients.ts'
import { authorize, DOMAIN } from '../support/testbed.ts'
import { json, jsonObject, text } from './support/arbitraries.ts'
import { fuzz } from './support/fuzz.ts'
import { replaceLogin, sign } from './support/open-tenant.ts'
import type { Page } from './support/page.ts'

const flag = fc.boolean()
const seconds = fc.oneof(
  fc.nat(),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 0.001, 2 ** 31, 1e9, Number.MAX_SAFE_INTEGER),
)
const anySeconds = fc.oneof(seconds, fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity))
const scope = fc.oneof(text, fc.dictionary(fc.oneof(text, fc.constant('default')), text))
const params = fc
  .tuple(
    jsonObject,
    fc.record(
      {
        scope,
        audience: text,
        max_age: fc.oneof(seconds, seconds.map(String)),
        organization: text,
        redirect_uri: text,
      },
      { requiredKeys: [] },
    ),
  )
  .map(([more, known]) => ({ ...more, ...known }))
const clientId = text.filter(id => /[^\s"']/.test(id) && !/\p{Cs}/u.test(id))

/** Options of today and of 1.x, each of its right type, with any value of that type. */
const sensible = {
  clientId,
  client_id: clientId,
  issuer: text,
  authorizationParams: params,
  advancedOptions: fc.record({ defaultScope: text }, { requiredKeys: [] }),
  cacheLocation: fc.constantFrom('memory', 'localstorage'),
  useRefreshTokens: flag,
  useRefreshTokensFallback: flag,
  useMrrt: flag,
  authorizeTimeoutInSeconds: seconds,
  httpTimeoutInSeconds: seconds,
  leeway: seconds,
  sessionCheckExpiryDays: seconds,
  legacySameSiteCookie: flag,
  useCookiesForTransactions: flag,
  useFormData: flag,
  auth0Client: fc.record({ name: text, version: text, env: fc.dictionary(text, text) }),
  interactiveErrorHandler: fc.constant('popup'),
  sessionTransferTokenQueryParamName: text,
  scope: text,
  audience: text,
  redirect_uri: text,
  max_age: fc.oneof(seconds, seconds.map(String)),
  display: text,
  custom: json,
}

/** Something of any type in the place of some. */
const senseless = Object.fromEntries(
  [
    ...Object.keys(sensible),
    'domain',
    'cache',
    'nowProvider',
    'workerUrl',
    'idTokenSigningAlgs',
  ].map(name => [name, fc.oneof(json, fc.anything())]),
)

const domain = fc.oneof(
  { weight: 3, arbitrary: fc.constant(DOMAIN) },
  text,
  fc.webUrl(),
  fc.constantFrom('', 'https://', 'a b', 'https://[', `${DOMAIN}/path/`, `https://${DOMAIN}:99999`),
)

/** What an application calls on a page without a session, one after the other. */
const useAll = async (client: Auth0Client, page: Page): Promise<void> => {
  const navigate = { openUrl: async () => {} }
  const popup = { location: {} } as Window
  await page.outcomeOf(client.checkSession())
  await page.outcomeOf(client.getUser())
  await page.outcomeOf(client.loginWithRedirect(navigate))
  await page.outcomeOf(client.handleRedirectCallback('?code=c&state=s'))
  await page.outcomeOf(client.getTokenSilently({ timeoutInSeconds: 1 }))
  await page.outcomeOf(client.loginWithPopup({}, { popup, timeoutInSeconds: 1 }))
  await page.outcomeOf(client.revokeRefreshToken())
  await page.outcomeOf(client.logout(navigate))
}

describe('fuzzing: options of the client', () => {
  it('security 8, 9: any value of the right type gives a client that works, or an error with a code', async () => {
    const options = fc.record({ domain, ...sensible }, { requiredKeys: ['domain'] })
    await fuzz(100, options, async (given, { page }) => {
      const { value: client } = await page.outcomeOf(createAuth0Client(given as Auth0ClientOptions))
      if (client) await useAll(client, page)
    })
  })

  it('security 4, 5, 9: whatever an application passes on, state, nonce and PKCE are our own', async () => {
    const { issuer: _, ...others } = sensible
    const options = fc.record(others, { requiredKeys: [] })
    const own = fc.record(
      {
        state: json,
        nonce: json,
        code_challenge: json,
        code_challenge_method: json,
        response_type: json,
        client_id: json,
        response_mode: json,
        request_uri: json,
      },
      { requiredKeys: [] },
    )
    await fuzz(150, fc.tuple(options, own, own), async ([given, ofClient, ofCall], { page }) => {
      const client = new Auth0Client({
        ...given,
        domain: DOMAIN,
        authorizationParams: {
          ...given.authorizationParams,
          ...ofClient,
          redirect_uri: REDIRECT_URI,
        },
      } as Auth0ClientOptions)
      let url = ''
      const openUrl = (to: string) => {
        url = to
      }
      const call = { openUrl, authorizationParams: ofCall as Record<string, string> }
      const { error } = await page.outcomeOf(client.loginWithRedirect(call))
      const id = given.clientId ?? given.client_id
      expect(error?.error).toBe(id ? undefined : 'invalid_configuration')
      if (error) return
      const query = new URL(url).searchParams
      for (const name of ['state', 'nonce', 'code_challenge', 'client_id']) {
        expect(query.getAll(name)).toHaveLength(1)
      }
      expect(query.get('state')).toMatch(/^[\w+/]{58,}={0,2}$/)
      expect(query.get('nonce')).toMatch(/^[\w+/]{58,}={0,2}$/)
      expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      expect(query.getAll('code_challenge_method')).toEqual(['S256'])
      expect(query.getAll('response_type')).toEqual(['code'])
      expect(query.getAll('response_mode')).toEqual(['query'])
    })
  })

  it('security 35: no leeway and no timeout makes an expired ID token count, or a request fail at once', async () => {
    const options = fc.record({
      leeway: fc.oneof(
        fc.double(),
        fc.constantFrom<unknown>(NaN, Infinity, '60', '', null, {}, '1e9', [60], true),
      ),
      httpTimeoutInSeconds: anySeconds.filter(each => !(each < 1)),
    })
    await fuzz(60, options, async (given, { page, tenant }) => {
      const client = new Auth0Client({
        ...given,
        domain: DOMAIN,
        clientId: 'client-1',
        authorizationParams: { redirect_uri: REDIRECT_URI },
      } as Auth0ClientOptions)
      const login = async (age: number) => {
        let url = ''
        await client.loginWithRedirect({
          openUrl: to => {
            url = to
          },
        })
        replaceLogin(tenant, async ({ response, claims }) => {
          const exp = Number(claims.iat) - age
          const body = { ...response, id_token: await sign({ ...claims, exp }) }
          return { status: 200, headers: {}, body: JSON.stringify(body) }
        })
        return page.outcomeOf(
          client.handleRedirectCallback(`?${new URLSearchParams(await authorize(tenant, url))}`),
        )
      }
      const first = await page.outcomeOf(login(80_060))
      // Options that cannot be used are refused by name before the login begins.
      if (first.error?.error === 'invalid_configuration') return
      const leeway = Number(given.leeway || 60)
      if (leeway < 80_000) expect(first.value?.error?.error).toBe('invalid_token')
      expect(await login(-80_000)).toHaveProperty('value')
    })
  })

  it('security 73: options of any type whatever neither hang nor reach a prototype', async () => {
    const options = fc.record(senseless, { requiredKeys: [] })
    const isForeseen = (error: unknown): boolean =>
      error instanceof GenericError || error instanceof TypeError || error instanceof RangeError
    await fuzz(150, options, async (given, { page }) => {
      const { cache: _, nowProvider: __, ...others } = given
      try {
        const client = new Auth0Client({ domain: DOMAIN, clientId: 'c', ...others } as never)
        expect(await page.outcomeOf(client.checkSession())).toEqual({ value: undefined })
        await useAll(client, page)
      } catch (error) {
        const { cause = error } = error as Error
        expect(isForeseen(cause), String(cause)).toBe(true)
      }
    })
  })
})
