import { element, find } from './element.js'

/**
 * @typedef {object} ClientSummary
 * @property {string} client_id
 * @property {readonly string[]} origins
 * @property {'rotating' | 'non-rotating'} rotation_type
 * @property {number} leeway
 */

/** @typedef {{ rotation_type: string, leeway: string }} ClientChange */

/**
 * @param {ClientSummary} client
 * @param {(clientId: string, change: ClientChange) => void} change
 */
const createClientView = (client, change) => {
  const clientId = client.client_id
  const rotation = element('input', { type: 'checkbox', role: 'switch' })
  const leeway = element('input', { type: 'number', min: '0', step: '1', inputmode: 'numeric' })
  const origins = element('p', { class: 'quiet' })
  const item = element(
    'li',
    { class: 'client', 'data-client': clientId },
    element('h3', {}, clientId),
    origins,
    element(
      'div',
      { class: 'controls' },
      element('label', { class: 'control' }, rotation, 'Rotation'),
      element('label', { class: 'control' }, 'Leeway', leeway, 'seconds'),
    ),
  )
  const send = () => {
    if (!leeway.reportValidity()) return
    change(clientId, {
      rotation_type: rotation.checked ? 'rotating' : 'non-rotating',
      leeway: leeway.value === '' ? '0' : leeway.value,
    })
  }
  rotation.addEventListener('change', send)
  leeway.addEventListener('change', send)

  /** @param {ClientSummary} latest */
  const update = latest => {
    origins.textContent = latest.origins.join(', ')
    rotation.checked = latest.rotation_type === 'rotating'
    if (document.activeElement !== leeway) leeway.value = String(latest.leeway)
  }
  update(client)
  return { item, update }
}

/** @param {{ change: (clientId: string, change: ClientChange) => void }} parts */
export const createClientsView = ({ change }) => {
  const list = find('clients', HTMLUListElement)
  /** @type {Map<string, ReturnType<typeof createClientView>>} */
  const views = new Map()

  return {
    /** @param {readonly ClientSummary[]} clients */
    reset: clients => {
      const ids = new Set(clients.map(({ client_id }) => client_id))
      for (const [id, { item }] of views) {
        if (ids.has(id)) continue
        item.remove()
        views.delete(id)
      }
      for (const client of clients) {
        const known = views.get(client.client_id)
        if (known) {
          known.update(client)
          continue
        }
        const view = createClientView(client, change)
        views.set(client.client_id, view)
        list.append(view.item)
      }
    },
  }
}
