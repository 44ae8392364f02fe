import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** @typedef {import('./stand-in.js').Calls} Calls */

/** @typedef {Awaited<ReturnType<typeof startStandIn>>} StandIn */

/** Starts the stand-in in a thread of its own. */
export const startStandIn = async () => {
  const worker = new Worker(new URL('./stand-in.js', import.meta.url))
  const [{ url, issuer }] = await once(worker, 'message')
  /** @type {Map<number, (value: any) => void>} */
  const waiting = new Map()
  let last = 0
  worker.on('message', ({ id, value }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })

  /**
   * @template {keyof Calls} Name
   * @param {Name} name
   * @param {Parameters<Calls[Name]>[0]} [argument]
   * @returns {Promise<Awaited<ReturnType<Calls[Name]>>>}
   */
  const ask = (name, argument) =>
    new Promise(resolve => {
      last += 1
      waiting.set(last, resolve)
      worker.postMessage({ id: last, name, argument })
    })

  return {
    url: String(url),
    issuer: String(issuer),
    /** @param {Parameters<Calls['set']>[0]} settings */
    set: settings => ask('set', settings),
    take: () => ask('take'),
    /** @param {Parameters<Calls['issue']>[0]} grant */
    issue: grant => ask('issue', grant),
    close: async () => {
      await worker.terminate()
    },
  }
}
