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
 * the tasks queue within this page. Sandboxed pages have the interface but may not use it.
 */
export const createTabLock = (): TabLock => ({
  run: async (name, task) => {
    let isGranted = false
    try {
      const locks = webLocks()
      if (locks) {
        return await locks.request(name, () => {
          isGranted = true
          return task()
        })
      }
    } catch (error) {
      if (isGranted) throw error
    }
    return (await loadQueue()).run(name, task)
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
