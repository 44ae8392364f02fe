import { element } from './element.js'
import { drawTree } from './family-tree.js'
import { approximateDuration, clockTime, describeReason, plural } from './format.js'

/** @typedef {import('../../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */

/** @param {FamilySnapshot} family */
const endedAt = ({ tokens }) => Math.max(0, ...tokens.map(({ endedAtMs = 0 }) => endedAtMs))

/** @param {FamilySnapshot} family */
const verdict = family => {
  if (family.status === 'active') return ''
  const at = endedAt(family)
  const when = at > 0 ? ` at ${clockTime(at)}` : ''
  const what = family.status === 'revoked' ? 'Revoked' : 'Expired'
  const why = family.reason ? `: ${describeReason(family.reason)}` : ''
  return `${what}${when}${why}.`
}

/**
 * @param {FamilySnapshot} family
 * @param {number} now
 */
const lifetime = ({ startedAtMs, expiresAtMs, idleExpiresAtMs, status, tokens }, now) => {
  const parts = [`${plural(tokens.length, 'token')} since ${clockTime(startedAtMs)}`]
  if (status !== 'active') return parts.join('')
  if (expiresAtMs !== undefined)
    parts.push(`ends in ${approximateDuration((expiresAtMs - now) / 1000)}`)
  if (idleExpiresAtMs !== undefined) {
    parts.push(`in ${approximateDuration((idleExpiresAtMs - now) / 1000)} when not used`)
  }
  if (expiresAtMs === undefined && idleExpiresAtMs === undefined) parts.push('never ends by itself')
  return parts.join(' · ')
}

/**
 * The card of one family. The element is kept while the family changes, so that the focus and the
 * scroll position are not lost.
 *
 * @param {{
 *   family: FamilySnapshot,
 *   isNew: boolean,
 *   now: () => number,
 *   revoke: (name: string) => void,
 * }} parts `isNew`: it was just created
 */
export const createFamilyView = ({ family: first, isNew, now, revoke }) => {
  const titleId = `family-${first.name}`
  const pill = element('span', { class: 'pill' })
  const verdictLine = element('p', { class: 'verdict' })
  const tree = element('div', { class: 'tree' })
  const lifetimeLine = element('p', { class: 'quiet' })
  const button = element(
    'button',
    { type: 'button', 'aria-describedby': titleId },
    'Revoke the family',
  )
  button.addEventListener('click', () => revoke(first.name))

  const card = element(
    'li',
    { class: 'card family', 'data-family': first.name },
    element(
      'div',
      { class: 'family-head' },
      element(
        'h3',
        { id: titleId },
        first.sub,
        element('span', {}, ' at '),
        first.client_id,
        ' ',
        element('code', {}, first.name),
      ),
      pill,
    ),
    element('p', { class: 'scope' }, [first.audience, first.scope].filter(Boolean).join(' · ')),
    verdictLine,
    tree,
    element('div', { class: 'family-foot' }, lifetimeLine, button),
  )
  /** @type {import('./family-tree.js').TreeMemory} */
  const memory = { opened: new Set(), seen: new Map(), isNew }
  let family = first

  const tick = () => {
    const text = lifetime(family, now())
    if (lifetimeLine.textContent !== text) lifetimeLine.textContent = text
  }

  /**
   * @param {FamilySnapshot} latest
   * @param {boolean} hasJustHappened
   */
  const update = (latest, hasJustHappened) => {
    family = latest
    memory.isNew = hasJustHappened
    card.dataset.status = family.status
    pill.dataset.state = family.status
    pill.textContent = family.status
    verdictLine.textContent = verdict(family)
    button.hidden = family.status !== 'active'
    drawTree(tree, family.tokens, memory)
    tick()
  }
  update(first, isNew)

  return { card, update, tick, status: () => family.status }
}

/** @typedef {ReturnType<typeof createFamilyView>} FamilyView */
