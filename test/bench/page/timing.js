/** @typedef {() => Promise<unknown>} Call */

/** @param {number[]} values */
export const median = values => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

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
  const entries = Object.entries(contenders)
  /** @type {{ name: string, call: Call, count: number }[]} */
  const batches = []
  for (const [name, call] of entries) {
    batches.push({ name, call, count: await batchSize(call, batchMs) })
  }
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(entries.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < batches.length; turn += 1) {
      const batch = batches[(round + turn) % batches.length]
      if (!batch) continue
      const ms = await timeOf(batch.call, batch.count)
      samples[batch.name]?.push((ms * 1000) / batch.count)
    }
  }
  return samples
}
