/** @typedef {import('../../examples/tenant/http/request-log.js').LogEntry} LogEntry */
/** @typedef {{ ended: string, sub?: string | undefined, ms: number }} Outcome */

/**
 * What must never happen.
 *
 * @typedef {'sessionsEnded' | 'signOutsUndone' | 'usersMixedUp' | 'organizationsMixedUp'
 *   | 'loginsReplacedByOlder' | 'signInsLost' | 'callsHanging'} Violation
 */

/** @returns {Record<Violation, number>} */
const createViolations = () => ({
  sessionsEnded: 0,
  signOutsUndone: 0,
  usersMixedUp: 0,
  organizationsMixedUp: 0,
  loginsReplacedByOlder: 0,
  signInsLost: 0,
  callsHanging: 0,
})

/** Events of users and of their machines, as the table names them. */
const createCounts = () => ({
  signInsSameUser: 0,
  signInsOtherUser: 0,
  stepUps: 0,
  organizationSwitches: 0,
  signOuts: 0,
  freezes: 0,
  dialogs: 0,
  workersEnded: 0,
  crashes: 0,
})

/** Whether a request may have left the SDK without the tenant's answer, so that it may send again. */
const wasInDoubt = (/** @type {LogEntry} */ { lost, status, fault }) =>
  lost === true || fault !== undefined || status === 0 || status >= 500

/**
 * @param {number[]} sorted
 * @param {number} part of 0 to 1
 */
const percentile = (sorted, part) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

/**
 * Refresh tokens that were presented again although no answer was ever in doubt: with reuse
 * detection each of them would end a session. A request whose page has died may be worked on after
 * the next, so the order says nothing.
 *
 * @param {readonly LogEntry[]} entries
 */
const spentTwice = entries => {
  /** @type {Map<string, LogEntry[]>} */
  const byToken = new Map()
  for (const entry of entries) {
    const hash = entry.refreshTokenHash
    if (hash && entry.endpoint === 'token') byToken.set(hash, [...(byToken.get(hash) ?? []), entry])
  }
  return [...byToken.values()].filter(uses => uses.length > 1 && !uses.some(wasInDoubt))
}

/**
 * Adds up what happened in a run.
 *
 * @param {{ isVerbose: boolean }} options
 */
export const createTally = ({ isVerbose }) => {
  /** @type {Outcome[]} */
  const outcomes = []
  /** @type {LogEntry[]} */
  const entries = []
  const violations = createViolations()
  const counts = createCounts()
  const startMs = Date.now()
  /** @type {string[]} */
  const journal = []

  /** @param {string} text */
  const note = text => {
    const line = `${((Date.now() - startMs) / 1000).toFixed(2)} s  ${text}`
    journal.push(line)
    if (isVerbose) console.log(line)
  }

  /** The last events. */
  const tell = () => {
    if (!isVerbose) console.log(`${journal.slice(-40).join('\n')}\n`)
  }

  return {
    note,
    tell,

    /** @param {LogEntry} entry */
    request: entry => {
      entries.push(entry)
      const { endpoint, grantType = '', prompt = '', status, fault = '', lost, family = '' } = entry
      if (endpoint === 'token' || endpoint === 'authorize') {
        const words = [endpoint, grantType, prompt, status, fault, lost && 'lost', family]
        note(`    ${words.filter(Boolean).join(' ')}`)
      }
    },

    /** @param {keyof ReturnType<typeof createCounts>} name */
    count: name => {
      counts[name] += 1
    },

    /**
     * @param {Violation} name
     * @param {string} details
     */
    violation: (name, details) => {
      violations[name] += 1
      note(`VIOLATION ${name}: ${details}`)
      tell()
    },

    /** @param {readonly Outcome[]} ended */
    calls: ended => {
      outcomes.push(...ended)
    },

    /** The requests that must not have been, to look for the reason. */
    suspects: () => spentTwice(entries).flat(),

    /** @param {string[]} revoked names of the families that ended by reuse */
    sum: revoked => {
      const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b)
      const exchanges = entries.filter(({ grantType }) => grantType === 'refresh_token')
      const lost = exchanges.filter(entry => entry.lost && entry.workDone).length
      const inDoubt = new Set(exchanges.filter(wasInDoubt).map(({ family }) => family))
      const failed = outcomes.filter(({ ended }) => ended !== 'token')
      return {
        calls: outcomes.length,
        exchanges: exchanges.length,
        ...counts,
        lostAnswers: lost,
        familiesRevoked: revoked.length,
        familiesRevokedWithoutLoss: revoked.filter(name => !inDoubt.has(name)).length,
        tokensSpentTwice: spentTwice(entries).length,
        ...violations,
        failedCalls: failed.length,
        errors: [...new Set(failed.map(({ ended }) => ended))].sort().join(', ') || 'none',
        p50Ms: percentile(times, 0.5),
        p99Ms: percentile(times, 0.99),
      }
    },
  }
}

/** @typedef {ReturnType<typeof createTally>} Tally */
/** @typedef {ReturnType<Tally['sum']>} Sum */
