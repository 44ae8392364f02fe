/** @typedef {() => Promise<unknown>} Call */

/**
 * @param {Call} call
 * @param {number} count
 */
const timeOf = async (call, count) => {
  const start = performance.now()
  for (let done = 0; done < count; done += 1) await call()
  return performance.now() - start
}

/**
 * How often to call for a batch of so many milliseconds; finding out warms the code up as well.
 *
 * @param {Call} call
 * @param {number} batchMs
 */
const countFor = async (call, batchMs) => {
  if (!(await call())) throw new Error('A call gave nothing.')
  let count = 1
  while ((await timeOf(call, count)) < batchMs) count *= 2
  // One long pause would make all batches too short.
  const times = [await timeOf(call, count), await timeOf(call, count), await timeOf(call, count)]
  return Math.max(1, Math.ceil((count * batchMs) / Math.max(Math.min(...times), 0.1)))
}

/**
 * Microseconds a call, one call after the other: batches of all contenders in turn, and each round
 * begins with another.
 *
 * @param {Record<string, Call>} contenders
 * @param {{ rounds: number, batchMs: number }} how
 * @returns {Promise<Record<string, number[]>>}
 */
export const timeCalls = async (contenders, { rounds, batchMs }) => {
  const names = Object.keys(contenders)
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const name of names) {
    counts.set(name, await countFor(/** @type {Call} */ (contenders[name]), batchMs))
  }
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(names.map(name => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = /** @type {string} */ (names[(round + turn) % names.length])
      const count = counts.get(name) ?? 1
      const ms = await timeOf(/** @type {Call} */ (contenders[name]), count)
      samples[name]?.push((ms * 1000) / count)
    }
  }
  return samples
}

/**
 * Milliseconds each, of contenders that prepare something and then do what is timed.
 *
 * @param {Record<string, () => Promise<() => Promise<unknown>>>} contenders
 * @param {{ rounds: number }} how
 * @returns {Promise<Record<string, number[]>>}
 */
export const timePrepared = async (contenders, { rounds }) => {
  const names = Object.keys(contenders)
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(names.map(name => [name, []]))
  // The first two rounds warm up: connections, preflights, code.
  for (let round = -2; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = /** @type {string} */ (names[(round + 2 + turn) % names.length])
      const prepare = /** @type {() => Promise<() => Promise<unknown>>} */ (contenders[name])
      const work = await prepare()
      const start = performance.now()
      await work()
      const ms = performance.now() - start
      if (round >= 0) samples[name]?.push(ms)
    }
  }
  return samples
}
