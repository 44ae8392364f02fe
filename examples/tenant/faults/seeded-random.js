/**
 * The mulberry32 generator: the same draws for the same seed, in every run.
 *
 * @param {number} seed
 * @returns {() => number} draws from 0 up to, but not including, 1
 */
export const createSeededRandom = seed => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
