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

/**
 * Web Locks: a lock is held while its task runs, and released if its page ends. Without Web Locks
 * the tasks queue within this page.
 */
export const createTabLock = (): TabLock => {
  const request = async <T>(
    name: string,
    options: LockOptions,
    task: (lock: Lock | null) => Promise<T>,
    inQueue: () => Promise<T>,
  ): Promise<T> => {
    let isGranted = false
    try {
      const locks = webLocks()
      if (locks) {
        return await locks.request(name, options, lock => {
          isGranted = true
          return task(lock)
        })
      }
    } catch (error) {
      // Sandboxed pages have the interface but may not use it.
      if (isGranted) throw error
    }
    return inQueue()
  }

  return {
    run: (name, task) => request(name, {}, task, async () => (await loadQueue()).run(name, task)),
    tryRun: (name, task) =>
      request(
        name,
        { ifAvailable: true },
        async lock => {
          if (lock) await task()
        },
        async () => (await loadQueue()).tryRun(name, task),
      ),
  }
}
