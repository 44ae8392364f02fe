import { element } from './element.js'
import { clockTime, describeToken, plural } from './format.js'
import { foldRuns, toLines } from './token-tree.js'

/** @typedef {import('../../tokens/snapshots.js').TokenSnapshot} TokenSnapshot */
/** @typedef {import('./token-tree.js').TreeNode} TreeNode */

/**
 * @typedef {object} TreeMemory
 * What must survive a new drawing.
 * @property {Set<string>} opened runs that were unfolded, by the id of their first token
 * @property {Map<string, string>} seen the status each token was drawn with last
 * @property {boolean} isNew whether changes since the last drawing are new and highlighted
 */

/** @param {TokenSnapshot} token */
const nameOf = ({ generation }) => (generation === 0 ? 'Sign-in' : `Exchange ${generation}`)

/** @param {number} ms */
const time = ms =>
  element('time', { class: 'took', datetime: new Date(ms).toISOString() }, clockTime(ms))

/** @param {TokenSnapshot} token */
const reuseNote = ({ reusedAtMs }) =>
  reusedAtMs === undefined
    ? ''
    : element(
        'p',
        { class: 'token-alarm' },
        `Presented again at ${clockTime(reusedAtMs)}, though it was spent: reuse detected`,
      )

/**
 * @param {TreeNode} node
 * @param {TreeMemory} memory
 * @returns {HTMLLIElement}
 */
const tokenItem = ({ token, branches }, memory) => {
  const look = token.reusedAtMs === undefined ? token.status : `${token.status} reused`
  const isFresh = memory.isNew && memory.seen.get(token.id) !== look
  memory.seen.set(token.id, look)
  const note = describeToken(token)
  return element(
    'li',
    { class: 'token', 'data-status': token.status, 'data-token': token.id },
    element(
      'div',
      {
        class: 'token-row',
        ...(isFresh && { 'data-fresh': '' }),
        ...(token.reusedAtMs !== undefined && { 'data-reused': '' }),
      },
      element('span', { class: 'dot', 'aria-hidden': 'true' }),
      element('span', { class: 'token-name' }, nameOf(token)),
      element('code', { class: 'token-id' }, token.id),
      element('span', { class: 'state' }, token.status),
      time(token.issuedAtMs),
      note && element('p', { class: 'token-note' }, note),
      reuseNote(token),
    ),
    branches.length > 0
      ? element(
          'ul',
          { class: 'branches', 'aria-label': `Also issued from ${nameOf(token)} ${token.id}` },
          ...branches.map(line => element('li', {}, lineList(line, memory))),
        )
      : '',
  )
}

/**
 * @param {TreeNode[]} run
 * @param {TreeMemory} memory
 */
const runItem = (run, memory) => {
  const key = run[0]?.token.id ?? ''
  const isOpen = memory.opened.has(key)
  const details = element(
    'details',
    isOpen ? { open: '' } : {},
    element('summary', { 'data-key': key }, `${plural(run.length, 'more exchange')}, all spent`),
    element('ol', { class: 'line' }, ...run.map(node => tokenItem(node, memory))),
  )
  details.addEventListener('toggle', () => {
    if (details.open) memory.opened.add(key)
    else memory.opened.delete(key)
  })
  return element('li', { class: 'run' }, details)
}

/**
 * @param {TreeNode[]} line
 * @param {TreeMemory} memory
 * @returns {HTMLOListElement}
 */
const lineList = (line, memory) =>
  element(
    'ol',
    { class: 'line' },
    ...foldRuns(line).map(item =>
      Array.isArray(item) ? runItem(item, memory) : tokenItem(item, memory),
    ),
  )

/**
 * Draws a family's tokens as nested lists: down a list from each token to the one issued for it, a
 * list within where a token had several successors.
 *
 * @param {HTMLElement} place
 * @param {readonly TokenSnapshot[]} tokens
 * @param {TreeMemory} memory
 */
export const drawTree = (place, tokens, memory) => {
  const focused = place.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-key')
    : undefined
  place.replaceChildren(...toLines(tokens).map(line => lineList(line, memory)))
  const summary = focused && place.querySelector(`summary[data-key="${CSS.escape(focused)}"]`)
  if (summary instanceof HTMLElement) summary.focus()
}
