import { AsyncLocalStorage } from 'node:async_hooks'
import { IDBFactory } from 'fake-indexeddb'
import { vi } from 'vitest'
import { until } from './event-loop.ts'
import { forgetStorage } from './page.ts'

/** What comes to a page from outside: it waits while the page is frozen. */
export type TaskKind = 'timer' | 'message' | 'answer' | 'lock'

/** What happens to a request. What is held is delivered or lost by a later operation. */
export type Delivery = 'pass' | 'hold request' | 'hold answer' | 'lose request' | 'lose answer'

interface Transfer<T> {
  how: Delivery
  /** The request reaches the server, which processes it. */
  process: () => Promise<T>
  signal: AbortSignal | undefined
  /** No answer reaches the page, so that it cannot know what the server has done. */
  onLost: () => void
}

/** Something that is under way to a page or from it. */
export interface Held {
  page: Page
  deliver: () => void
  lose: () => void
}

/** The page whose code runs: promises keep it, and everything else here enters it again. */
const current = new AsyncLocalStorage<Page>()

const START_MS = 1_700_000_000_000

const nextTurn = setImmediate

/** A document: a tab that loads again has another. */
export class Page {
  state: 'live' | 'frozen' | 'dead' = 'live'
  /** It is in the back/forward cache, where it gets no messages. */
  isCached = false
  /** It freezes as soon as it holds the lock of the session. */
  freezesInLock = false
  /** What happens to its next token request, hidden frame and popup. */
  next: { token: Delivery; frame: Delivery } = { token: 'pass', frame: 'pass' }
  readonly #browser: Browser
  readonly #waiting: { kind: TaskKind; task: () => void }[] = []
  readonly #open = new Set<() => void>()
  readonly #listeners: [string, (event: unknown) => void][] = []

  constructor(browser: Browser) {
    this.#browser = browser
  }

  /** Runs code as that of this page. */
  run<T>(task: () => T): T {
    return current.run(this, task)
  }

  /** Something comes from outside. */
  post(kind: TaskKind, task: () => void): void {
    if (this.state === 'live') this.run(task)
    else if (this.state === 'frozen' && !(this.isCached && kind === 'message')) {
      this.#waiting.push({ kind, task })
    }
  }

  listen(type: string, listener: (event: unknown) => void): void {
    this.#listeners.push([type, listener])
  }

  unlisten(type: string, listener: unknown): void {
    const at = this.#listeners.findIndex(each => each[0] === type && each[1] === listener)
    if (at >= 0) this.#listeners.splice(at, 1)
  }

  dispatch(type: string, event: object = {}): void {
    for (const [name, listener] of [...this.#listeners]) {
      if (name === type) this.run(() => listener(event))
    }
  }

  /** @param last what is handled after everything else that has come */
  async thaw(last: TaskKind): Promise<void> {
    this.state = 'live'
    this.isCached = false
    const tasks = this.#waiting.splice(0)
    for (const { task, kind } of tasks.filter(each => each.kind !== last)) {
      this.post(kind, task)
      await new Promise(resolve => nextTurn(resolve))
    }
    await this.#browser.rest()
    for (const { task, kind } of tasks.filter(each => each.kind === last)) this.post(kind, task)
  }

  /** Everything of it ends. */
  die(): void {
    this.state = 'dead'
    for (const lose of this.#open) lose()
    this.#browser.forget(this)
  }

  /** A request and its answer. */
  transfer<T>({ how, process, signal, onLost }: Transfer<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isAnswered = false
      let held: Held | undefined
      const close = (): void => {
        isAnswered = true
        this.#open.delete(lose)
        signal?.removeEventListener('abort', abort)
        if (held) this.#browser.held.delete(held)
      }
      const lose = (): void => {
        if (isAnswered) return
        close()
        onLost()
      }
      const abort = (): void => {
        lose()
        reject(signal?.reason)
      }
      const fail = (): void => {
        lose()
        this.post('answer', () => reject(new TypeError('Failed to fetch')))
      }
      const answer = (value: T): void =>
        this.post('answer', () => {
          if (!isAnswered) close()
          resolve(value)
        })
      const hold = (deliver: () => void): void => {
        if (isAnswered) return
        const item = { page: this, deliver, lose: fail }
        held = {
          ...item,
          deliver: () => {
            this.#browser.held.delete(held as Held)
            deliver()
          },
        }
        this.#browser.held.add(held)
      }
      this.#open.add(lose)
      signal?.addEventListener('abort', abort)
      if (how === 'lose request') fail()
      else if (how === 'hold request') hold(() => void process().then(answer, reject))
      else if (how === 'hold answer') process().then(value => hold(() => answer(value)), reject)
      else if (how === 'lose answer') process().then(fail, reject)
      else process().then(answer, reject)
    })
  }
}

interface LockRequest {
  name: string
  page: Page
  grant: () => void
}

/** Web Locks: those of a dead page are released, those of a frozen one are not. */
class Locks {
  readonly #held: LockRequest[] = []
  readonly #waiting: LockRequest[] = []

