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
export const createTabLock = (): TabLock => ({
  run: async (name, task) => {
    const locks = webLocks()
    if (!locks) return queue(name, task)
    let started = false
    try {
      return await locks.request(name, () => {
        started = true
        return task()
      })
    } catch (error) {
      // Sandboxed pages have the interface but may not use it.
      if (started) throw error
      return queue(name, task)
    }
  },
  runIfFree: async (name, task) => {
    const locks = webLocks()
    if (!locks) return queues.has(name) ? undefined : queue(name, task)
    await locks.request(name, { ifAvailable: true }, async lock => {
      if (lock) await task()
    })
  },
})
