/** Calls with the same key share one run of their work. */
export interface SingleFlight<T> {
  /** Joins the work that is running for the key, or starts it. */
  join(key: string, work: () => Promise<T>): Promise<T>
  /** Joins only work that starts after this call: what is running is waited for, not shared. */
  joinNext(key: string, work: () => Promise<T>): Promise<T>
}

/** A key that is equal for equal parameters: object members are in a fixed order. */
export const keyFor = (parameters: unknown): string =>
  JSON.stringify(parameters, (_, member: unknown) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

export const createSingleFlight = <T>(): SingleFlight<T> => {
  const running = new Map<string, Promise<T>>()
  const queued = new Map<string, Promise<T>>()

  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const result = work().finally(() => {
      if (running.get(key) === result) running.delete(key)
    })
    running.set(key, result)
    return result
  }

  const startAfter = (key: string, before: Promise<T>, work: () => Promise<T>): Promise<T> => {
    const startQueued = (): Promise<T> => {
      queued.delete(key)
      return start(key, work)
    }
    const result = before.then(startQueued, startQueued)
    queued.set(key, result)
    return result
  }

  return {
    join: (key, work) => running.get(key) ?? start(key, work),
    joinNext: (key, work) => {
      const next = queued.get(key)
      if (next) return next
      const before = running.get(key)
      return before ? startAfter(key, before, work) : start(key, work)
    },
  }
}
