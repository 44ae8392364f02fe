import { parseArgs } from 'node:util'
import { soak } from './soak.js'

const MODES = /** @type {const} */ ({
  'no leeway': { leewaySeconds: 0, cacheLocation: 'localstorage' },
  'leeway of 5 s': { leewaySeconds: 5, cacheLocation: 'localstorage' },
  memory: { leewaySeconds: 0, cacheLocation: 'memory' },
})

const USAGE = `Two users, several tabs, and everything that can go wrong.

  npm run torture -- [--seconds 180] [--seed NUMBER] [--only MODE] [--verbose]

The modes are: ${Object.keys(MODES).join(', ')}. Each takes so many seconds. Ends with 1 if silent
work ended a session, users were mixed up, a call hung, a refresh token was spent twice, or a family
was revoked without a lost answer.
`

/** @type {Record<keyof import('./tally.js').Sum, string>} */
const LABELS = {
  calls: 'calls of getTokenSilently',
  exchanges: 'refresh requests',
  signInsSameUser: 'sign-ins of the same user over the session',
  signInsOtherUser: 'sign-ins of the other user over the session',
  stepUps: 'step-up logins',
  organizationSwitches: 'changes of the organization',
  signOuts: 'sign-outs',
  freezes: 'tabs frozen',
  dialogs: 'tabs stopped by a dialog',
  workersEnded: 'workers ended',
  crashes: 'tabs killed during a renewal',
  lostAnswers: 'answers lost after the tenant rotated',
  familiesRevoked: 'families revoked',
  familiesRevokedWithoutLoss: '**of them without a lost answer**',
  tokensSpentTwice: '**refresh tokens spent twice without need**',
  sessionsEnded: '**sessions ended by silent work**',
  signOutsUndone: '**sign-outs undone by silent work**',
  usersMixedUp: '**users mixed up**',
  organizationsMixedUp: '**organizations mixed up**',
  loginsReplacedByOlder: '**logins replaced by an older one**',
  signInsLost: '**sign-ins that failed**',
  callsHanging: '**calls without an end**',
  failedCalls: 'calls that ended in an error',
  errors: 'kinds of errors',
  p50Ms: 'a call, median (ms)',
  p99Ms: 'a call, 99th percentile (ms)',
}

/** What must be 0. */
const isInvariant = (/** @type {string} */ key) =>
  LABELS[/** @type {keyof typeof LABELS} */ (key)].startsWith('**')

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
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const run = async () => {
  const seconds = Number(values.seconds)
  const seed = Number(values.seed)
  const modes = Object.entries(MODES).filter(([name]) => name === (values.only ?? name))
  if (!(seconds > 0) || !Number.isInteger(seed) || modes.length === 0) throw new TypeError(USAGE)
  console.log(`${modes.length} × ${seconds} s with seed ${seed}\n`)
  /** @type {Record<string, import('./tally.js').Sum>} */
  const columns = {}
  for (const [name, mode] of modes) {
    columns[name] = await soak({ seconds, seed, isVerbose: values.verbose, ...mode })
  }
  printTable(columns)
  const isBad = Object.values(columns).some(sum =>
    Object.entries(sum).some(([key, value]) => isInvariant(key) && Number(value) > 0),
  )
  process.exitCode = isBad ? 1 : 0
}

if (values.help) console.log(USAGE)
else await run()
