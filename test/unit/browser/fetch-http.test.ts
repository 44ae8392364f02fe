import { HttpResponse, http } from 'msw'
import { describe, expect, it, vi } from 'vitest'
import { fetchHttp } from '../../../src/browser/fetch-http.ts'
import { GenericError, TimeoutError } from '../../../src/errors/core.ts'
import type { HttpRequest } from '../../../src/http.ts'
import { network } from '../../support/network.ts'
import { gate } from './fake-locks.ts'

const ADDRESS = 'https://tenant.example.com/oauth/token'

const send = (request: Partial<HttpRequest> = {}) =>
  fetchHttp({
    url: ADDRESS,
    method: 'POST',
    body: { form: { grant_type: 'x' } },
    timeoutMs: 10_000,
    attempts: 3,
    ...request,
  })

/** The tenant sends these responses, one after the other; the last one stays. */
const serve = (...answers: (() => Response | Promise<Response>)[]) => {
  const seen: { body: string; headers: Headers }[] = []
  network.use(
    http.post(ADDRESS, async ({ request }) => {
      const answer = answers[Math.min(seen.length, answers.length - 1)]
      seen.push({ body: await request.text(), headers: request.headers })
      if (!answer) throw new Error('no answer given')
      return answer()
    }),
  )
  return seen
}

const json = (body: object, status = 200) => HttpResponse.json(body, { status })
const unreachable = () => HttpResponse.error()
const never = () => new Promise<Response>(() => {})

