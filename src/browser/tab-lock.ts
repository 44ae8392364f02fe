import type { TabLock } from '../types/platform.ts'

/**
 * Where there are no Web Locks (before 2022), tasks queue within this page. The queue is shared
 * by all clients of the page, because they share its storage.
 */
const queues = new Map<string, Promise<unknown>>()

const queue = <T>(name: string, task: () => Promise<T>): Promise<T> => {
  const before = queues.get(name) ?? Promise.resolve()
  const mine = before.then(task, task)
  const settled = mine
    .catch(() => {})
    .then(() => {
      if (queues.get(name) === settled) queues.delete(name)
    })
  queues.set(name, settled)
  return mine
}

const webLocks = (): LockManager | undefined =>
  typeof navigator === 'undefined' ? undefined : navigator.locks

/**
 * Web Locks: a lock is held as long as its task runs, and dies with its page. There is no limit
 * to waiting: the tasks themselves are limited in time.
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
    run: (name, task) => request(name, {}, task, () => queue(name, task)),
    runIfFree: (name, task) =>
      request(
        name,
        { ifAvailable: true },
        async lock => {
          if (lock) await task()
        },
        async () => {
          if (!queues.has(name)) await queue(name, task)
        },
      ),
  }
}
