import { createClientsView } from './clients-view.js'
import { find } from './element.js'
import { createFamiliesView } from './families-view.js'
import { describeReason } from './format.js'
import { createLinesView, eventLine, requestLine } from './lines-view.js'

/** @typedef {import('../../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */

/**
 * @typedef {object} Overview
 * @property {string} url
 * @property {string} key sent with every action
 * @property {number} now the tenant's clock
 * @property {FamilySnapshot[]} families
 * @property {boolean} isComplete
 * @property {import('./clients-view.js').ClientSummary[]} clients
 * @property {import('../../http/request-log.js').LogEntry[]} requests
 * @property {import('../../tokens/event-log.js').TenantEvent[]} events
 */

const main = find('main', HTMLElement)
const connection = find('connection', HTMLElement)
const problem = find('problem', HTMLElement)
const news = find('news', HTMLElement)

let key = ''
/** How far the tenant's clock is from this browser's. */
let aheadMs = 0

/**
 * @param {string} method
 * @param {string} path
 * @param {object} body
 */
const act = async (method, path, body) => {
  problem.textContent = ''
  try {
    const response = await fetch(`/dashboard/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-Dashboard-Key': key },
      body: JSON.stringify(body),
    })
    if (response.ok) return
    const { message } = await response.json().catch(() => ({}))
    problem.textContent = message ?? `The tenant answered ${response.status}.`
  } catch {
    problem.textContent = 'The tenant cannot be reached.'
  }
}

const families = createFamiliesView({
  now: () => Date.now() + aheadMs,
  revoke: name => act('POST', `families/${encodeURIComponent(name)}/revoke`, {}),
})
const clients = createClientsView({
  change: (clientId, change) => act('PATCH', `clients/${encodeURIComponent(clientId)}`, change),
})
const events = createLinesView({ id: 'events', toLine: eventLine })
const requests = createLinesView({ id: 'requests', toLine: requestLine })

/** @param {FamilySnapshot} family */
const announce = ({ sub, client_id, status, reason }) => {
  if (status === 'active') return
  news.textContent = `The family of ${sub} at ${client_id} is ${status}: ${describeReason(reason)}.`
}

/**
 * @param {'connecting' | 'live' | 'lost'} state
 * @param {string} text
 */
const showConnection = (state, text) => {
  if (connection.dataset.state === state) return
  connection.dataset.state = state
  connection.textContent = text
}

/** @param {Overview} overview */
const showAll = overview => {
  key = overview.key
  aheadMs = overview.now - Date.now()
  document.title = `Dashboard · ${new URL(overview.url).host}`
  families.reset(overview.families, overview.isComplete)
  clients.reset(overview.clients)
  events.reset(overview.events)
  requests.reset(overview.requests)
  showConnection('live', 'Live')
  main.removeAttribute('aria-busy')
}

/** @param {FamilySnapshot} family */
const showFamily = family => {
  families.put(family)
  announce(family)
}

/** @type {Record<string, (data: any) => void>} */
const HANDLERS = {
  overview: showAll,
  family: showFamily,
  clients: clients.reset,
  event: events.add,
  request: requests.add,
}

const RECONNECT_MS = 2000

const connect = () => {
  const source = new EventSource('/dashboard/live')
  for (const [kind, handle] of Object.entries(HANDLERS)) {
    source.addEventListener(kind, message => handle(JSON.parse(message.data)))
  }
  source.addEventListener('error', () => {
    showConnection('lost', 'Reconnecting')
    // The browser reconnects by itself, except after a response that is not an event stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RECONNECT_MS)
  })
}
connect()
