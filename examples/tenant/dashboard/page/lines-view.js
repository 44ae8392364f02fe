import { element, find } from './element.js'
import { clockTime, describeReason } from './format.js'

/** @typedef {import('../../tokens/event-log.js').TenantEvent} TenantEvent */
/** @typedef {import('../../http/request-log.js').LogEntry} LogEntry */

const MOST_LINES = 200

/** @param {number} ms */
const time = ms =>
  element('time', { class: 'took', datetime: new Date(ms).toISOString() }, clockTime(ms))

/** @type {Record<string, { text: string, mood: 'good' | 'info' | 'wait' | 'bad' }>} */
const EVENTS = {
  refresh_token_issued: { text: 'New family', mood: 'good' },
  refresh_token_rotated: { text: 'Rotated', mood: 'info' },
  refresh_token_kept: { text: 'Used, not rotated', mood: 'info' },
  refresh_token_reused: { text: 'Reuse detected', mood: 'bad' },
  refresh_token_expired: { text: 'Expired', mood: 'wait' },
  refresh_token_revoked: { text: 'Revoked', mood: 'wait' },
  fault_applied: { text: 'Fault', mood: 'wait' },
  server_error: { text: 'Error in the tenant', mood: 'bad' },
}

/** @param {string} type */
const eventLook = type => EVENTS[type] ?? { text: type.replaceAll('_', ' '), mood: 'info' }

/** @param {TenantEvent} event */
export const eventLine = event => {
  const { text, mood } = eventLook(event.type)
  const details = [
    event.withinLeeway ? 'within the leeway' : '',
    event.generation ? `exchange ${event.generation}` : '',
    describeReason(event.reason),
    event.fault,
    event.endpoint && `at ${event.endpoint}`,
    event.sub,
    event.message,
  ].filter(Boolean)
  return element(
    'li',
    { class: 'entry', 'data-event': event.type },
    element('span', { class: 'mood', 'data-mood': mood }, text),
    event.family ? element('code', {}, event.family) : '',
    time(event.time),
    element('p', { class: 'quiet' }, details.join(' · ')),
  )
}

/** @param {LogEntry} entry */
export const requestLine = entry =>
  element(
    'li',
    { class: 'entry', ...((entry.lost || entry.status >= 400) && { 'data-failed': '' }) },
    element('span', { class: 'status' }, entry.lost ? 'lost' : String(entry.status)),
    element('code', {}, `${entry.method} ${entry.path}`),
    time(entry.time),
    element(
      'p',
      { class: 'quiet' },
      [
        entry.grantType?.replace('urn:ietf:params:oauth:grant-type:', ''),
        entry.prompt && `prompt=${entry.prompt}`,
        entry.client_id,
        entry.fault && `fault: ${entry.fault}`,
        entry.refreshTokenHash && `presented ${entry.refreshTokenHash}`,
        entry.issuedRefreshTokenHash && `issued ${entry.issuedRefreshTokenHash}`,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
  )

/**
 * A list whose newest entry comes first; old ones go.
 *
 * @template Entry
 * @param {{ id: string, toLine: (entry: Entry) => HTMLElement }} parts
 */
export const createLinesView = ({ id, toLine }) => {
  const list = find(id, HTMLOListElement)
  const empty = find(`${id}-empty`, HTMLElement)

  const settle = () => {
    while (list.children.length > MOST_LINES) list.lastElementChild?.remove()
    empty.hidden = list.children.length > 0
    list.hidden = !empty.hidden
  }

  return {
    /** @param {Entry} entry */
    add: entry => {
      list.prepend(toLine(entry))
      settle()
    },
    /** @param {readonly Entry[]} entries */
    reset: entries => {
      list.replaceChildren(...[...entries].reverse().map(toLine))
      settle()
    },
  }
}
