import { describe, expect, it, vi } from 'vitest'
import { createEvents } from '../../../src/session/events.ts'
import { gate } from '../browser/fake-locks.ts'

interface Details {
  started: { by: string }
  stopped: null
}

describe('events', () => {
  it('are delivered to every listener of the name, in order and at once', () => {
    const events = createEvents<Details>()
    const calls: unknown[] = []
    events.on('started', detail => void calls.push(['first', detail]))
    events.on('started', detail => void calls.push(['second', detail]))
    events.on('stopped', () => void calls.push('another event'))
    events.emit('started', { by: 'ada' })
    expect(calls).toEqual([
      ['first', { by: 'ada' }],
      ['second', { by: 'ada' }],
    ])
  })

  it('may have no listener', async () => {
    await expect(createEvents<Details>().emit('stopped', null)).resolves.toBeUndefined()
  })

  it.each<[string, () => Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('mine')
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])('reach the other listeners although one %s, and emit does not reject', async (_, fail) => {
    const events = createEvents<Details>()
    const before = vi.fn()
    const after = vi.fn()
    events.on('stopped', before)
    events.on('stopped', fail)
    events.on('stopped', after)
    await expect(events.emit('stopped', null)).resolves.toBeUndefined()
    expect(before).toHaveBeenCalledOnce()
    expect(after).toHaveBeenCalledOnce()
  })

  it('are finished when all listeners have finished', async () => {
    const events = createEvents<Details>()
    const { open, opened } = gate()
    const finished = vi.fn()
    events.on('stopped', () => opened)
    events.on('stopped', () => Promise.reject(new Error('mine')))
    const emitted = events.emit('stopped', null).then(finished)
    await new Promise(resolve => setTimeout(resolve))
    expect(finished).not.toHaveBeenCalled()
    open()
    await emitted
    expect(finished).toHaveBeenCalledOnce()
  })

  it('are not delivered to a listener that is added during the event', async () => {
    const events = createEvents<Details>()
    const late = vi.fn()
    events.on('stopped', () => events.on('stopped', late))
    await events.emit('stopped', null)
    expect(late).not.toHaveBeenCalled()
    await events.emit('stopped', null)
    expect(late).toHaveBeenCalledOnce()
  })

  it('of several emitters are separate', async () => {
    const listener = vi.fn()
    createEvents<Details>().on('stopped', listener)
    await createEvents<Details>().emit('stopped', null)
    expect(listener).not.toHaveBeenCalled()
  })
})
