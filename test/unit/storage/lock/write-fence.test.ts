import { IDBFactory } from 'fake-indexeddb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../../src/browser/cookies.ts'
import { createLocalStorageCoherence } from '../../../../src/storage/lock/write-fence.ts'

afterEach(() => vi.unstubAllGlobals())

const create = (clientId = 'client-1') =>
  createLocalStorageCoherence(createCookies({ domain: undefined, withLegacyTwin: false }), clientId)

const cookies = (): string[] => document.cookie.split('; ').filter(Boolean)
const markers = (): string[] => Object.keys(localStorage)

/** What the last holder wrote to localStorage has not arrived in this tab. */
const holdBack = (): (() => void) => {
  const [key = ''] = markers()
  const text = localStorage.getItem(key) ?? ''
  localStorage.removeItem(key)
  return () => {
    localStorage.setItem(key, text)
    window.dispatchEvent(new StorageEvent('storage', { key }))
  }
}

/** Whether something has ended, and after how many milliseconds. */
const watch = (work: Promise<void>) => {
  const seen: { after?: number } = {}
  const start = performance.now()
  work.then(() => {
    seen.after = performance.now() - start
  })
  return seen
}

describe('localStorage is not coherent between tabs', () => {
  it('notes a number, and never a token, in a cookie and in localStorage', async () => {
    await create().around('lock', async () => {})
    expect(cookies()).toHaveLength(1)
    expect(markers()).toHaveLength(1)
    const [name, value] = cookies()[0]?.split('=') ?? []
    expect(name).toMatch(/^auth0\.client-1\.generation\.[a-z0-9]+$/)
    expect(value).toMatch(/^\d+$/)
    expect(markers()[0]).toMatch(/^@@auth0spajs@@::client-1::@@generation@@::[a-z0-9]+$/)
    expect(localStorage.getItem(markers()[0] ?? '')).toBe(value)
  })

  it('tabs that try the cookies at the same moment both choose them: else each would see its own numbers', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory())
    const real = createCookies({ domain: undefined, withLegacyTwin: false })
    let others = 0
    const interrupted = {
      ...real,
      set: (...given: Parameters<typeof real.set>) => {
        real.set(...given)
        // Another tab tries them from beginning to end before this one has looked.
        if (others++ === 0) create().catchUp('other')
      },
    }
    await createLocalStorageCoherence(interrupted, 'client-1').around('lock', async () => {})
    expect(others).toBeGreaterThan(0)
    expect(cookies().join()).toMatch(/^auth0\.client-1\.generation\.[a-z0-9]+=\d+$/)
  })

  it('writes the cookie before the work, and localStorage after it', async () => {
    await create().around('lock', async () => {
      expect(cookies()).toHaveLength(1)
      expect(markers()).toEqual([])
      localStorage.setItem('entry', 'new')
    })
    expect(markers()).toHaveLength(2)
  })

  it('counts on with every change, even if the clock goes back', async () => {
    vi.useFakeTimers({ now: 5_000_000 })
    const coherence = create()
    const numbers: number[] = []
    for (const now of [5_000_000, 5_000_000, 1_000_000]) {
      vi.setSystemTime(now)
      await coherence.around('lock', async () => {})
      numbers.push(Number(localStorage.getItem(markers()[0] ?? '')))
    }
    expect(numbers).toEqual([5_000_000, 5_000_001, 5_000_002])
  })

  it('gives back what the work gives, and marks the change also when the work fails', async () => {
    expect(await create().around('lock', async () => 7)).toBe(7)
    const before = localStorage.getItem(markers()[0] ?? '')
    const failure = create().around('lock', () => Promise.reject(new Error('mine')))
    await expect(failure).rejects.toThrow('mine')
    const after = localStorage.getItem(markers()[0] ?? '')
    expect(Number(after)).toBeGreaterThan(Number(before))
    expect(cookies()[0]).toContain(`=${after}`)
  })

  it('waits for nothing where nothing was written, or all has arrived', async () => {
    vi.useFakeTimers()
    const first = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(first.after).toBe(0)
    await create().around('lock', async () => {})
    const second = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(second.after).toBe(0)
  })

  it('waits until what the last holder wrote has arrived', async () => {
    vi.useFakeTimers()
    await create().around('lock', async () => {})
    const arrive = holdBack()
    const waiting = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(100)
    expect(waiting.after).toBeUndefined()
    arrive()
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(100)
  })

  it('looks again by itself where the browser tells nothing', async () => {
    vi.useFakeTimers()
    await create().around('lock', async () => {})
    const [key = ''] = markers()
    const text = localStorage.getItem(key) ?? ''
    localStorage.removeItem(key)
    const waiting = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(100)
    localStorage.setItem(key, text)
    await vi.advanceTimersByTimeAsync(50)
    expect(waiting.after).toBeLessThan(150)
  })

  it('gives up after two seconds, once, and leaves no listener or timer behind', async () => {
    vi.useFakeTimers()
    const added = vi.spyOn(globalThis, 'addEventListener')
    const removed = vi.spyOn(globalThis, 'removeEventListener')
    await create().around('lock', async () => {})
    holdBack()
    const first = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(3000)
    expect(first.after).toBeGreaterThanOrEqual(2_000)
    expect(first.after).toBeLessThan(2_100)
    const next = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(next.after).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
  })

  it('keeps locks, clients and origins apart', async () => {
    vi.useFakeTimers()
    await create().around('lock', async () => {})
    holdBack()
    const others = [create().catchUp('another'), create('client-2').catchUp('lock')].map(watch)
    vi.stubGlobal('location', new URL('https://app.example.com:8443/'))
    const port = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect([...others, port].map(({ after }) => after)).toEqual([0, 0, 0])
  })

  it('forgets all numbers of this client, and of no other', async () => {
    await create().around('a', async () => {})
    await create().around('b', async () => {})
    await create('client-2').around('a', async () => {})
    await create().clear()
    expect(cookies()).toHaveLength(1)
    expect(cookies()[0]).toContain('client-2')
  })

  it('leaves nothing behind when a sign-out came in the middle of a change', async () => {
    const coherence = create()
    await coherence.around('lock', () => coherence.clear())
    expect(cookies()).toEqual([])
    expect(markers()).toEqual([])
  })

  it('costs no time where localStorage is denied', async () => {
    vi.useFakeTimers()
    const denied = vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    expect(await create().around('lock', async () => 7)).toBe(7)
    const waiting = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(0)
    denied.mockRestore()
  })

  it('costs no time where localStorage is full', async () => {
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
    await create().around('lock', async () => {})
    const waiting = watch(create().catchUp('lock'))
    await vi.advanceTimersByTimeAsync(0)
    expect(waiting.after).toBe(0)
    expect(cookies()).toEqual([])
  })
})