describe('a response', () => {
  it('has a status and the parsed JSON', async () => {
    const seen = serve(() => json({ access_token: 'at' }))
    expect(await send()).toEqual({
      ok: true,
      status: 200,
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      json: { access_token: 'at' },
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.body).toBe('grant_type=x')
    expect(seen[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  it.each([
    [400, () => json({ error: 'invalid_grant' }, 400), { error: 'invalid_grant' }],
    [500, () => json({}, 500), {}],
    [502, () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 }), undefined],
    [429, () => new HttpResponse(null, { status: 429 }), undefined],
  ])('with status %i is final', async (status, answer, body) => {
    const seen = serve(answer)
    expect(await send()).toEqual({ ok: false, status, headers: expect.any(Object), json: body })
    expect(seen).toHaveLength(1)
  })

  it('with status 200 that is not JSON is final too', async () => {
    const seen = serve(() => HttpResponse.html('<h1>Sign in to the hotel</h1>'))
    expect(await send()).toEqual({
      ok: true,
      status: 200,
      headers: expect.any(Object),
      json: undefined,
    })
    expect(seen).toHaveLength(1)
  })
})

describe('the headers of a response', () => {
  it('have lower-case names', async () => {
    serve(() => HttpResponse.json({}, { status: 429, headers: { 'Retry-After': '30', ETag: 'x' } }))
    const { headers } = await send()
    expect(headers).toMatchObject({ 'retry-after': '30', etag: 'x' })
    expect(Object.keys(headers).every(name => name === name.toLowerCase())).toBe(true)
  })
})

describe('a missing response', () => {
  it.each([1, 2, 3])('is requested at most %i times', async attempts => {
    const seen = serve(unreachable)
    const error: unknown = await send({ attempts }).catch(reason => reason)
    expect(seen).toHaveLength(attempts)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ error: 'network_error', cause: expect.any(TypeError) })
  })

  it('is followed by another attempt with the same body', async () => {
    const seen = serve(unreachable, unreachable, () => json({ ok: 1 }))
    expect(await send()).toMatchObject({ json: { ok: 1 } })
    expect(seen.map(({ body }) => body)).toEqual(['grant_type=x', 'grant_type=x', 'grant_type=x'])
  })

  it('security 50: is an error without the body and its secrets', async () => {
    serve(unreachable)
    const error: unknown = await send({ body: { form: { refresh_token: 'secret' } } }).catch(
      reason => reason,
    )
    expect(JSON.stringify(error) + String(error)).not.toContain('secret')
    expect(String(error)).toContain(ADDRESS)
    expect(String(error)).toMatch(/connect-src.* CORS: .* single-page .* Allowed Web Origins/)
  })
})

describe('the timeout', () => {
  const timeout = async (answer: () => Response | Promise<Response>, attempts: number) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = Array.from({ length: attempts }, gate)
    let count = 0
    const seen = serve(() => {
      asked[count++]?.open()
      return answer()
    })
    const result = send({ timeoutMs: 5000, attempts }).catch(error => error)
    let isSettled = false
    result.then(() => {
      isSettled = true
    })
    for (const { opened } of asked) {
      await opened
      expect(isSettled).toBe(false)
      await vi.advanceTimersByTimeAsync(4999)
      expect(isSettled).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
    }
    return { error: (await result) as unknown, seen }
  }

  it.each([1, 2])(
    'security 25: ends each of %i attempts, with a code and the message of auth0-spa-js',
    async attempts => {
      const { error, seen } = await timeout(never, attempts)
      expect(seen).toHaveLength(attempts)
      expect(error).toBeInstanceOf(TimeoutError)
      expect(error).toMatchObject({ error: 'timeout', message: "Timeout when executing 'fetch'" })
      expect(error).toMatchObject({
        cause: { message: `${ADDRESS}: no result in 5 s, see \`httpTimeoutInSeconds\`` },
      })
    },
  )

  it('covers the body too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    // The headers have arrived, and the body ends only with the signal, which msw does not pass on.
    const body = (signal: AbortSignal | null | undefined) =>
      new Promise<string>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      const response = HttpResponse.json({})
      return Object.assign(response, { text: () => body(init?.signal) })
    })
    const result: Promise<unknown> = send({ timeoutMs: 5000, attempts: 1 }).catch(error => error)
    await vi.advanceTimersByTimeAsync(5000)
    expect(await result).toMatchObject({ error: 'timeout' })
  })

  it('ends also if a script has replaced `fetch` by a function that ignores the signal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}))
    const result: Promise<unknown> = send({ timeoutMs: 5000, attempts: 1 }).catch(error => error)
    await vi.advanceTimersByTimeAsync(5000)
    expect(await result).toMatchObject({ error: 'timeout' })
  })

  it('leaves no timer behind, with a response and without', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    serve(unreachable, () => json({}))
    await send()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the request', () => {
  it('security 21, M20: sends no cookies, is not cached, and follows no redirect', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(HttpResponse.json({}))
    await send({ headers: { 'Auth0-Client': 'x' } })
    expect(fetched).toHaveBeenCalledExactlyOnceWith(ADDRESS, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Auth0-Client': 'x' },
      body: 'grant_type=x',
      signal: expect.any(AbortSignal),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
  })

  it('security 21, 68: has no body or custom headers if none are given, so needs no preflight', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(HttpResponse.json({}))
    await fetchHttp({ url: ADDRESS, method: 'GET', timeoutMs: 1000, attempts: 1 })
    expect(fetched.mock.lastCall?.[1]?.body).toBeUndefined()
    expect(fetched).toHaveBeenCalledExactlyOnceWith(ADDRESS, {
      method: 'GET',
      headers: {},
      signal: expect.any(AbortSignal),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
  })

  it('is a form, or JSON, without fields that are undefined or null', async () => {
    const fields = { a: 'b c', gone: undefined, none: null, n: 1, ext: { x: [1], gone: undefined } }
    const seen = serve(() => json({}))
    await send({ body: { form: fields } })
    await send({ body: { json: fields } })
    expect(seen[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
      a: 'b c',
      n: '1',
      ext: '{"x":[1]}',
    })
    expect(seen[1]?.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ a: 'b c', n: 1, ext: { x: [1] } })
  })

  it('may have a Content-Type of its own', async () => {
    const seen = serve(() => json({}))
    await send({ body: { json: {} }, headers: { 'Content-Type': 'application/merge-patch+json' } })
    expect(seen[0]?.headers.get('content-type')).toBe('application/merge-patch+json')
  })
})
