import { measureSizes } from './sizes.js'

// `npm run size`: prints what pages load, and fails where something is above its budget.
const sizes = await measureSizes()
/** @param {(typeof sizes)[number]} size */
const isAbove = ({ bytes, budget }) => !(bytes <= budget)
/** @param {number} bytes */
const kilobytes = bytes => (bytes / 1000).toFixed(2).padStart(6)

for (const size of sizes) {
  const verdict = isAbove(size) ? '  ABOVE BUDGET' : ''
  console.log(`${kilobytes(size.bytes)} of${kilobytes(size.budget)} kB  ${size.what}${verdict}`)
}
if (sizes.some(isAbove)) process.exitCode = 1
