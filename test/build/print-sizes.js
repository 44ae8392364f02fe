import { measureSizes } from './measure-sizes.js'

// `npm run size`: prints what is shipped, and fails where something is heavier than it may be.
const sizes = await measureSizes()
for (const { what, bytes, budget } of sizes) {
  const limit = budget ? ` of ${budget}` : ''
  const verdict = budget && bytes > budget ? '  TOO HEAVY' : ''
  console.log(`${`${bytes}${limit} B`.padStart(18)}  ${what}${verdict}`)
}
if (sizes.some(({ bytes, budget }) => budget && !(bytes <= budget))) process.exitCode = 1
