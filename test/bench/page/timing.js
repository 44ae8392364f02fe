import { interleave } from '../statistics.js'

/** @typedef {() => Promise<unknown>} Call */

/**
 * @param {Call} call
 * @param {number} [count]
 * @returns {Promise<number>} milliseconds
 */
export const timeOf = async (call, count = 1) => {
  const start = performance.now()
  for (let done = 0; done < count; done += 1) await call()
  return performance.now() - start
}

/**
 * How many calls fill a batch of so many milliseconds. Finding out warms the code up as well.
 *
 * @param {Call} call
 * @param {number} batchMs
 */
const batchSize = async (call, batchMs) => {
  if (!(await call())) throw new Error('A call returned nothing.')
  let count = 1
  while ((await timeOf(call, count)) < batchMs) count *= 2
  // A single pause would make all batches too small, so the shortest of three counts.
  const times = [await timeOf(call, count), await timeOf(call, count), await timeOf(call, count)]
  return Math.max(1, Math.ceil((count * batchMs) / Math.max(Math.min(...times), 0.1)))
}

/**
 * Microseconds per call, in batches. The contenders take turns, and each round starts with another.
 *
 * @param {Record<string, Call>} contenders
 * @param {{ rounds: number, batchMs: number }} how
 * @returns {Promise<Record<string, number[]>>}
 */
export const timeCalls = async (contenders, { rounds, batchMs }) => {
  /** @type {Map<string, { call: Call, count: number }>} */
  const batches = new Map()
  for (const [name, call] of Object.entries(contenders)) {
    batches.set(name, { call, count: await batchSize(call, batchMs) })
  }
  return interleave([...batches.keys()], rounds, async name => {
    const { call, count } = batches.get(name) ?? { call: async () => {}, count: 1 }
    return ((await timeOf(call, count)) * 1000) / count
  })
}
