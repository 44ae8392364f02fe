/**
 * What a group of rows comes to.
 *
 * @typedef {object} TimingRow
 * @property {string} title
 * @property {Record<string, number[]>} samples by contender; samples of one place belong together
 * @property {string} [failure] why there are none
 *
 * @typedef {object} TimingTable
 * @property {'timing'} kind
 * @property {string} title
 * @property {string} note
 * @property {string} unit
 * @property {string[]} against whom Latchkey is divided by, in this order
 * @property {boolean} [isExact] whether measuring again gives the same
 * @property {boolean} [dividesMedians] where single samples may be close to zero
 * @property {TimingRow[]} rows
 *
 * @typedef {object} CountRow
 * @property {string} title
 * @property {Record<string, string | number>} cells by column
 * @property {string} [failure]
 *
 * @typedef {object} CountTable
 * @property {'counts'} kind
 * @property {string} title
 * @property {string} note
 * @property {string[]} columns
 * @property {CountRow[]} rows
 *
 * @typedef {TimingTable | CountTable} Table
 */

/** @param {unknown} error */
const failureOf = error => (error instanceof Error ? error.message : String(error))

/**
 * Takes a row of samples, or notes why it could not be had: the others are worth having all the
 * same.
 *
 * @param {string} title
 * @param {() => Promise<Record<string, number[]>>} measure gives the samples
 * @returns {Promise<TimingRow>}
 */
export const takeTimes = async (title, measure) => {
  try {
    const samples = await measure()
    for (const [name, taken] of Object.entries(samples)) {
      if (taken.length === 0 || !taken.every(Number.isFinite)) throw new Error(`none of ${name}`)
    }
    return { title, samples }
  } catch (error) {
    return { title, samples: {}, failure: failureOf(error) }
  }
}

/**
 * The same for a row of counts.
 *
 * @param {string} title
 * @param {() => Promise<CountRow['cells']>} count gives the cells
 * @returns {Promise<CountRow>}
 */
export const takeCounts = async (title, count) => {
  try {
    return { title, cells: await count() }
  } catch (error) {
    return { title, cells: {}, failure: failureOf(error) }
  }
}
