import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient } from '../support/clients.ts'
import { authorize, DOMAIN, tokenRequests } from '../support/testbed.ts'
import { cloneable, json, jsonObject } from './support/arbitraries.ts'
import { until } from './support/event-loop.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'

const ORIGIN = `https://${DOMAIN}`

/** What a message claims to be, from nothing to all but one of the marks of the real answer. */
const forgery = fc.record({
  origin: fc.oneof(
    { weight: 3, arbitrary: fc.constant(ORIGIN) },
    fc.constantFrom('', 'null', '*', `${ORIGIN}/`, `${ORIGIN}:443`, `http://${DOMAIN}`),
    fc.constantFrom(ORIGIN.toUpperCase(), `${ORIGIN}.evil.example`, 'https://app.example.com'),
    fc.webUrl(),
  ),
  source: fc.constantFrom('own' as const, 'own' as const, 'none' as const, 'foreign' as const),
  data: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.oneof(
          { weight: 4, arbitrary: fc.constant<unknown>('authorization_response') },
          fc.constantFrom<unknown>(['authorization_response'], 'authorization_response ', 1),
          json,
        ),
        response: fc.oneof(
          {
            weight: 4,
            arbitrary: fc.record({
              state: fc.constantFrom<unknown>('right', 'wrong', 'absent', 'in an array', 'shorter'),
              code: fc.oneof({ weight: 2, arbitrary: fc.constant<unknown>('real') }, json),
              more: jsonObject,
            }),
          },
          cloneable.map(other => ({ other })),
        ),
      }),
    },
    cloneable.map(other => ({ other })),
  ),
})
type Forgery = typeof forgery extends fc.Arbitrary<infer T> ? T : never

interface Waiting {
  real: { state: string; code: string }
  window: Window
}

const states = (state: string): Record<string, unknown> => ({
  right: state,
  wrong: 'wrong',
  'in an array': [state],
  shorter: state.slice(0, -1),
})

const dataOf = ({ data }: Forgery, { real }: Waiting): unknown => {
  if ('other' in data) return data.other
  const { type, response } = data
  if ('other' in response) return { type, response: response.other }
  const { state, code, more } = response
  const stated = states(real.state)[String(state)]
  return {
    type,
    response: { ...more, code: code === 'real' ? real.code : code, state: stated },
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Whether only the tenant itself can have posted it, whatever login it speaks of. */
const isOfTenant = ({ origin, source, data }: Forgery): boolean =>
  origin === ORIGIN &&
  source !== 'foreign' &&
  'response' in data &&
  data.type === 'authorization_response' &&
  ('state' in data.response || isObject(data.response.other))

/** Whether it is the answer to this login. */
const isAnswer = (forged: Forgery): boolean =>
  isOfTenant(forged) &&
  'response' in forged.data &&
  'state' in forged.data.response &&
  forged.data.response.state === 'right'

const post = (data: unknown, origin: string, source: unknown): void => {
  window.dispatchEvent(new MessageEvent('message', { origin, source: source as Window, data }))
}

const postForgery = (forged: Forgery, waiting: Waiting): void => {
  const sources = { own: waiting.window, none: null, foreign: { location: {} } }
  post(structuredClone(dataOf(forged, waiting)), forged.origin, sources[forged.source])
}

const answer = (response: unknown) => ({ type: 'authorization_response', response })

/** A silent renewal that waits for its frame. */
const openFrame = async ({ tenant }: Surroundings) => {
  const client = createClient()
  const result: Promise<unknown> = client.getTokenSilently()
  result.catch(() => {})
  const find = () => document.querySelector('iframe')
  expect(await until(() => find()?.src !== undefined && find()?.src !== '')).toBe(true)
  const frame = find()
  const own = { location: { href: 'about:blank' } } as Window
  Object.defineProperty(frame, 'contentWindow', { value: own })
  return { client, result, window: own, real: await authorize(tenant, frame?.src ?? '') }
}

/** A login that waits for its popup. */
const openPopup = async ({ tenant }: Surroundings) => {
  const client = createClient()
  let url = ''
  const popup = {
    closed: false,
    close: () => {},
    location: {
      set href(to: string) {
        url = to
      },
    },
  } as unknown as Window
  const result: Promise<unknown> = client.loginWithPopup({}, { popup })
  result.catch(() => {})
  expect(await until(() => url !== '')).toBe(true)
  return { client, result, window: popup, real: await authorize(tenant, url) }
}

// A frame may belong to another client of the page; what a popup says of another login ends it, as
// in auth0-spa-js.
describe.each([
  ['a hidden frame', openFrame, isAnswer],
  ['a popup', openPopup, isOfTenant],
])('fuzzing: messages posted while %s is waited for', (_, open, isTheEnd) => {
  it('security 55: nothing but the real answer ends the wait, whatever came before it', async () => {
    const forgeries = fc.array(
      forgery.filter(each => !isTheEnd(each)),
      { minLength: 1, maxLength: 8 },
    )
    await fuzz(80, forgeries, async (forged, surroundings) => {
      const waiting = await open(surroundings)
      for (const each of forged) postForgery(each, waiting)
      expect(await until(() => tokenRequests(surroundings.tenant).length > 0)).toBe(false)
      expect(await waiting.client.isAuthenticated()).toBe(false)
      post(answer(waiting.real), ORIGIN, waiting.window)
      expect((await surroundings.page.outcomeOf(waiting.result)).error).toBeUndefined()
      expect(await waiting.client.isAuthenticated()).toBe(true)
    })
  })

  it('security 58: an answer of the tenant settles it once, whatever its members are', async () => {
    const response = fc.record(
      { code: json, error: json, error_description: json, iss: json },
      { requiredKeys: [] },
    )
    await fuzz(50, fc.tuple(response, jsonObject), async ([members, more], surroundings) => {
      const { tenant, page } = surroundings
      const { client, result, real, window } = await open(surroundings)
      post(answer({ ...more, ...members, state: real.state }), ORIGIN, window)
      const { error } = await page.outcomeOf(result)
      expect(error?.error).toBeTypeOf('string')
      expect(await client.isAuthenticated()).toBe(false)
      const sent = typeof members.code === 'string' && members.code ? 1 : 0
      expect(tokenRequests(tenant).length).toBeLessThanOrEqual(sent)
    })
  })
})
