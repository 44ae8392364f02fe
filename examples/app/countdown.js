import { describeCountdown, describeTime } from './describe.js'
import { find } from './find.js'
import { isFresh, MARGIN_SECONDS } from './token-cache.js'

/** @typedef {import('./token-cache.js').HeldToken} HeldToken */

const TICK_MS = 250

/** @type {Record<string, { label: string, text: string }>} */
const STATES = {
  none: { label: 'No token', text: 'A call requests one from the tenant.' },
  fresh: { label: 'Fresh', text: 'A call gets this token from the cache.' },
  due: { label: 'Due', text: 'Less than a minute left: the next call renews it.' },
  expired: { label: 'Expired', text: 'The next call renews it.' },
}

/**
 * @param {HeldToken | undefined} token
 * @param {number} left
 */
const stateOf = (token, left) => {
  if (!token) return 'none'
  if (isFresh(token)) return 'fresh'
  return left > 0 ? 'due' : 'expired'
}

/** Counts down to the moment the cached access token expires. */
export const createCountdown = () => {
  const panel = find('countdown-panel', HTMLElement)
  const digits = find('countdown', HTMLElement)
  const state = find('countdown-state', HTMLElement)
  const text = find('countdown-text', HTMLElement)
  const bar = find('countdown-bar', HTMLProgressElement)
  const until = find('countdown-until', HTMLElement)
  /** @type {HeldToken | undefined} */
  let token

  const render = () => {
    const left = token ? token.expiresAt - Date.now() / 1000 : 0
    const name = stateOf(token, left)
    bar.value = Math.max(0, left)
    const shown = token ? describeCountdown(left) : '—'
    if (digits.textContent !== shown) digits.textContent = shown
    if (panel.dataset.state === name) return
    panel.dataset.state = name
    state.textContent = STATES[name]?.label ?? ''
    text.textContent = STATES[name]?.text ?? ''
  }
  setInterval(render, TICK_MS)

  return {
    /** @param {HeldToken | undefined} next */
    show: next => {
      token = next
      const lifetime = next?.lifetimeSeconds || 1
      bar.max = lifetime
      panel.style.setProperty('--margin', String(Math.min(1, MARGIN_SECONDS / lifetime)))
      until.textContent = next ? describeTime(next.expiresAt) : '–'
      render()
    },
  }
}
