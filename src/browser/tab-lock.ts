import { lockTimeout } from '../errors/timeout-cause.ts'
import { lazy } from '../lazy.ts'
import { isBrowser } from './environment.ts'
import type { TabLock } from './mutex.ts'

const webLocks = (): LockManager | undefined =>
  typeof navigator === 'undefined' ? undefined : navigator.locks

const loadQueue = lazy(async () => {
  const { pageQueue, warnWithoutLocks } = await import('./in-page-queue.ts')
  if (isBrowser()) warnWithoutLocks()
  return pageQueue
})

/** Aborts with a `TimeoutError` after some time, unless it is stopped before. */
const deadline = (name: string, timeoutMs: number) => {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(lockTimeout(name, timeoutMs)), timeoutMs)
  return { signal: controller.signal, stop: () => clearTimeout(timer) }
}

/**
 * Web Locks: a lock is held while its task runs, and released if its page ends. Without Web Locks
 * the tasks queue within this page. Sandboxed pages have the interface but may not use it.
 */
export const createTabLock = (): TabLock => ({
  run: async (name, task, waitMs) => {
    const locks = webLocks()
    const { signal, stop } = deadline(name, waitMs)
    let isGranted = false
    try {
      if (locks) {
        return await locks.request(name, { signal }, () => {
          isGranted = true
          stop()
          return task()
        })
      }
    } catch (error) {
      if (isGranted || signal.aborted) throw error
    } finally {
      stop()
    }
    return (await loadQueue()).run(name, task, waitMs)
  },
  tryRun: async (name, task) => {
    let isAnswered = false
    try {
      const locks = webLocks()
      if (locks) {
        return await locks.request(name, { ifAvailable: true }, async lock => {
          isAnswered = true
          if (lock) await task()
        })
      }
    } catch (error) {
      if (isAnswered) throw error
    }
    return (await loadQueue()).tryRun(name, task)
  },
})
