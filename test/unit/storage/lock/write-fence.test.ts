import { IDBFactory } from 'fake-indexeddb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../../src/browser/cookies.ts'
import {
  createLocalStorageFence,
  type WriteFence,
} from '../../../../src/storage/lock/write-fence.ts'

afterEach(() => vi.unstubAllGlobals())

const create = (clientId = 'client-1') =>
  createLocalStorageFence({
    cookies: createCookies({ domain: undefined, withLegacyCopy: false }),
    clientId,
    origin: location.origin,
    loadIndexedDb: () => import('../../../../src/storage/lock/indexed-db-version.ts'),
  })

/** What the holder of a lock does: it waits for the last write, and then writes. */
const change = async <T>(fence: WriteFence, lock: string, work: () => Promise<T>): Promise<T> => {
  await fence.waitForLastWrite(lock)
  return fence.write(lock, work)
}

const cookies = (): string[] => document.cookie.split('; ').filter(Boolean)
const items = (): string[] => Object.keys(localStorage)

/** Removes the item of the last holder, as in a tab that it has not arrived in; returns what delivers it. */
const delayItem = (): (() => void) => {
  const [key = ''] = items()
  const text = localStorage.getItem(key) ?? ''
  localStorage.removeItem(key)
  return () => {
    localStorage.setItem(key, text)
    window.dispatchEvent(new StorageEvent('storage', { key }))
  }
}

/** After how many milliseconds the work has ended, if it has. */
const watch = (work: Promise<void>) => {
  const seen: { after?: number } = {}
  const start = performance.now()
  work.then(() => {
    seen.after = performance.now() - start
  })
  return seen
}

