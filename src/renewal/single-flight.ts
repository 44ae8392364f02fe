/** Calls that may share one another's work, by key. */
export interface SharedCalls<T> {
  /** Joins the work under way for the key, or starts it. */
  join(key: string, work: () => Promise<T>): Promise<T>
  /** Joins only work that starts after this moment: what is under way is waited for, not shared. */
  next(key: string, work: () => Promise<T>): Promise<T>
}

export const createSharedCalls = <T>(): SharedCalls<T> => {
  const running = new Map<string, Promise<T>>()
  const waiting = new Map<string, Promise<T>>()

  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const mine = work().finally(() => {
      if (running.get(key) === mine) running.delete(key)
    })
    running.set(key, mine)
    return mine
  }

  const startLater = (key: string, before: Promise<T>, work: () => Promise<T>): Promise<T> => {
    const begin = (): Promise<T> => {
      waiting.delete(key)
      return start(key, work)
    }
    const mine = before.then(begin, begin)
    waiting.set(key, mine)
    return mine
  }

  return {
    join: (key, work) => running.get(key) ?? start(key, work),
    next: (key, work) => {
      const queued = waiting.get(key)
      if (queued) return queued
      const before = running.get(key)
      return before ? startLater(key, before, work) : start(key, work)
    },
  }
}
