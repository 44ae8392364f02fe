import { lockTimeout } from '../errors/timeout-cause.ts'
import type { TabLock } from './mutex.ts'

/** A mutex per name within one page. */
export const createQueue = (): TabLock => {
  const queues = new Map<string, Promise<unknown>>()

  const run: TabLock['run'] = (name, task, waitMs) =>
    new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        reject(lockTimeout(name, waitMs))
      }, waitMs)
      const start = async (): Promise<void> => {
        clearTimeout(timer)
        if (!isLate) await (async () => task())().then(resolve, reject)
      }
      const settled = (queues.get(name) ?? Promise.resolve()).then(start).then(() => {
        if (queues.get(name) === settled) queues.delete(name)
      })
      queues.set(name, settled)
    })

  return {
    run,
    tryRun: async (name, task) => {
      if (!queues.has(name)) await run(name, task, 0)
    },
  }
}

/**
 * For browsers without Web Locks (before 2022, or in a sandbox). All clients of the page share the
 * queue, because they share its storage.
 */
export const pageQueue = createQueue()

/** Logs what is missing. */
export const warnWithoutLocks = (): void =>
  console.warn(
    '[latchkey] Web Locks are unavailable, so tabs cannot coordinate refresh token rotation. Use the memory cache or configure a rotation leeway.',
  )
