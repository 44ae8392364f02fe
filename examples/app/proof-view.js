import { describeAge } from './describe.js'
import { find } from './find.js'
import { paintJson } from './json-view.js'

/** @typedef {import('./watch-wire.js').WireRequest} WireRequest */

const TICK_MS = 1000

/** @param {'token' | 'api'} kind */
const createEntry = kind => {
  const details = find(`proof-${kind}`, HTMLDetailsElement)
  const request = find(`proof-${kind}-request`, HTMLElement)
  const age = find(`proof-${kind}-age`, HTMLElement)
  const header = find(`proof-${kind}-header`, HTMLElement)
  const claims = find(`proof-${kind}-claims`, HTMLElement)
  /** @type {number | undefined} */
  let issuedAt

  const tick = () => {
    if (issuedAt === undefined) return
    const text = describeAge(Date.now() / 1000 - issuedAt)
    if (age.textContent !== text) age.textContent = text
  }
  setInterval(tick, TICK_MS)

  return {
    details,
    /** @param {WireRequest} shown */
    show: ({ method, path, proof }) => {
      if (!proof) return
      details.hidden = false
      request.textContent = `${method} ${path}`
      header.replaceChildren(...paintJson(proof.header))
      claims.replaceChildren(...paintJson(proof.payload))
      issuedAt = Number(proof.payload.iat)
      tick()
    },
  }
}

/** The DPoP proofs of the last requests, decoded: one to the tenant and one to the API. */
export const createProofView = () => {
  const entries = { token: createEntry('token'), api: createEntry('api') }
  const empty = find('proofs-empty', HTMLElement)
  return {
    /** @param {WireRequest} request */
    show: request => {
      if (!request.proof || request.kind === 'iframe') return
      empty.hidden = true
      entries[request.kind].show(request)
      // The latest one is open; its request is the one that was just made.
      for (const [kind, { details }] of Object.entries(entries))
        details.open = kind === request.kind
    },
  }
}
