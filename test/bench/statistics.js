/**
 * @param {readonly number[]} sorted
 * @param {number} part of 0 to 1
 */
const quantile = (sorted, part) => {
  const at = (sorted.length - 1) * part
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at % 1)
}

/**
 * The median and the quartiles.
 *
 * @param {readonly number[]} samples
 */
export const summarize = samples => {
  const sorted = [...samples].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  }
}

/**
 * Takes samples of all contenders in turn, each round starting with another.
 *
 * @template Sample
 * @param {readonly string[]} contenders
 * @param {number} rounds
 * @param {(contender: string) => Promise<Sample>} take
 * @returns {Promise<Record<string, Sample[]>>}
 */
export const interleave = async (contenders, rounds, take) => {
  /** @type {Record<string, Sample[]>} */
  const samples = Object.fromEntries(contenders.map(name => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const name = contenders[(round + turn) % contenders.length] ?? ''
      samples[name]?.push(await take(name))
    }
  }
  return samples
}
