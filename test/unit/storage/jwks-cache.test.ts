import { describe, expect, it, vi } from 'vitest'
import type { Http, HttpResponse } from '../../../src/http.ts'
import { createJwksCache } from '../../../src/storage/jwks-cache.ts'

const JWKS_URI = 'https://tenant.example.com/.well-known/jwks.json'
const ITEM = `auth0.keys.${JWKS_URI}`
const ADVICE = ". A mocked tenant without keys needs the option `idTokenSignature: 'trust-tls'`."
const DAY_MS = 24 * 60 * 60 * 1000
const key = (kid: string) => ({ kty: 'RSA', kid, n: 'n', e: 'AQAB' })
const respond = (keys: object[]): HttpResponse => ({
  ok: true,
  status: 200,
  headers: {},
  json: { keys },
})

/** A cache whose tenant publishes these keys, one after the other; the last one stays. */
const create = (...published: string[]) => {
  const sent: unknown[] = []
  const http: Http = async request => {
    sent.push(request)
    const kid = published[Math.min(sent.length, published.length) - 1] ?? 'k1'
    return respond([key(kid)])
  }
  return { ...createJwksCache({ jwks_uri: JWKS_URI, httpTimeoutMs: 7_000, http }), sent }
}

const kidsOf = async (keys: Promise<{ keys: object[] } | undefined>): Promise<unknown> =>
  (await keys)?.keys.map(each => 'kid' in each && each.kid)

const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

describe('the public keys of a tenant', () => {
  it('security 25, 68: are requested from the JWKS URI with a time limit and no other members', async () => {
    const { current, sent } = create()
    await current()
    expect(sent).toEqual([{ url: JWKS_URI, method: 'GET', timeoutMs: 7_000, attempts: 3 }])
  })

  it('are fetched once for all waiting callers, and stay cached for a day, also after a reload', async () => {
    const { current, sent } = create('k1', 'k2')
    expect(await Promise.all([current(), current()].map(kidsOf))).toEqual([['k1'], ['k1']])
    later(DAY_MS - 1000)
    expect(await kidsOf(current())).toEqual(['k1'])
    const reloaded = create('k3')
    expect(await kidsOf(reloaded.current())).toEqual(['k1'])
    expect([sent.length, reloaded.sent.length]).toEqual([1, 0])
    later(2000)
    expect(await kidsOf(current())).toEqual(['k2'])
    expect(await kidsOf(reloaded.current())).toEqual(['k2'])
    expect([sent.length, reloaded.sent.length]).toEqual([2, 0])
  })

  it('are fetched again if the clock was set back', async () => {
    const { current, sent } = create()
    await current()
    later(-60_000)
    await current()
    await current()
    expect(sent).toHaveLength(2)
  })

  it('security 68: are cached per tenant', async () => {
    await create().current()
    const jwks_uri = JWKS_URI.replace('tenant', 'other')
    const other = createJwksCache({ jwks_uri, httpTimeoutMs: 1, http: async () => respond([]) })
    expect(await other.current()).toEqual({ keys: [], isStored: false })
  })

  it('security 68: are fetched again for an unknown key, but not during the cool-down after an unsuccessful refetch', async () => {
    const { current, refetch, startCooldown, sent } = create('k1', 'k2', 'k3')
    await current()
    expect(await kidsOf(refetch(true))).toEqual(['k2'])
    startCooldown(true)
    expect(await refetch(true)).toBeUndefined()
    const elsewhere = create('k9')
    expect(await elsewhere.refetch(true)).toBeUndefined()
    later(59_000)
    expect(await refetch(true)).toBeUndefined()
    later(2_000)
    expect(await kidsOf(refetch(true))).toEqual(['k3'])
    expect([sent.length, elsewhere.sent.length]).toEqual([3, 0])
  })
})

describe('public keys past their day', () => {
  const outdated = async () => {
    await create('k1').current()
    later(DAY_MS + 1000)
    const http = vi.fn<Http>(() => Promise.reject(new Error('offline')))
    return { ...createJwksCache({ jwks_uri: JWKS_URI, httpTimeoutMs: 1, http }), http }
  }

  it('are used while newer ones cannot be fetched, which is tried once a minute', async () => {
    const { current, http } = await outdated()
    for (let call = 0; call < 3; call++) {
      expect(await current()).toMatchObject({ keys: [{ kid: 'k1' }], isStored: true })
    }
    expect(http).toHaveBeenCalledOnce()
    later(61_000)
    http.mockResolvedValue(respond([key('k2')]))
    expect(await current()).toMatchObject({ keys: [{ kid: 'k2' }], isStored: false })
  })

  it('do not decide that a token is invalid', async () => {
    const { current, refetch } = await outdated()
    await current()
    await expect(refetch(true)).rejects.toMatchObject({ error: 'jwks_unavailable' })
  })
})

