import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTabLock } from '../../../src/browser/tab-lock.ts'
import { gate, installDeniedLocks, installFakeLocks, settle } from './fake-locks.ts'

/** Longer than any test waits. */
const WAIT_MS = 1_000_000

/** The queue for pages without Web Locks is loaded on first use, with a warning. */
beforeAll(() => import('../../../src/browser/in-page-queue.ts'))
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => vi.unstubAllGlobals())

const environments: [string, () => unknown][] = [
  ['with Web Locks', installFakeLocks],
  ['without Web Locks', () => vi.stubGlobal('navigator', { onLine: true })],
  ['without a navigator', () => vi.stubGlobal('navigator', undefined)],
  ['where Web Locks are denied', installDeniedLocks],
]

describe.each(environments)('locks %s', (_, install) => {
  it('run one task at a time per name, in order, for all clients of the page', async () => {
    install()
    const events: string[] = []
    const { open, opened } = gate()
    const task = (name: string) => async () => {
      events.push(`${name} starts`)
      await opened
      events.push(`${name} ends`)
    }
    const all = ['a', 'b', 'c'].map(name => createTabLock().run('lock', task(name), WAIT_MS))
    await settle()
    expect(events).toEqual(['a starts'])
    open()
    await Promise.all(all)
    expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
  })

  it('do not block tasks of other names, also nested ones', async () => {
    install()
    const { open, opened } = gate()
    const lock = createTabLock()
    const first = lock.run('one', () => opened, WAIT_MS)
    expect(
      await lock.run('two', () => lock.run('three', async () => 'done', WAIT_MS), WAIT_MS),
    ).toBe('done')
    open()
    await first
  })

  it('return the result of the task', async () => {
    install()
    expect(await createTabLock().run('lock', async () => 7, WAIT_MS)).toBe(7)
  })

  it.each(['AbortError', 'SecurityError', 'TimeoutError'])(
    'reject with the %s of a task, run the task once, and are released',
    async name => {
      install()
      const error = new DOMException('mine', name)
      const task = vi.fn(() => Promise.reject(error))
      await expect(createTabLock().run('lock', task, WAIT_MS)).rejects.toBe(error)
      expect(task).toHaveBeenCalledTimes(1)
      expect(await createTabLock().run('lock', async () => 'free', WAIT_MS)).toBe('free')
    },
  )

  it('are released after a task that throws synchronously', async () => {
    install()
    const error = new Error('mine')
    const task = () => {
      throw error
    }
    await expect(createTabLock().run('lock', task, WAIT_MS)).rejects.toBe(error)
    expect(await createTabLock().run('lock', async () => 'free', WAIT_MS)).toBe('free')
  })

  it('wait until the holder has finished', async () => {
    vi.useFakeTimers()
    install()
    const { open, opened } = gate()
    const lock = createTabLock()
    const first = lock.run('lock', () => opened, WAIT_MS)
    const second = lock.run('lock', async () => 'second', WAIT_MS)
    await vi.advanceTimersByTimeAsync(120_000)
    open()
    await first
    expect(await second).toBe('second')
  })
})

describe.each(environments)('security B: a holder that stands still %s', (_, install) => {
  it('keeps no waiter beyond its own limit, whose task never runs', async () => {
    vi.useFakeTimers()
    install()
    const { open, opened } = gate()
    const lock = createTabLock()
    const holder = lock.run('lock', () => opened, WAIT_MS)
    const task = vi.fn(async () => {})
    const waiter = expect(lock.run('lock', task, 5_000)).rejects.toMatchObject({
      name: 'TimeoutError',
      error: 'timeout',
    })
    await vi.advanceTimersByTimeAsync(5_001)
    await waiter
    open()
    await holder
    expect(await lock.run('lock', async () => 'next', WAIT_MS)).toBe('next')
    expect(task).not.toHaveBeenCalled()
  })
})

describe.each(environments.slice(0, 3))('tryRun %s', (_, install) => {
  it('runs the task if the name is free', async () => {
    install()
    const task = vi.fn(async () => {})
    await createTabLock().tryRun('lock', task)
    expect(task).toHaveBeenCalledTimes(1)
  })

  it('neither runs the task nor waits if the name is locked', async () => {
    install()
    const { open, opened } = gate()
    const lock = createTabLock()
    const holder = lock.run('lock', () => opened, WAIT_MS)
    await settle()
    const task = vi.fn(async () => {})
    await lock.tryRun('lock', task)
    expect(task).not.toHaveBeenCalled()
    open()
    await holder
    await settle()
    await lock.tryRun('lock', task)
    expect(task).toHaveBeenCalledTimes(1)
  })

  it('locks the name while the task runs, and rejects with its error', async () => {
    install()
    const events: string[] = []
    const { open, opened } = gate()
    const lock = createTabLock()
    const first = lock.tryRun('lock', async () => {
      await opened
      events.push('first')
      throw new Error('mine')
    })
    const second = lock.run('lock', async () => events.push('second'), WAIT_MS)
    open()
    await expect(first).rejects.toThrow('mine')
    await second
    expect(events).toEqual(['first', 'second'])
  })
})

describe('without Web Locks', () => {
  it('a warning says that tabs cannot coordinate, once per page', async () => {
    vi.resetModules()
    vi.stubGlobal('navigator', { onLine: true })
    const { createTabLock: create } = await import('../../../src/browser/tab-lock.ts')
    await create().run('lock', async () => {}, WAIT_MS)
    await create().run('lock', async () => {}, WAIT_MS)
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[latchkey\] Web Locks are unavailable, so tabs cannot coordinate/),
    )
  })
})

describe('Web Locks', () => {
  it('are requested by name, exclusively, with a signal that ends the wait', async () => {
    const { requests, held } = installFakeLocks()
    await createTabLock().run(
      'auth0.lock.x',
      async () => {
        expect(held.has('auth0.lock.x')).toBe(true)
      },
      WAIT_MS,
    )
    expect(requests).toEqual([
      { name: 'auth0.lock.x', options: { signal: expect.any(AbortSignal) } },
    ])
    expect(held.size).toBe(0)
  })
})
