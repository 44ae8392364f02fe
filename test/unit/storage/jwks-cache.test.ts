import { describe, expect, it, vi } from 'vitest'
import { createKeySet, type KeySetParts } from '../../../src/storage/jwks-cache.ts'
import type { HttpReply } from '../../../src/types/platform.ts'

const URL = 'https://tenant.example.com/.well-known/jwks.json'
const ITEM = `auth0.keys.${URL}`
const DAY_MS = 24 * 60 * 60 * 1000
const key = (kid: string) => ({ kty: 'RSA', kid, n: 'n', e: 'AQAB' })

/** A key set whose tenant publishes these, one set after the other; the last one stays. */
const create = (...published: string[]) => {
  const sent: unknown[] = []
  const http: KeySetParts['http'] = async request => {
    sent.push(request)
    const kid = published[Math.min(sent.length, published.length) - 1] ?? 'k1'
    return { ok: true, status: 200, json: { keys: [key(kid)] } } satisfies HttpReply
  }
  const options = { endpoints: { jwks: URL }, httpTimeoutMs: 7_000 }
  const keySet = createKeySet({ options, http })
  return { ...keySet, sent }
}

const kidsOf = async (keys: Promise<{ keys: object[] } | undefined>): Promise<unknown> =>
  (await keys)?.keys.map(each => 'kid' in each && each.kid)

const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

describe('the keys of a tenant', () => {
  it('security 25, 68: are asked for at its address, by a request with a limit and nothing else', async () => {
    const { current, sent } = create()
    await current()
    expect(sent).toEqual([{ url: URL, method: 'GET', timeoutMs: 7_000, attempts: 3 }])
  })

  it('are fetched once for all who wait, and kept for a day, over reloads', async () => {
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

  it('are fetched again where the clock was set back since', async () => {
    const { current, sent } = create()
    await current()
    later(-60_000)
    await current()
    await current()
    expect(sent).toHaveLength(2)
  })

  it('security 68: are not those of another tenant', async () => {
    await create().current()
    const options = { endpoints: { jwks: URL.replace('tenant', 'other') }, httpTimeoutMs: 1 }
    const http = async (): Promise<HttpReply> => ({ ok: true, status: 200, json: { keys: [] } })
    expect(await createKeySet({ options, http }).current()).toEqual({ keys: [] })
  })

  it('security 68: are fetched anew for a key that is not there, and after a vain try not for a while', async () => {
    const { current, renewed, renewedInVain, sent } = create('k1', 'k2', 'k3')
    await current()
    expect(await kidsOf(renewed())).toEqual(['k2'])
    renewedInVain()
    expect(await renewed()).toBeUndefined()
    const elsewhere = create('k9')
    expect(await elsewhere.renewed()).toBeUndefined()
    later(59_000)
    expect(await renewed()).toBeUndefined()
    later(2_000)
    expect(await kidsOf(renewed())).toEqual(['k3'])
    expect([sent.length, elsewhere.sent.length]).toEqual([3, 0])
  })
})

describe('security 49: where keys are kept', () => {
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
  ])('is fetched over when it holds %j', async text => {
    localStorage.setItem(ITEM, text)
    const { current, sent } = create()
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(sent).toHaveLength(1)
    expect(JSON.parse(localStorage.getItem(ITEM) ?? '').keys).toEqual([key('k1')])
  })

  it('does not matter when it is denied: each page has its own then', async () => {
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    const { current, renewed, renewedInVain, sent } = create('k1', 'k2')
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(await kidsOf(current())).toEqual(['k1'])
    expect(await kidsOf(renewed())).toEqual(['k2'])
    renewedInVain()
    expect(await renewed()).toBeUndefined()
    expect(sent).toHaveLength(2)
  })

  it.each(['getItem', 'setItem'] as const)('does not matter when %s throws', async method => {
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
