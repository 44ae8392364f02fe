import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A place where requests wait until somebody lets them go.
 */
export const createGate = () => {
  let arrivals = 0
  let waiting = 0
  /** @type {Set<() => void>} */
  const watchers = new Set()
  /** @type {() => void} */
  let open = () => undefined
  /** @type {Promise<void>} */
  const opened = new Promise(resolve => {
    open = resolve
  })

  /** @param {Promise<unknown>} end */
  const waitFor = async end => {
    waiting += 1
    await end
    waiting -= 1
  }

  return {
    open,
    isEmpty: () => waiting === 0,

    /** Arrives, and stays until the gate is open. */
    pass: () => {
      arrivals += 1
      for (const watch of watchers) watch()
      return waitFor(opened)
    },

    /**
     * Stays for a while, or until the gate is open.
     *
     * @param {number} ms
     */
    linger: ms => waitFor(Promise.race([sleep(ms, undefined, { ref: false }), opened])),

    /**
     * @param {number} count
     * @returns {Promise<void>} resolves once so many have arrived
     */
    arrived: count =>
      new Promise(resolve => {
        const watch = () => {
          if (arrivals < count) return
          watchers.delete(watch)
          resolve()
        }
        watchers.add(watch)
        watch()
      }),
  }
}

/** @typedef {ReturnType<typeof createGate>} Gate */
