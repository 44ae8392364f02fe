import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, REDIRECT_URI, redirectUrl } from '../support/clients.ts'
import { authorize, ISSUER, tokenRequests } from '../support/testbed.ts'
import { text, textOfAnyLength } from './support/arbitraries.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'

/** Three logins under way: two of one client, one of another client of the same page. */
const begin = async ({ tenant }: Surroundings) => {
  const [client, neighbour] = [createClient(), createClient({ clientId: 'neighbour' })]
  const logins = []
  for (const owner of [client, client, neighbour]) {
    logins.push({ owner, ...(await authorize(tenant, await redirectUrl(owner))) })
  }
  return { client, logins }
}

type Logins = Awaited<ReturnType<typeof begin>>['logins']

const TWISTS = {
  none: (value: string) => value,
  shorter: (value: string) => value.slice(0, -1),
  longer: (value: string) => `${value} `,
  smaller: (value: string) => value.toLowerCase(),
  unpadded: (value: string) => value.replaceAll('=', ''),
  ended: (value: string) => `${value}\0`,
}

/** A text, or what a login has, perhaps a little off. */
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      login: fc.constantFrom(0, 1, 2),
      part: fc.constantFrom('state' as const, 'code' as const),
      twist: fc.oneof(
        fc.constant('none' as const),
        fc.constantFrom(...(Object.keys(TWISTS) as (keyof typeof TWISTS)[])),
      ),
    }),
  },
  textOfAnyLength.map(constant => ({ constant })),
  fc.constantFrom(ISSUER, 'https://evil.example/').map(constant => ({ constant })),
)
const NAMES = ['state', 'code', 'error', 'error_description', 'iss']
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NAMES) },
  fc.constantFrom('access_token', 'id_token', 'response', 'connect_code', '__proto__'),
  text,
)
const parameter = fc.record({ name, value, isRaw: fc.boolean() })
type Parameter = typeof parameter extends fc.Arbitrary<infer T> ? T : never

/** URLs of any kind, most of them with something of an answer in their query. */
const given = fc.oneof(
  { weight: 1, arbitrary: textOfAnyLength.map(whole => ({ whole })) },
  {
    weight: 3,
    arbitrary: fc.record({
      start: fc.constantFrom(REDIRECT_URI, '', '/#/route', 'javascript:0', 'https://evil.example'),
      parameters: fc.array(parameter, { maxLength: 6 }),
      separator: fc.constantFrom('&', '&', '&', ';', '&&', '?'),
      end: fc.constantFrom('', '', '#', '#state=x&code=y'),
    }),
  },
  {
    // An answer without fault, and one thing more.
    weight: 3,
    arbitrary: fc.record({
      start: fc.constant(REDIRECT_URI),
      parameters: fc
        .tuple(fc.constantFrom(0, 1, 2), fc.array(parameter, { maxLength: 1 }))
        .map(([login, more]): Parameter[] => [
          { name: 'code', value: { login, part: 'code', twist: 'none' }, isRaw: false },
          ...more,
          { name: 'state', value: { login, part: 'state', twist: 'none' }, isRaw: false },
        ]),
      separator: fc.constant('&'),
      end: fc.constant(''),
    }),
  },
)

const spell = (logins: Logins, { name, value, isRaw }: Parameter): string => {
  const text =
    'constant' in value
      ? value.constant
      : TWISTS[value.twist](logins[value.login]?.[value.part] ?? '')
  return isRaw ? `${name}=${text}` : String(new URLSearchParams([[name, text]]))
}

const urlOf = (input: typeof given extends fc.Arbitrary<infer T> ? T : never, logins: Logins) => {
  if ('whole' in input) return input.whole
  const { start, parameters, separator, end } = input
  return `${start}?${parameters.map(each => spell(logins, each)).join(separator)}${end}`
}

const queryOf = (url: string): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1).split('#')[0] : '')

