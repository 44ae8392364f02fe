/** @typedef {import('../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */

/** The limits of what a page shows. */
const MOST_FAMILIES = 100
const MOST_ENTRIES = 200

const LOOK_EVERY_MS = 500

/**
 * @typedef {object} Ledger
 * @property {() => FamilySnapshot[]} families
 * @property {(listener: (family: FamilySnapshot) => void) => () => void} subscribe
 * @property {(name: string, reason: import('../tokens/snapshots.js').EndReason) => boolean} revoke
 */

/**
 * @typedef {object} LiveParts
 * @property {string} url
 * @property {string} key
 * @property {Ledger} ledger
 * @property {import('../start-tenant.js').Tenant['log']} log
 * @property {readonly import('../tokens/event-log.js').TenantEvent[]} events
 * @property {import('../tokens/event-log.js').SubscribeToEvents} subscribeToEvents
 * @property {() => unknown} describeClients
 */

/** @param {FamilySnapshot} family */
const lastChangeOf = ({ startedAtMs, tokens }) =>
  Math.max(
    startedAtMs,
    ...tokens.flatMap(({ issuedAtMs, lastUsedAtMs = 0, endedAtMs = 0 }) => [
      issuedAtMs,
      lastUsedAtMs,
      endedAtMs,
    ]),
  )

/** @param {readonly FamilySnapshot[]} families */
const latest = families =>
  families
    .map(family => ({ family, at: lastChangeOf(family) }))
    .sort((one, other) => other.at - one.at)
    .slice(0, MOST_FAMILIES)
    .map(({ family }) => family)

/**
 * Clients and settings are plain objects that change without an event, so they are polled.
 *
 * @param {() => unknown} read
 * @param {(value: unknown) => void} onChange
 */
const watch = (read, onChange) => {
  let known = JSON.stringify(read())
  const timer = setInterval(() => {
    const value = read()
    const text = JSON.stringify(value)
    if (text === known) return
    known = text
    onChange(value)
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

/**
 * The data of the dashboard. It contains no tokens: the ledger, the request log and the events have
 * none.
 *
 * @param {LiveParts} parts
 * @returns {import('./live-stream.js').LiveSource}
 */
export const createLiveSource = ({ url, key, ledger, log, events, ...parts }) => ({
  overview: () => {
    const families = ledger.families()
    return {
      url,
      key,
      now: Date.now(),
      families: latest(families),
      isComplete: families.length <= MOST_FAMILIES,
      clients: parts.describeClients(),
      requests: log.entries.slice(-MOST_ENTRIES),
      events: events.slice(-MOST_ENTRIES),
    }
  },
  follow: send => {
    const endings = [
      ledger.subscribe(family => send({ kind: 'family', key: family.name, data: family })),
      log.subscribe(entry => send({ kind: 'request', data: entry })),
      parts.subscribeToEvents(event => send({ kind: 'event', data: event })),
      watch(parts.describeClients, data => send({ kind: 'clients', key: 'clients', data })),
    ]
    return () => {
      for (const end of endings) end()
    }
  },
})
