import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTabLock } from '../../../../src/browser/tab-lock.ts'
import { createExclusive } from '../../../../src/storage/lock/renewal-lock.ts'
import type { Coherence } from '../../../../src/types/storage.ts'
import { gate, installFakeLocks, settle } from '../../browser/fake-locks.ts'

afterEach(() => vi.unstubAllGlobals())

const GET = 'auth0.lock.getTokenSilently.client-1'
const SHARED = 'auth0.lock.refreshToken.client-1'

/** One client whose tabs are coherent, with a record of what happens in which order. */
const create = (useMrrt = false) => {
  const locks = installFakeLocks()
  const events: string[] = []
  const coherence: Pick<Coherence, 'catchUp' | 'around'> = {
    catchUp: async lock => {
      events.push(`catch up under ${lock}, held: ${locks.held.has(lock)}`)
    },
    around: async (lock, work) => {
      events.push(`before the change under ${lock}`)
      const result = await work()
      events.push('after the change')
      return result
    },
  }
  const exclusive = createExclusive({
    options: { clientId: 'client-1', useMrrt },
    tabLock: createTabLock(),
    loadCoherence: async () => coherence,
  })
  return { ...locks, events, exclusive }
}

describe('turns', () => {
  it('take the lock of auth0-spa-js, catch up, and mark changes only', async () => {
    const { names, events, exclusive } = create()
    const result = await exclusive.run('api', async change => {
      events.push('look')
      return change(async () => 'token')
    })
    expect(result).toBe('token')
    expect(names()).toEqual([`${GET}.api`])
    expect(events).toEqual([
      `catch up under ${GET}.api, held: true`,
      'look',
      `before the change under ${GET}.api`,
      'after the change',
    ])
  })

  it('of different audiences run at once', async () => {
    const { exclusive } = create()
    const { open, opened } = gate()
    const first = exclusive.run('a', () => opened)
    expect(await exclusive.run('b', async () => 'b')).toBe('b')
    open()
    await first
  })

  it('of different audiences take turns where they share a refresh token', async () => {
    const { names, events, exclusive } = create(true)
    const { open, opened } = gate()
    const first = exclusive.run('a', async () => {
      await opened
      events.push('a')
    })
    const second = exclusive.run('b', async () => events.push('b'))
    await settle()
    expect(names().sort()).toEqual([`${GET}.a`, `${GET}.b`, SHARED, SHARED])
    open()
    await Promise.all([first, second])
    const catchUp = `catch up under ${SHARED}, held: true`
    expect(events).toEqual([catchUp, 'a', catchUp, 'b'])
  })

  it('end with an error, and the next begins', async () => {
    const { held, exclusive } = create(true)
    const failure = exclusive.run('a', () => Promise.reject(new Error('mine')))
    await expect(failure).rejects.toThrow('mine')
    expect(held.size).toBe(0)
    expect(await exclusive.run('a', async () => 'next')).toBe('next')
  })
})

describe('changes that are made only if nobody else has the turn', () => {
  it.each([
    [false, `${GET}.api`],
    [true, SHARED],
  ])('with MRRT %j are made under the lock %s', async (useMrrt, lock) => {
    const { requests, events, exclusive } = create(useMrrt)
    await exclusive.changeIfFree('api', async () => {
      events.push('work')
    })
    expect(requests).toEqual([{ name: lock, options: { ifAvailable: true } }])
    expect(events).toEqual([
      `catch up under ${lock}, held: true`,
      `before the change under ${lock}`,
      'work',
      'after the change',
    ])
  })

  it.each([false, true])('are not made while somebody has it (MRRT: %j)', async useMrrt => {
    const { exclusive } = create(useMrrt)
    const { open, opened } = gate()
    const turn = exclusive.run('api', () => opened)
    await settle()
    const work = vi.fn(async () => {})
    await exclusive.changeIfFree('api', work)
    expect(work).not.toHaveBeenCalled()
    open()
    await turn
  })
})
