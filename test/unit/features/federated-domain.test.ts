import { HttpResponse, http } from 'msw'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isFederatedDomain } from '../../../src/index.ts'
import { network } from '../../support/network.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

let count = 0
/** A tenant for one test, because responses are cached; `asked` records the requests. */
const tenantWith = (status: number) => {
  const domain = `tenant-${++count}.example.com`
  const asked: { url: URL; header: string | null }[] = []
  network.use(
    http.get(`https://${domain}/.well-known/webfinger`, ({ request }) => {
      asked.push({ url: new URL(request.url), header: request.headers.get('Auth0-Client') })
      return status ? new HttpResponse(null, { status }) : HttpResponse.error()
    }),
  )
  return { domain, asked }
}

describe('isFederatedDomain', () => {
  it('sends the domain to the tenant, both in lower case, with telemetry', async () => {
    const { domain, asked } = tenantWith(200)
    expect(await isFederatedDomain(`HTTPS://${domain.toUpperCase()}`, 'ACME.com')).toBe(true)
    const query = Object.fromEntries(asked[0]?.url.searchParams ?? [])
    expect(query).toEqual({
      resource: 'urn:auth0:discovery:domain:acme.com',
      rel: 'http://openid.net/specs/connect/1.0/issuer',
    })
    expect(JSON.parse(atob(asked[0]?.header ?? ''))).toMatchObject({ name: 'latchkey' })
  })

  it.each([
    [200, true, 60],
    [404, false, 15],
  ])('caches the response %i, which means %s, for %i seconds', async (status, meaning, seconds) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { domain, asked } = tenantWith(status)
    for (let call = 0; call < 3; call++) {
      expect(await isFederatedDomain(domain, 'acme.com')).toBe(meaning)
    }
    expect(asked).toHaveLength(1)
    vi.setSystemTime(Date.now() + seconds * 1000)
    await isFederatedDomain(domain, 'acme.com')
    expect(asked).toHaveLength(2)
  })

  it.each([429, 500, 0])(
    'returns false for the response %i, and does not cache it',
    async status => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      const { domain, asked } = tenantWith(status)
      expect(await isFederatedDomain(domain, 'acme.com')).toBe(false)
      expect(await isFederatedDomain(domain, 'acme.com')).toBe(false)
      expect(asked).toHaveLength(2)
      expect(warn).toHaveBeenCalledTimes(status === 429 ? 2 : 0)
      for (const [message] of warn.mock.calls) expect(message).toMatch(/^\[latchkey\] .*429/)
    },
  )

  it('sends no telemetry, or that of a wrapper, if so configured', async () => {
    const { domain, asked } = tenantWith(500)
    await isFederatedDomain(domain, 'acme.com', { telemetry: { enabled: false } })
    await isFederatedDomain(domain, 'acme.com', { telemetry: { name: 'wrapper', version: '3' } })
    expect(asked[0]?.header).toBeNull()
    expect(JSON.parse(atob(asked[1]?.header ?? ''))).toEqual({ name: 'wrapper', version: '3' })
  })

  it('sends the request with customFetch', async () => {
    const customFetch = vi.fn(async () => new Response(null, { status: 200 }))
    expect(await isFederatedDomain('custom.example.com', 'acme.com', { customFetch })).toBe(true)
    expect(customFetch).toHaveBeenCalledTimes(1)
  })

  it('security 58: returns false if there is no response within ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const signals: (AbortSignal | null | undefined)[] = []
    const customFetch: typeof fetch = (_, init) => {
      signals.push(init?.signal)
      return new Promise(() => {})
    }
    const result = isFederatedDomain('slow.example.com', 'acme.com', { customFetch })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await result).toBe(false)
    expect(signals[0]?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('caches a thousand responses, and evicts the least recently used', async () => {
    const customFetch = vi.fn(async () => new Response(null, { status: 200 }))
    const ask = (n: number) => isFederatedDomain('many.example.com', `${n}.com`, { customFetch })
    for (let n = 0; n < 1000; n++) await ask(n)
    await ask(0)
    await ask(1000)
    await ask(0)
    expect(customFetch).toHaveBeenCalledTimes(1001)
    await ask(1)
    expect(customFetch).toHaveBeenCalledTimes(1002)
  })
})
