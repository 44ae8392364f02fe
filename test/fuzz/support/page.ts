import { expect, vi } from 'vitest'
import { GenericError } from '../../../src/index.ts'
import { until } from './event-loop.ts'
import { expectCleanPrototypes } from './prototypes.ts'

/** A promise that has not settled after so much of the page's time never will. */
const AT_MOST_MS = 15 * 60_000

/** These a client keeps as long as its page lives. */
const LASTING = ['pagehide', 'pageshow', 'online']

/** How a promise ended; an error is one of the SDK's own. */
export type Outcome<T> = { value: T; error?: never } | { error: GenericError; value?: never }

/** Another tab, as far as it can be heard. */
class FakeChannel {
  static readonly open = new Set<FakeChannel>()
  readonly #listeners: ((event: { data: unknown }) => void)[] = []
  constructor() {
    FakeChannel.open.add(this)
  }
  addEventListener(_: string, listener: (event: { data: unknown }) => void): void {
    this.#listeners.push(listener)
  }
  postMessage(data: unknown): void {
    const copy = structuredClone(data)
    for (const channel of FakeChannel.open) if (channel !== this) channel.hear(copy)
  }
  hear(data: unknown): void {
    for (const listener of this.#listeners) listener({ data })
  }
}

/** Empties the storage and the cookies of the page. */
export const forgetStorage = (): void => {
  localStorage.clear()
  sessionStorage.clear()
  for (const pair of document.cookie.split('; ')) {
    // biome-ignore lint/suspicious/noDocumentCookie: the cookies of one case are none of the next
    document.cookie = `${pair.split('=')[0]}=; path=/; expires=${new Date(0).toUTCString()}`
  }
}

/**
 * One page of a browser with a time of its own. It is closed after each case; before that nothing
 * may be left in it that waits for something.
 */
export const openPage = () => {
  const listeners: [string, EventListener][] = []
  const { addEventListener, removeEventListener } = globalThis
  vi.useFakeTimers()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  const forget = (type: string, listener: EventListener): void => {
    const at = listeners.findIndex(each => each[0] === type && each[1] === listener)
    if (at >= 0) listeners.splice(at, 1)
  }
  const add = (type: string, listener: EventListener, options?: AddEventListenerOptions): void => {
    listeners.push([type, listener])
    options?.signal?.addEventListener('abort', () => forget(type, listener))
    addEventListener(type, listener, options)
  }
  vi.stubGlobal('addEventListener', add)
  vi.stubGlobal('removeEventListener', (type: string, listener: EventListener) => {
    forget(type, listener)
    removeEventListener(type, listener)
  })

  const outcomeOf = async <T>(promise: Promise<T>): Promise<Outcome<T>> => {
    let settled: { value: T } | { error: unknown } | undefined
    promise.then(
      value => {
        settled = { value }
      },
      error => {
        settled = { error }
      },
    )
    const isDone = (): boolean => settled !== undefined
    for (let waitedMs = 0, stepMs = 250; !(await until(isDone)); stepMs *= 1.5) {
      if (waitedMs > AT_MOST_MS) throw new Error('It hangs.')
      await vi.advanceTimersByTimeAsync(stepMs)
      waitedMs += stepMs
    }
    if (!settled) throw new Error('It is settled and is not.')
    if ('value' in settled) return settled
    const { error } = settled
    if (error instanceof GenericError && typeof error.error === 'string' && error.error) {
      expect(typeof error.message).toBe('string')
      return { error }
    }
    throw new Error(`An error of no type of the SDK's: ${String(error)}`, { cause: error })
  }

  return {
    /** Lets a call come to its end, whatever time that takes. */
    outcomeOf,
    /** Lets time go by. */
    wait: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    /** Has every client hear a message of another tab. */
    tellTabs: (data: unknown) => {
      for (const channel of FakeChannel.open) channel.hear(data)
    },
    /** Whatever was waiting has let go of what it waited with. */
    expectNothingLeft: async (): Promise<void> => {
      // A frame lingers for two seconds, the text of a worker for ten.
      await vi.advanceTimersByTimeAsync(10_000)
      expect(listeners.map(([type]) => type).filter(type => !LASTING.includes(type))).toEqual([])
      expect(document.querySelectorAll('iframe')).toHaveLength(0)
      expect(vi.getTimerCount()).toBe(0)
      expectCleanPrototypes()
    },
    close: (): void => {
      for (const [type, listener] of listeners) removeEventListener(type, listener)
      FakeChannel.open.clear()
      document.body.replaceChildren()
      forgetStorage()
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
      vi.useRealTimers()
    },
  }
}

export type Page = ReturnType<typeof openPage>
