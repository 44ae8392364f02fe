import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, redirectUrl } from '../support/clients.ts'
import { json, text } from './support/arbitraries.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'

const NAMES = [
  'auth0.client-1.is.authenticated',
  'auth0.client-1.organization_hint',
  'auth0.is.authenticated',
  '_legacy_auth0.client-1.is.authenticated',
  '_legacy_auth0.client-1.organization_hint',
  'auth0.client-1.generation.',
  'a0.spajs.txs.client-1',
  'a0.spajs.txs.client-1.s',
  '_legacy_a0.spajs.txs.client-1',
  'auth0.cookies',
]

/** A name and a value as some other code, or another host of the site, may have written them. */
const cookie = fc.record({
  name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, text),
  value: fc.oneof(
    { weight: 3, arbitrary: json.map(each => JSON.stringify(each) ?? '') },
    fc.constantFrom('true', '"org_1"', '1e999', '9007199254740993', '-1', '{}'),
    text,
  ),
  isEncoded: fc.boolean(),
})
type Cookie = typeof cookie extends fc.Arbitrary<infer T> ? T : never

const encoded = (value: string): string => String(new URLSearchParams([['', value]])).slice(1)

const write = ({ name, value, isEncoded }: Cookie): void => {
  const pair = isEncoded ? `${encoded(name)}=${encoded(value)}` : `${name}=${value}`
  // biome-ignore lint/suspicious/noDocumentCookie: cookies as others write them
  document.cookie = `${pair.replaceAll(';', '')}; path=/`
}

/** Every number of a turn that this browser has noted in a cookie. */
const generationNames = (): string[] =>
  document.cookie
    .split('; ')
    .map(pair => pair.split('=')[0] ?? '')
    .filter(name => name.includes('.generation.'))

const signIn = async (client: ReturnType<typeof createClient>, around: Surroundings) => {
  const url = await around.tenant.answerLogin(await redirectUrl(client))
  return around.page.outcomeOf(client.handleRedirectCallback(url))
}

describe('fuzzing: cookies', () => {
  const cookies = fc.array(cookie, { minLength: 1, maxLength: 6 })

  it('security 49: no cookie signs anybody in, or keeps anybody from signing in and out', async () => {
    await fuzz(120, cookies, async (given, surroundings) => {
      const { page } = surroundings
      given.forEach(write)
      const client = createClient({ useRefreshTokens: true, useRefreshTokensFallback: false })
      expect(await page.outcomeOf(client.checkSession())).toEqual({ value: undefined })
      expect(await client.isAuthenticated()).toBe(false)
      expect((await page.outcomeOf(client.getTokenSilently())).error?.error).toBe(
        'missing_refresh_token',
      )
      expect(await signIn(client, surroundings)).toHaveProperty('value')
      await page.outcomeOf(client.logout({ openUrl: false }))
      expect(await client.isAuthenticated()).toBe(false)
    })
  })

  it('security 12: nor does one that looks like a login under way, where logins are kept in cookies', async () => {
    await fuzz(100, cookies, async (given, surroundings) => {
      const { page } = surroundings
      given.forEach(write)
      const client = createClient({ useCookiesForTransactions: true })
      for (const state of ['s', '', '__proto__']) {
        const query = new URLSearchParams({ code: 'c', state })
        const { value } = await page.outcomeOf(client.handleRedirectCallback(`?${query}`))
        expect(value).toBeUndefined()
      }
      expect(await signIn(client, surroundings)).toHaveProperty('value')
    })
  })

  it('security 42: the number of a turn may be anything, and turns go on and are counted', async () => {
    const number = fc.oneof(
      fc.double(),
      fc.maxSafeInteger(),
      fc.constantFrom(1e308, 2 ** 53, 2 ** 53 - 1, Number.MAX_VALUE, -1),
    )
    const value = fc.oneof(
      number.map(each => JSON.stringify(each)),
      json.map(each => JSON.stringify(each) ?? ''),
      fc.constant('1e999'),
    )
    await fuzz(50, fc.tuple(value, value), async ([inCookie, inStorage], surroundings) => {
      const { page } = surroundings
      const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
      expect(await signIn(client, surroundings)).toHaveProperty('value')
      for (const name of generationNames()) write({ name, value: inCookie, isEncoded: true })
      const markers = Object.keys({ ...localStorage }).filter(key => key.includes('@@generation@@'))
      expect(markers.length).toBeGreaterThan(0)
      for (const key of markers) localStorage.setItem(key, inStorage)
      const seen = new Set<string>()
      for (let turn = 0; turn < 3; turn++) {
        const { value: token } = await page.outcomeOf(client.getTokenSilently({ cacheMode: 'off' }))
        expect(token).toMatch(/^access-token-/)
        for (const key of markers) seen.add(`${key} ${localStorage.getItem(key)}`)
      }
      expect(seen.size).toBe(3 * markers.length)
    })
  })
})
