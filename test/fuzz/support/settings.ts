/**
 * The normal run always draws the same cases, so that it tells about a change and not about luck.
 * `npm run fuzz` draws new ones, and more of them.
 */
export const FACTOR = Number(process.env.FUZZ_FACTOR) || 1
export const SEED = Number(process.env.FUZZ_SEED) || 6749
/** Where in the cases of this seed a failure was, as fast-check prints it. */
export const PATH = process.env.FUZZ_PATH