describe('the write fence of localStorage', () => {
  it('stores a version number, and no token, in a cookie and in localStorage', async () => {
    await change(create(), 'lock', async () => {})
    expect(cookies()).toHaveLength(1)
    expect(items()).toHaveLength(1)
    const [name, value] = cookies()[0]?.split('=') ?? []
    expect(name).toMatch(/^auth0\.client-1\.generation\.[a-z0-9]+$/)
    expect(value).toMatch(/^\d+$/)
    expect(items()[0]).toMatch(/^@@auth0spajs@@::client-1::@@generation@@::[a-z0-9]+$/)
    expect(localStorage.getItem(items()[0] ?? '')).toBe(value)
  })

  it('uses cookies in both of two tabs that probe them at the same moment', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory())
    const real = createCookies({ domain: undefined, withLegacyCopy: false })
    let others = 0
    const interrupted = {
      ...real,
      set: (...given: Parameters<typeof real.set>) => {
        real.set(...given)
        // Another tab completes its probe before this one has read its own.
        if (others++ === 0) create().waitForLastWrite('other')
      },
    }
    await change(
      createLocalStorageFence({
        cookies: interrupted,
        clientId: 'client-1',
        origin: location.origin,
        loadIndexedDb: () => import('../../../../src/storage/lock/indexed-db-version.ts'),
      }),
      'lock',
      async () => {},
    )
    expect(others).toBeGreaterThan(0)
    expect(cookies().join()).toMatch(/^auth0\.client-1\.generation\.[a-z0-9]+=\d+$/)
  })

  it('writes the cookie before the work, and localStorage after it', async () => {
    await change(create(), 'lock', async () => {
      expect(cookies()).toHaveLength(1)
      expect(items()).toEqual([])
      localStorage.setItem('entry', 'new')
    })
    expect(items()).toHaveLength(2)
  })

  it('increases the version with every write, even if the clock is set back', async () => {
    vi.useFakeTimers({ now: 5_000_000 })
    const fence = create()
    const versions: number[] = []
    for (const now of [5_000_000, 5_000_000, 1_000_000]) {
      vi.setSystemTime(now)
      await change(fence, 'lock', async () => {})
      versions.push(Number(localStorage.getItem(items()[0] ?? '')))
    }
    expect(versions).toEqual([5_000_000, 5_000_001, 5_000_002])
  })

  it('returns the result of the work, and writes the version also if the work fails', async () => {
    expect(await change(create(), 'lock', async () => 7)).toBe(7)
    const before = localStorage.getItem(items()[0] ?? '')
    const failure = change(create(), 'lock', () => Promise.reject(new Error('mine')))
    await expect(failure).rejects.toThrow('mine')
    const after = localStorage.getItem(items()[0] ?? '')
    expect(Number(after)).toBeGreaterThan(Number(before))
    expect(cookies()[0]).toContain(`=${after}`)
  })

  it('does not wait if nothing was written, or if everything has arrived', async () => {
    vi.useFakeTimers()
    const first = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(first.after).toBe(0)
    await change(create(), 'lock', async () => {})
    const second = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(second.after).toBe(0)
  })

  it('waits until the entries of the last holder have arrived', async () => {
    vi.useFakeTimers()
    await change(create(), 'lock', async () => {})
    const arrive = delayItem()
    const waiting = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(100)
    expect(waiting.after).toBeUndefined()
    arrive()
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(100)
  })

  it('polls localStorage if no storage event arrives', async () => {
    vi.useFakeTimers()
    await change(create(), 'lock', async () => {})
    const [key = ''] = items()
    const text = localStorage.getItem(key) ?? ''
    localStorage.removeItem(key)
    const waiting = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(100)
    localStorage.setItem(key, text)
    await vi.advanceTimersByTimeAsync(50)
    expect(waiting.after).toBeLessThan(150)
  })

  it('stops waiting after two seconds, only once, and removes its listeners and timers', async () => {
    vi.useFakeTimers()
    const added = vi.spyOn(globalThis, 'addEventListener')
    const removed = vi.spyOn(globalThis, 'removeEventListener')
    await change(create(), 'lock', async () => {})
    delayItem()
    const first = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(3000)
    expect(first.after).toBeGreaterThanOrEqual(2_000)
    expect(first.after).toBeLessThan(2_100)
    const next = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(next.after).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
  })

  it('uses separate versions for each lock, client and origin', async () => {
    vi.useFakeTimers()
    await change(create(), 'lock', async () => {})
    delayItem()
    const others = [
      create().waitForLastWrite('another'),
      create('client-2').waitForLastWrite('lock'),
    ].map(watch)
    vi.stubGlobal('location', new URL('https://app.example.com:8443/'))
    const port = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect([...others, port].map(({ after }) => after)).toEqual([0, 0, 0])
  })

  it.each([1, 2 ** 52 - 1, 2 ** 53, -1, null, 'text'])(
    'is not switched off by the value %j in a cookie for the parent domain',
    async value => {
      vi.useFakeTimers()
      await change(create(), 'lock', async () => {})
      const [name = ''] = cookies()[0]?.split('=') ?? []
      // biome-ignore lint/suspicious/noDocumentCookie: a cookie of a sibling domain
      document.cookie = `${name}=${encodeURIComponent(JSON.stringify(value))}; path=/; domain=example.com`
      for (let turn = 0; turn < 2; turn++) {
        await change(create(), 'lock', async () => {})
        const arrive = delayItem()
        const waiting = watch(create().waitForLastWrite('lock'))
        await vi.advanceTimersByTimeAsync(1000)
        expect(waiting.after).toBeUndefined()
        arrive()
        await vi.advanceTimersByTimeAsync(0)
        expect(waiting.after).toBe(1000)
      }
    },
  )

  it('clears all versions of this client, and of no other', async () => {
    await change(create(), 'a', async () => {})
    await change(create(), 'b', async () => {})
    await change(create('client-2'), 'a', async () => {})
    await change(create('client-1.generation.x'), 'a', async () => {})
    await create().clear()
    expect(cookies()).toHaveLength(2)
    expect(cookies()[0]).toContain('client-2')
    expect(cookies()[1]).toContain('client-1.generation.x')
  })

  it('leaves no version behind if a sign-out happens during a write', async () => {
    const fence = create()
    await change(fence, 'lock', () => fence.clear())
    expect(cookies()).toEqual([])
    expect(items()).toEqual([])
  })

  it('does not wait if localStorage is denied', async () => {
    vi.useFakeTimers()
    const denied = vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    expect(await change(create(), 'lock', async () => 7)).toBe(7)
    const waiting = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(0)
    denied.mockRestore()
  })

  it('does not wait if localStorage is full', async () => {
    vi.useFakeTimers()
    const full = new Proxy(localStorage, {
      get: (storage, name) =>
        name === 'setItem'
          ? () => {
              throw new DOMException('full', 'QuotaExceededError')
            }
          : (key: string) => storage.getItem(key),
    })
    vi.spyOn(globalThis, 'localStorage', 'get').mockReturnValue(full)
    await change(create(), 'lock', async () => {})
    const waiting = watch(create().waitForLastWrite('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(0)
    expect(cookies()).toEqual([])
  })
})
