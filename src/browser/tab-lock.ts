import { lockTimeout } from '../errors/timeout-cause.ts'
import { lazy, loadModule } from '../lazy.ts'
import { isBrowser } from './environment.ts'
import type { TabLock } from './mutex.ts'
import { untilAborted } from './until-aborted.ts'

const loadQueue = lazy(async () => {
  const { pageQueue, warnWithoutLocks } = await loadModule(
    'in-page-queue',
    import('./in-page-queue.ts'),
  )
  if (isBrowser()) warnWithoutLocks()
  return pageQueue
})

/** An answer to `ifAvailable` needs no other tab. */
const MAX_ANSWER_MS = 2_000

interface LockRequest<T> {
  name: string
  ifAvailable?: true
  waitMs: number
  /** Called with the lock, or with `null` if it is not available. */
  onAnswer: (lock: Lock | null) => Promise<T>
  /** Called where Web Locks are missing, or may not be used. */
  inPage: (queue: TabLock) => Promise<T>
}

/** @throws TimeoutError if the lock is not granted in time; `onAnswer` is not called then */
const request = async <T>(given: LockRequest<T>): Promise<T> => {
  const { name, ifAvailable, waitMs, onAnswer, inPage } = given
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(lockTimeout(name, waitMs)), waitMs)
  let isAnswered = false
  try {
    // Naming the API throws in some pages; replacements of it may not know the signal.
    const work = navigator.locks.request(name, ifAvailable ? { ifAvailable } : { signal }, lock => {
      if (signal.aborted) throw signal.reason
      isAnswered = true
      clearTimeout(timer)
      return onAnswer(lock)
    })
    return await untilAborted(work, signal)
  } catch (error) {
    if (isAnswered || (signal.aborted && !ifAvailable)) throw error
  } finally {
    clearTimeout(timer)
  }
  return inPage(await loadQueue())
}

/**
 * Web Locks: a lock is held while its task runs, and released if its page ends. Without Web Locks
 * the tasks queue within this page. Sandboxed pages have the interface but may not use it.
 */
export const createTabLock = (): TabLock => ({
  run: (name, task, waitMs) =>
    request({
      name,
      waitMs,
      onAnswer: task,
      inPage: queue => queue.run(name, task, waitMs),
    }),
  tryRun: (name, task) =>
    request({
      name,
      ifAvailable: true,
      waitMs: MAX_ANSWER_MS,
      onAnswer: async lock => {
        if (lock) await task()
      },
      inPage: queue => queue.tryRun(name, task),
    }),
})
