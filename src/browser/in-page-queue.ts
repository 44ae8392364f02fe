import type { TabLock } from './mutex.ts'

/** A mutex per name within one page. */
export const createQueue = (): TabLock => {
  const queues = new Map<string, Promise<unknown>>()

  const run: TabLock['run'] = (name, task) => {
    const before = queues.get(name) ?? Promise.resolve()
    const result = before.then(task, task)
    const settled = result
      .catch(() => {})
      .then(() => {
        if (queues.get(name) === settled) queues.delete(name)
      })
    queues.set(name, settled)
    return result
  }

  return {
    run,
    tryRun: async (name, task) => {
      if (!queues.has(name)) await run(name, task)
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
