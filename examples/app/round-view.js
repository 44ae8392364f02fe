import { describeCount, describeDuration } from './describe.js'
import { element } from './element.js'
import { find } from './find.js'
import { TOKEN_SOURCES } from './token-sources.js'

/** @typedef {import('./renewal-rounds.js').RoundResult} RoundResult */

/** The results of all tabs in the last round. */
export const createRoundView = (/** @type {string} */ thisTab) => {
  const total = find('round-total', HTMLElement)
  const list = find('round-results', HTMLElement)
  const count = find('tab-count', HTMLElement)
  /** @type {RoundResult[]} */
  let results = []
  let current = ''

  /** @param {RoundResult} result */
  const row = ({ tab, source, tokenRequests, ms }) =>
    element(
      'li',
      { class: 'round-result', 'data-source': source },
      element('span', { class: 'round-tab' }, tab === thisTab ? 'This tab' : 'Another tab'),
      element('span', { class: 'source', 'data-source': source }, TOKEN_SOURCES[source]),
      element('span', { class: 'quiet' }, describeCount(tokenRequests, 'request')),
      element('span', { class: 'took' }, describeDuration(ms)),
    )

  return {
    /** @param {number} tabs */
    showTabs: tabs => {
      count.textContent = tabs === 1 ? '1 tab open' : `${tabs} tabs open`
    },
    /** @param {string} round */
    begin: round => {
      current = round
      results = []
      total.textContent = 'Every tab requests a token …'
      list.replaceChildren()
    },
    /** @param {RoundResult} result */
    add: result => {
      if (result.round !== current) return
      results.push(result)
      const requests = results.reduce((sum, { tokenRequests }) => sum + tokenRequests, 0)
      total.textContent = `${describeCount(requests, 'token request')} by ${describeCount(results.length, 'tab')}`
      list.append(row(result))
    },
  }
}
