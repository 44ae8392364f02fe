import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTabLock } from '../../../../src/browser/tab-lock.ts'
import { createRenewalLock } from '../../../../src/storage/lock/renewal-lock.ts'
import type { WriteFence } from '../../../../src/storage/lock/write-fence.ts'
import { gate, installFakeLocks, settle } from '../../browser/fake-locks.ts'

afterEach(() => vi.unstubAllGlobals())

const GET = 'auth0.lock.getTokenSilently.client-1'
const SHARED = 'auth0.lock.refreshToken.client-1'

/** The lock of one client, with a record of the order of events. */
const create = (useMrrt = false) => {
  const locks = installFakeLocks()
  const events: string[] = []
  const fence: Pick<WriteFence, 'waitForLastWrite' | 'write'> = {
    waitForLastWrite: async lock => {
      events.push(`wait under ${lock}, held: ${locks.held.has(lock)}`)
    },
    write: async (lock, work) => {
      events.push(`before the write under ${lock}`)
      const result = await work()
      events.push('after the write')
      return result
    },
  }
  const lock = createRenewalLock({
    options: { clientId: 'client-1', useMrrt },
    tabLock: createTabLock(),
    loadFence: async () => fence,
  })
  return { ...locks, events, lock }
}

describe('the renewal lock', () => {
  it('takes the lock of auth0-spa-js, waits for the last write, and fences writes only', async () => {
    const { names, events, lock } = create()
    const result = await lock.run('api', async write => {
      events.push('read')
      return write(async () => 'token')
    })
    expect(result).toBe('token')
    expect(names()).toEqual([`${GET}.api`])
    expect(events).toEqual([
      `wait under ${GET}.api, held: true`,
      'read',
      `before the write under ${GET}.api`,
      'after the write',
    ])
  })

  it('lets renewals of different audiences run at the same time', async () => {
    const { lock } = create()
    const { open, opened } = gate()
    const first = lock.run('a', () => opened)
    expect(await lock.run('b', async () => 'b')).toBe('b')
    open()
    await first
  })

  it('runs renewals of different audiences one after the other if they share a refresh token', async () => {
    const { names, events, lock } = create(true)
    const { open, opened } = gate()
    const first = lock.run('a', async () => {
      await opened
      events.push('a')
    })
    const second = lock.run('b', async () => events.push('b'))
    await settle()
    expect(names().sort()).toEqual([`${GET}.a`, `${GET}.b`, SHARED, SHARED])
    open()
    await Promise.all([first, second])
    const wait = `wait under ${SHARED}, held: true`
    expect(events).toEqual([wait, 'a', wait, 'b'])
  })

  it('is released after an error', async () => {
    const { held, lock } = create(true)
    const failure = lock.run('a', () => Promise.reject(new Error('mine')))
    await expect(failure).rejects.toThrow('mine')
    expect(held.size).toBe(0)
    expect(await lock.run('a', async () => 'next')).toBe('next')
  })
})

describe('tryRun', () => {
  it.each([
    [false, `${GET}.api`],
    [true, SHARED],
  ])('with MRRT %j writes under the lock %s', async (useMrrt, name) => {
    const { requests, events, lock } = create(useMrrt)
    await lock.tryRun('api', async () => {
      events.push('work')
    })
    expect(requests).toEqual([{ name, options: { ifAvailable: true } }])
    expect(events).toEqual([
      `wait under ${name}, held: true`,
      `before the write under ${name}`,
      'work',
      'after the write',
    ])
  })

  it.each([false, true])('does not run while the lock is held (MRRT: %j)', async useMrrt => {
    const { lock } = create(useMrrt)
    const { open, opened } = gate()
    const holder = lock.run('api', () => opened)
    await settle()
    const work = vi.fn(async () => {})
    await lock.tryRun('api', work)
    expect(work).not.toHaveBeenCalled()
    open()
    await holder
  })
})
