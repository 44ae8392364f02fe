/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} low the first quartile
 * @property {number} high the third quartile
 */

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
 * @param {readonly number[]} samples
 * @returns {Summary}
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
 * How many times the second the first is, each sample against the one taken beside it: what slows
 * the machine down for a while slows both.
 *
 * @param {readonly number[]} samples
 * @param {readonly number[]} others
 */
export const ratio = (samples, others) =>
  summarize(samples.map((sample, index) => sample / (others[index] ?? Number.NaN)))

/**
 * @param {readonly number[]} samples
 * @param {readonly number[]} others
 */
export const differences = (samples, others) =>
  samples.map((sample, index) => sample - (others[index] ?? Number.NaN))
