import { lazy } from '../lazy.ts'
import type { TabLock } from '../types/platform.ts'
import { isBrowser } from './environment.ts'

const webLocks = (): LockManager | undefined =>
  typeof navigator === 'undefined' ? undefined : navigator.locks

const loadQueue = lazy(async () => {
  const { queue, queueIfFree, warnOfNoLocks } = await import('./in-page-queue.ts')
  if (isBrowser()) warnOfNoLocks()
  return { queue, queueIfFree }
})

/**
 * Web Locks: a lock is held as long as its task runs, and dies with its page. There is no limit
 * to waiting: the tasks themselves are limited in time. Without them tasks queue within this page.
 */
export const createTabLock = (): TabLock => {
  const request = async <T>(
    name: string,
    options: LockOptions,
    task: (lock: Lock | null) => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> => {
    let isAnswered = false
    try {
      const locks = webLocks()
      if (locks) {
        return await locks.request(name, options, lock => {
          isAnswered = true
          return task(lock)
        })
      }
    } catch (error) {
      // Sandboxed pages have the interface but may not use it.
      if (isAnswered) throw error
    }
    return otherwise()
  }

  return {
    run: (name, task) => request(name, {}, task, async () => (await loadQueue()).queue(name, task)),
    runIfFree: (name, task) =>
      request(
        name,
        { ifAvailable: true },
        async lock => {
          if (lock) await task()
        },
        async () => (await loadQueue()).queueIfFree(name, task),
      ),
  }
}
