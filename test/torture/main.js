import { parseArgs } from 'node:util'
import { soak } from './soak.js'

const USAGE = `A soak: one user, several tabs, and everything that can go wrong.

  npm run torture -- [--seconds 180] [--seed NUMBER]

Half of the time the tenant grants no leeway, the other half five seconds. Ends with 1 if a session
was lost, a refresh token was spent twice, or a family was revoked without a lost answer.
`

/** @type {Record<keyof import('./tally.js').Sum, string>} */
const LABELS = {
  calls: 'calls of getTokenSilently',
  exchanges: 'refresh requests',
  crashes: 'tabs killed in the middle',
  lostAnswers: 'answers lost after the tenant rotated',
  familiesRevoked: 'families revoked',
  familiesRevokedWithoutLoss: 'of them without a lost answer',
  tokensSpentTwice: 'refresh tokens spent twice without need',
  signOuts: 'sign-outs the user would notice',
  failedCalls: 'calls that ended in an error',
  errors: 'kinds of errors',
  p50Ms: 'a call, median (ms)',
  p99Ms: 'a call, 99th percentile (ms)',
}

/** @param {string | number} value */
const shown = value => (typeof value === 'number' ? String(Math.round(value * 10) / 10) : value)

/** @param {Record<string, import('./tally.js').Sum>} columns */
const printTable = columns => {
  const names = Object.keys(columns)
  console.log(`| | ${names.join(' | ')} |\n|---|${names.map(() => '---|').join('')}`)
  for (const [key, label] of Object.entries(LABELS)) {
    const cells = Object.values(columns).map(sum =>
      shown(sum[/** @type {keyof typeof sum} */ (key)]),
    )
    console.log(`| ${label} | ${cells.join(' | ')} |`)
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '180' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const run = async () => {
  const seconds = Number(values.seconds) / 2
  const seed = Number(values.seed)
  if (!(seconds > 0) || !Number.isInteger(seed)) throw new TypeError(USAGE)
  console.log(`Soak of ${seconds * 2} s with seed ${seed}\n`)
  const strict = await soak({ seconds, seed, leewaySeconds: 0 })
  const lenient = await soak({ seconds, seed: seed + 1, leewaySeconds: 5 })
  printTable({ 'no leeway': strict, 'leeway of 5 s': lenient })
  const isBad = [strict, lenient].some(
    sum => sum.signOuts + sum.tokensSpentTwice + sum.familiesRevokedWithoutLoss > 0,
  )
  process.exitCode = isBad ? 1 : 0
}

if (values.help) console.log(USAGE)
else await run()
