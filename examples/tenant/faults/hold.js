import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Makes requests wait until they are released.
 */
export const createHold = () => {
  let arrivals = 0
  let waiting = 0
  /** @type {Set<() => void>} */
  const watchers = new Set()
  /** @type {() => void} */
  let release = () => undefined
  /** @type {Promise<void>} */
  const released = new Promise(resolve => {
    release = resolve
  })

  /** @param {Promise<unknown>} end */
  const waitUntil = async end => {
    waiting += 1
    await end
    waiting -= 1
  }

  return {
    release,
    isEmpty: () => waiting === 0,

    /** Waits until the hold is released. */
    wait: () => {
      arrivals += 1
      for (const watch of watchers) watch()
      return waitUntil(released)
    },

    /**
     * Waits for a time, or until the hold is released.
     *
     * @param {number} ms
     */
    waitAtMost: ms => waitUntil(Promise.race([sleep(ms, undefined, { ref: false }), released])),

    /**
     * @param {number} count
     * @returns {Promise<void>} resolves once this many requests have arrived
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

/** @typedef {ReturnType<typeof createHold>} Hold */
