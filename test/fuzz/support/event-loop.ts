/// <reference types="vite/types/importMeta.d.ts" />

const nextTurn = setImmediate

/** So many turns after the last crypto, all that needs no timer has happened. */
const ENOUGH_TURNS = 30
const TOO_MANY_TURNS = 1_000_000

let pending = 0

/** Crypto works in threads of its own, and nothing else here takes real time. */
const { subtle } = crypto
for (const name of ['digest', 'sign', 'verify', 'importKey'] as const) {
  const work = Object.getPrototypeOf(subtle)[name].bind(subtle) as (
    ...args: unknown[]
  ) => Promise<unknown>
  const counted = (...args: unknown[]): Promise<unknown> => {
    pending += 1
    return work(...args).finally(() => {
      pending -= 1
    })
  }
  Object.defineProperty(subtle, name, { configurable: true, value: counted })
}

// Every part of the SDK is there before it is asked for; only the worker's file is no module.
await Promise.all(
  Object.values(import.meta.glob(['../../../src/**/*.ts', '!**/worker/token-worker.ts'])).map(
    load => load(),
  ),
)

/**
 * Lets happen what happens without timers, until something is true.
 *
 * @returns whether it is; if not, nothing more will happen before some timer does
 */
export const until = async (isDone: () => boolean): Promise<boolean> => {
  let quiet = 0
  for (let turns = 0; quiet < ENOUGH_TURNS; turns++) {
    if (isDone()) return true
    if (turns > TOO_MANY_TURNS) throw new Error('It never comes to rest.')
    await new Promise(resolve => nextTurn(resolve))
    quiet = pending > 0 ? 0 : quiet + 1
  }
  return isDone()
}