describe('fuzzing: callback URLs', () => {
  it('security 12, 13, 16: only the answer to a login that is under way is taken, and costs no other login', async () => {
    await fuzz(200, given, async (input, surroundings) => {
      const { page, tenant } = surroundings
      const { client, logins } = await begin(surroundings)
      const before = { ...sessionStorage }
      const url = urlOf(input, logins)
      const query = queryOf(url)
      const isRepeated = NAMES.some(each => query.getAll(each).length > 1)
      const mine = isRepeated
        ? undefined
        : logins.find(({ owner, state }) => owner === client && state === query.get('state'))
      const isClean = mine !== undefined && query.get('code') === mine.code && !query.get('error')
      const isFromUs = [null, ISSUER].includes(query.get('iss'))

      const handled = client.handleRedirectCallback(url).catch(error => {
        // Of old the one plain error: the application asked about a page that is no callback.
        if (!url.includes('?') && error.message.includes('no query params')) return undefined
        throw error
      })
      const { value: result } = await page.outcomeOf(handled)

      if (result) expect([isClean, isFromUs]).toEqual([true, true])
      if (isClean && isFromUs) expect(result).toEqual({ response_type: 'code' })
      expect(await client.isAuthenticated()).toBe(result !== undefined)
      if (!mine) expect({ ...sessionStorage }).toEqual(before)
      if (!mine || query.get('error') || !isFromUs) expect(tokenRequests(tenant)).toEqual([])

      const isSpent = (code: string) => tokenRequests(tenant).some(request => request.code === code)
      for (const { owner, code, state } of logins) {
        if (state === mine?.state || isSpent(code)) continue
        const answer = new URLSearchParams({ code, state })
        const real = owner.handleRedirectCallback(`${REDIRECT_URI}?${answer}`)
        expect(await page.outcomeOf(real)).toEqual({ value: { response_type: 'code' } })
        expect(await owner.isAuthenticated()).toBe(true)
      }
    })
  })

  it('security 13: an error is passed on as the text it is, whatever it says', async () => {
    await fuzz(100, fc.tuple(text, text), async ([error, description], surroundings) => {
      const { client, logins } = await begin(surroundings)
      const state = logins[0]?.state ?? ''
      const query = new URLSearchParams({ error, error_description: description, state })
      const handled = client.handleRedirectCallback(`?${query}`)
      const { error: thrown } = await surroundings.page.outcomeOf(handled)
      const sent = query.get('error') || 'invalid_request'
      expect(thrown?.error).toBe(sent)
      if (query.get('error')) expect(thrown?.message).toBe(query.get('error_description') || sent)
      expect(document.querySelectorAll('body *')).toHaveLength(0)
    })
  })

  it('security 18: with cleanUrl the answer leaves the address bar and nothing else does', async () => {
    const word = fc.stringMatching(/^[a-z]{1,3}$/).filter(each => !NAMES.includes(each))
    const odd = fc.constantFrom('%', '%E9', '+', 'a=b', '%20')
    const pair = fc
      .tuple(word, fc.oneof(odd, fc.stringMatching(/^[a-z0-9/?:@!$()*,;-]{0,5}$/)))
      .map(each => each.join('='))
    const pairs = fc.array(pair, { maxLength: 4 })
    const address = fc.record({
      before: pairs,
      after: pairs,
      isEscaped: fc.boolean(),
      fragment: fc.stringMatching(/^(#[a-z/?&=]{0,8})?$/),
    })
    await fuzz(60, address, async ({ before, after, isEscaped, fragment }, surroundings) => {
      const { client, logins } = await begin(surroundings)
      const { code = '', state = '' } = logins[0] ?? {}
      const [codeName, stateName] = isEscaped ? ['%63ode', 'st%61te'] : ['code', 'state']
      const answer = [`${codeName}=${code}`, `${stateName}=${encodeURIComponent(state)}`]
      const whole = [...before, ...answer, ...after].join('&')
      history.replaceState({ router: 1 }, '', `/callback?${whole}${fragment}`)
      const handled = client.handleRedirectCallback(location.href, { cleanUrl: true })
      await surroundings.page.outcomeOf(handled)
      const kept = [...before, ...after].join('&')
      const { href } = new URL(`/callback${kept && `?${kept}`}${fragment}`, location.href)
      expect(location.href).toBe(href)
      expect(history.state).toEqual({ router: 1 })
    })
  })
})
