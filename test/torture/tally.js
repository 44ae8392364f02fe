/** @typedef {import('../../examples/tenant/http/request-log.js').LogEntry} LogEntry */
/** @typedef {{ ended: string, ms: number }} Outcome */

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

/** Adds up what happened in a soak. */
export const createTally = () => {
  /** @type {Outcome[]} */
  const outcomes = []
  /** @type {LogEntry[]} */
  const entries = []
  let signOuts = 0
  let crashes = 0

  return {
    /** @param {LogEntry} entry */
    request: entry => {
      entries.push(entry)
    },
    crash: () => {
      crashes += 1
    },
    /** @param {{ outcomes: Outcome[], isSignedIn: boolean }} result */
    calls: result => {
      outcomes.push(...result.outcomes)
      if (!result.isSignedIn || result.outcomes.some(({ ended }) => ended === 'login_required')) {
        signOuts += 1
      }
    },

    /** The requests that must not have been, for whoever looks for the reason. */
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
        crashes,
        lostAnswers: lost,
        familiesRevoked: revoked.length,
        familiesRevokedWithoutLoss: revoked.filter(name => !inDoubt.has(name)).length,
        tokensSpentTwice: spentTwice(entries).length,
        signOuts,
        failedCalls: failed.length,
        errors: [...new Set(failed.map(({ ended }) => ended))].sort().join(', ') || 'none',
        p50Ms: percentile(times, 0.5),
        p99Ms: percentile(times, 0.99),
      }
    },
  }
}

/** @typedef {ReturnType<ReturnType<typeof createTally>['sum']>} Sum */
