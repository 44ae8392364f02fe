/**
 * Where there are no Web Locks (before 2022, or in a sandbox), tasks queue within this page. The
 * queue is shared by all clients of the page, because they share its storage.
 */
const queues = new Map<string, Promise<unknown>>()

const WITHOUT =
  'No Web Locks: two tabs may spend one refresh token. Keep tokens in memory, or grant a leeway.'

/** Runs the task after all others of that name. */
export const queue = <T>(name: string, task: () => Promise<T>): Promise<T> => {
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

/** Runs the task only if no other of that name is there. */
export const queueIfFree = async (name: string, task: () => Promise<void>): Promise<void> => {
  if (!queues.has(name)) await queue(name, task)
}

/** Says once what is missing. */
export const warnOfNoLocks = (): void => console.warn(WITHOUT)
