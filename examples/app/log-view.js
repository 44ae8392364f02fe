import { describeDuration, describeRequests } from './describe.js'
import { element } from './element.js'
import { TOKEN_SOURCES } from './token-sources.js'

/** @typedef {import('./measure-call.js').MeasuredCall} MeasuredCall */
/** @typedef {import('./watch-wire.js').WireRequest} WireRequest */

const MAX_ENTRIES = 30

const timestamp = () => {
  const now = new Date()
  const text = now.toLocaleTimeString([], { timeStyle: 'medium' })
  return element('time', { class: 'took', datetime: now.toISOString() }, text)
}

/** @param {WireRequest} request */
const requestLine = ({ method, path, detail, status, error, ms }) =>
  element(
    'li',
    { class: 'request' },
    element('code', {}, `${method} ${path}`),
    element('span', { class: 'quiet' }, detail),
    status === undefined ? '' : element('span', { class: 'status' }, String(status)),
    error === undefined ? '' : element('code', { class: 'request-error' }, error),
    ms === undefined ? '' : element('span', { class: 'took' }, describeDuration(ms)),
  )

/** @param {unknown} error */
const errorLine = error =>
  element('p', { class: 'entry-error' }, error instanceof Error ? error.message : String(error))

/** @param {MeasuredCall} call */
const callEntry = ({ name, source, requests, tokenRequests, ms, error }) =>
  element(
    'li',
    { class: 'entry', 'data-source': source, 'data-token-requests': String(tokenRequests) },
    element(
      'div',
      { class: 'entry-head' },
      element('span', { class: 'source', 'data-source': source }, TOKEN_SOURCES[source]),
      element('span', { class: 'took' }, describeRequests(requests.length, ms)),
    ),
    element(
      'div',
      { class: 'entry-head' },
      element('code', { class: 'entry-call' }, name),
      timestamp(),
    ),
    error === undefined ? '' : errorLine(error),
    requests.length > 0 ? element('ul', { class: 'requests' }, ...requests.map(requestLine)) : '',
  )

/**
 * Newest entry first; old entries are removed.
 *
 * @param {HTMLElement} list
 */
export const createLogView = list => {
  /** @param {HTMLElement} entry */
  const add = entry => {
    list.querySelector('.empty')?.remove()
    list.prepend(entry)
    while (list.children.length > MAX_ENTRIES) list.lastElementChild?.remove()
  }

  return {
    /** @param {MeasuredCall} call */
    addCall: call => add(callEntry(call)),
    /** @param {string} text */
    addNote: text =>
      add(
        element(
          'li',
          { class: 'entry entry-head note', 'data-source': 'note' },
          element('p', {}, text),
          timestamp(),
        ),
      ),
  }
}
