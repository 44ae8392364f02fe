import { describe, expect, it, vi } from 'vitest'
import { askWorker } from '../../../src/browser/ask-worker.ts'

/** A worker that a test answers for. */
const create = () => {
  const ports: MessagePort[] = []
  const worker = { postMessage: (_: unknown, [port]: MessagePort[]) => port && ports.push(port) }
  const failure = new AbortController()
  const onFailure = vi.fn((reason: string) => failure.abort(new Error(reason)))
  return {
    ask: (message: unknown = 'question', ...signals: AbortSignal[]) =>
      askWorker(worker as unknown as Worker, message, {
        limitMs: 5_000,
        signals: [failure.signal, ...signals],
        onFailure,
      }),
    answer: (message: unknown) => ports.at(-1)?.postMessage(message),
    onFailure,
    worker,
  }
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

describe('an answer of a worker', () => {
  it('counts if it is read only after the limit, because the page was frozen', async () => {
    fakeTimers()
    const { ask, answer, onFailure } = create()
    const result = ask()
    vi.advanceTimersByTime(5_000)
    answer('late')
    expect(await result).toBe('late')
    expect(onFailure).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that does not come is a failure of the worker, for all who wait', async () => {
    fakeTimers()
    const { ask, onFailure } = create()
    const results = [ask(), ask()].map(result => result.catch(error => error.message))
    vi.advanceTimersByTime(8_000)
    expect(await Promise.all(results)).toEqual(Array(2).fill('it did not answer in time'))
    expect(onFailure).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not waited for once the caller is aborted, before or after the question', async () => {
    fakeTimers()
    const { ask, onFailure } = create()
    const caller = new AbortController()
    const result = ask('question', caller.signal)
    caller.abort(new Error('enough'))
    await expect(result).rejects.toThrow('enough')
    await expect(ask('question', caller.signal)).rejects.toThrow('enough')
    expect(onFailure).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not waited for if the question cannot be posted', async () => {
    fakeTimers()
    const { ask, worker, onFailure } = create()
    worker.postMessage = () => {
      throw new DOMException('could not be cloned', 'DataCloneError')
    }
    await expect(ask()).rejects.toThrow('could not be cloned')
    expect(onFailure).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is waited for as long as the longest timer if the limit is longer than that', async () => {
    fakeTimers()
    const { worker } = create()
    const onFailure = vi.fn()
    const limits = { limitMs: 6_000_000_000, signals: [], onFailure }
    askWorker(worker as unknown as Worker, 'question', limits)
    vi.advanceTimersByTime(1_000_000_000)
    expect(onFailure).not.toHaveBeenCalled()
  })
})