describe('public keys that cannot be loaded', () => {
  const load = (http: Http) =>
    createJwksCache({ jwks_uri: JWKS_URI, httpTimeoutMs: 1, http }).current()

  it.each<[string, HttpResponse]>([
    ['500', { ok: false, status: 500, headers: {}, json: { keys: [] } }],
    ['200', { ok: true, status: 200, headers: {}, json: { keys: 'none' } }],
    ['200', { ok: true, status: 200, headers: {}, json: undefined }],
  ])('are an error after a response with status %s', async (status, response) => {
    await expect(load(async () => response)).rejects.toMatchObject({
      error: 'jwks_unavailable',
      message: `Could not load the JWKS: ${JWKS_URI} responded with ${status} and no key set${ADVICE}`,
    })
    expect(localStorage.getItem(ITEM)).toBeNull()
  })

  it('security 68: are an error if the set is larger than 64 kB, and nothing is stored', async () => {
    const keys = Array.from({ length: 700 }, (_, n) => ({ ...key(`k${n}`), n: 'n'.repeat(100) }))
    await expect(load(async () => respond(keys))).rejects.toMatchObject({
      error: 'jwks_unavailable',
      message: `Could not load the JWKS: more than 64 kB${ADVICE}`,
    })
    expect(localStorage.getItem(ITEM)).toBeNull()
  })

  it('are an error without a response, with its cause', async () => {
    const cause = new Error('offline')
    await expect(load(() => Promise.reject(cause))).rejects.toMatchObject({
      error: 'jwks_unavailable',
      message: `Could not load the JWKS: offline${ADVICE}`,
      cause,
    })
  })
})

it('security 68: only keys that can have signed an ID token are kept', async () => {
  const usable = [
    key('RSA'),
    { kty: 'RSA', kid: 'PS256', use: 'sig', alg: 'PS256', key_ops: ['verify'] },
    { kty: 'EC', kid: 'ES256', use: null, alg: null, key_ops: null },
    { kty: 'OKP', kid: 'EdDSA' },
  ]
  const others = [
    { ...key('1'), use: 'enc' },
    { ...key('2'), alg: 'RSA-OAEP' },
    { ...key('3'), alg: 'ES256' },
    { ...key('4'), key_ops: ['encrypt'] },
    { ...key('5'), key_ops: 5 },
    { kty: 'oct', kid: '6' },
    { kid: '7' },
    { kty: ['RSA'], kid: '8' },
    { kty: { toString: 1 }, alg: { toString: 1 }, key_ops: { includes: 1 } },
  ]
  const http: Http = async () => respond([...usable, ...others])
  const { keys } = await createJwksCache({ jwks_uri: JWKS_URI, httpTimeoutMs: 1, http }).current()
  expect(keys.map(({ kid }) => kid)).toEqual(['RSA', 'PS256', 'ES256', 'EdDSA'])
  expect(JSON.parse(localStorage.getItem(ITEM) ?? '').keys).toEqual(keys)
})

describe('security 49: the stored keys', () => {
  it.each([
    'no JSON',
    'null',
    '5',
    '[]',
    '{}',
    '{"keys":5,"fetched_at":1}',
    '{"keys":[],"fetched_at":"soon"}',
    '{"keys":[],"fetched_at":9e99}',
    '{"keys":[],"fetched_at":{"valueOf":1}}',
  ])('are fetched again if the item contains %j', async text => {
    localStorage.setItem(ITEM, text)
    const { current, sent } = create()
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(sent).toHaveLength(1)
    expect(JSON.parse(localStorage.getItem(ITEM) ?? '').keys).toEqual([key('k1')])
  })

  it('are cached per page if localStorage is denied', async () => {
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    const { current, refetch, startCooldown, sent } = create('k1', 'k2')
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(await kidsOf(refetch(true))).toEqual(['k2'])
    startCooldown(true)
    expect(await refetch(true)).toBeUndefined()
    expect(sent).toHaveLength(2)
  })

  it.each(['getItem', 'setItem'] as const)('are cached per page if %s throws', async method => {
    const fail = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, [method]: fail })
    const { current, sent } = create()
    await current()
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(sent).toHaveLength(1)
    vi.unstubAllGlobals()
  })
})
