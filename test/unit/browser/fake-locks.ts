import { vi } from 'vitest'

/** The part of the Web Locks API that we use, within one page. */
export const installFakeLocks = () => {
  const held = new Set<string>()
  const waiting: { name: string; start: () => void }[] = []
  const requests: { name: string; options: LockOptions }[] = []

  const release = (name: string): void => {
    held.delete(name)
    const index = waiting.findIndex(next => next.name === name)
    if (index >= 0) waiting.splice(index, 1)[0]?.start()
  }
  const run = async (name: string, task: LockGrantedCallback<unknown>): Promise<unknown> => {
    held.add(name)
    try {
      return await task({ name, mode: 'exclusive' })
    } finally {
      release(name)
    }
  }
  const request = (
    name: string,
    options: LockOptions | LockGrantedCallback<unknown>,
    callback?: LockGrantedCallback<unknown>,
  ): Promise<unknown> => {
    const task = typeof options === 'function' ? options : callback
    const given = typeof options === 'function' ? {} : options
    requests.push({ name, options: given })
    if (!task) return Promise.reject(new TypeError('no task'))
    if (!held.has(name)) return run(name, task)
    if (given.ifAvailable) return Promise.resolve(task(null))
    return new Promise((resolve, reject) => {
      const next = { name, start: () => run(name, task).then(resolve, reject) }
      waiting.push(next)
      given.signal?.addEventListener('abort', () => {
        const index = waiting.indexOf(next)
        if (index < 0) return
        waiting.splice(index, 1)
        reject(given.signal?.reason)
      })
    })
  }
  vi.stubGlobal('navigator', { onLine: true, locks: { request } })
  return { held, requests, names: () => requests.map(({ name }) => name) }
}

/** The API in a page that may not use it, such as a sandboxed frame. */
export const installDeniedLocks = (): void => {
  const request = async () => {
    throw new DOMException('denied', 'SecurityError')
  }
  vi.stubGlobal('navigator', { onLine: true, locks: { request } })
}

/** A promise that is settled from outside. */
export const gate = () => {
  let open = (): void => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { open, opened }
}

/** Waits until everything that needs no timer has finished. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve()
  // A dynamic import of a loaded module takes a turn of the event loop.
  await new Promise(resolve => setImmediate(resolve))
  for (let i = 0; i < 50; i++) await Promise.resolve()
}