  #isHeld(name: string): boolean {
    return this.#held.some(each => each.name === name)
  }

  #grantNext(): void {
    for (const request of [...this.#waiting]) {
      if (this.#isHeld(request.name)) continue
      this.#waiting.splice(this.#waiting.indexOf(request), 1)
      this.#held.push(request)
      request.grant()
    }
  }

  #remove(from: LockRequest[], isGone: (request: LockRequest) => boolean): void {
    for (const request of from.filter(isGone)) from.splice(from.indexOf(request), 1)
  }

  forget(page: Page): void {
    this.#remove(this.#waiting, request => request.page === page)
    this.#remove(this.#held, request => request.page === page)
    this.#grantNext()
  }

  request(
    name: string,
    { signal, ifAvailable }: LockOptions,
    task: (lock: object | null) => unknown,
  ): Promise<unknown> {
    const page = current.getStore() as Page
    if (ifAvailable && this.#isHeld(name)) return Promise.resolve(task(null))
    return new Promise((resolve, reject) => {
      const release = (): void => {
        this.#remove(this.#held, each => each === request)
        this.#grantNext()
      }
      const grant = (): void => {
        signal?.removeEventListener('abort', abort)
        // What one holder does and what the next one does are never of the same millisecond.
        vi.setSystemTime(Date.now() + 1)
        if (page.freezesInLock && name.startsWith('auth0.lock.session.')) {
          page.freezesInLock = false
          page.state = 'frozen'
        }
        page.post('lock', () => {
          new Promise(start => start(task({ name }))).then(resolve, reject).finally(release)
        })
      }
      const request: LockRequest = { name, page, grant }
      const abort = (): void => {
        this.#remove(this.#waiting, each => each === request)
        reject(signal?.reason)
      }
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', abort)
      this.#waiting.push(request)
      this.#grantNext()
    })
  }
}

/** What the tabs of an origin share, with a time of its own. */
export class Browser {
  readonly held = new Set<Held>()
  readonly #locks = new Locks()
  readonly #channels: { page: Page; hear: (data: unknown) => void }[] = []
  /** When each timer of a page is due. */
  readonly #timers = new Map<object, number>()
  #activity = 0

  /** @param hasDatabases whether IndexedDB is available */
  constructor(
    hasDatabases: boolean,
    fetchFrom: (page: Page, url: string, init: RequestInit) => Promise<unknown>,
  ) {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      now: START_MS,
    })
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    this.#replaceTimers()
    const browser = this
    vi.stubGlobal('setImmediate', (task: () => void) => {
      this.#activity += 1
      return nextTurn(task)
    })
    vi.stubGlobal('indexedDB', hasDatabases ? new IDBFactory() : undefined)
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      fetchFrom(current.getStore() as Page, url, init),
    )
    vi.stubGlobal('navigator', {
      onLine: true,
      locks: {
        request: (...args: [string, LockOptions, () => unknown]) => this.#locks.request(...args),
      },
    })
    vi.stubGlobal('addEventListener', (type: string, listener: () => void) =>
      current.getStore()?.listen(type, listener),
    )
    vi.stubGlobal('removeEventListener', (type: string, listener: () => void) =>
      current.getStore()?.unlisten(type, listener),
    )
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        readonly #page = current.getStore() as Page
        addEventListener(_: string, listener: (event: { data: unknown }) => void): void {
          browser.#channels.push({ page: this.#page, hear: data => listener({ data }) })
        }
        postMessage(data: unknown): void {
          for (const { page, hear } of browser.#channels) {
            if (page === this.#page) continue
            const copy = structuredClone(data)
            setImmediate(() => page.post('message', () => hear(copy)))
          }
        }
      },
    )
  }

  #replaceTimers(): void {
    const { setTimeout: set, clearTimeout: clear } = globalThis
    type Timer = { id: ReturnType<typeof set>; isCleared: boolean }
    vi.stubGlobal('setTimeout', (task: () => void, ms?: number) => {
      const page = current.getStore()
      if (!page) return set(task, ms)
      const run = (): void => {
        if (!timer.isCleared) task()
      }
      const fire = (): void => {
        this.#timers.delete(timer)
        page.post('timer', run)
      }
      const timer: Timer = { id: set(fire, ms), isCleared: false }
      this.#timers.set(timer, performance.now() + (ms ?? 0))
      return timer
    })
    vi.stubGlobal('clearTimeout', (timer: Timer | undefined) => {
      if (!timer?.id) return
      timer.isCleared = true
      this.#timers.delete(timer)
      clear(timer.id)
    })
  }

  forget(page: Page): void {
    for (const held of this.held) if (held.page === page) this.held.delete(held)
    this.#locks.forget(page)
  }

  /** Lets happen what needs no more time. */
  async rest(): Promise<void> {
    let before: number
    do {
      before = this.#activity
      await until(() => false)
    } while (this.#activity !== before)
  }

  /** Lets time pass, with a rest after each timer. */
  async wait(ms: number): Promise<void> {
    const endMs = performance.now() + ms
    for (;;) {
      const nextMs = Math.min(endMs, ...this.#timers.values())
      await vi.advanceTimersByTimeAsync(Math.max(0, nextMs - performance.now()))
      await this.rest()
      if (nextMs >= endMs) return
    }
  }

  close(): void {
    // A cookie that has expired is not listed, and is there again when the next case begins.
    vi.setSystemTime(START_MS)
    forgetStorage()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.clearAllTimers()
    vi.useRealTimers()
  }
}
