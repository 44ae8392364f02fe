import { find } from './element.js'
import { createFamilyView } from './family-view.js'

/** @typedef {import('../../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */
/** @typedef {import('./family-view.js').FamilyView} FamilyView */

const MOST_FAMILIES = 100

/**
 * All families, the newest first.
 *
 * @param {{ now: () => number, revoke: (name: string) => void }} parts
 */
export const createFamiliesView = ({ now, revoke }) => {
  const list = find('families', HTMLOListElement)
  const count = find('families-count', HTMLElement)
  const empty = find('families-empty', HTMLElement)
  const none = find('families-none', HTMLElement)
  const more = find('families-more', HTMLElement)
  const shown = find('shown', HTMLSelectElement)

  /** @type {Map<string, FamilyView>} in the order in which they began to be shown */
  const views = new Map()

  const arrange = () => {
    let visible = 0
    let active = 0
    for (const { card, status } of views.values()) {
      const isActive = status() === 'active'
      const fits = shown.value === 'all' || (shown.value === 'active') === isActive
      card.hidden = !fits
      visible += fits ? 1 : 0
      active += isActive ? 1 : 0
    }
    empty.hidden = views.size > 0
    none.hidden = views.size === 0 || visible > 0
    count.textContent = views.size === 0 ? '' : `${active} active · ${views.size - active} ended`
  }
  shown.addEventListener('change', arrange)
  setInterval(() => {
    for (const { tick } of views.values()) tick()
  }, 1000)

  /**
   * @param {FamilySnapshot} family
   * @param {{ isNew: boolean }} how
   */
  const put = (family, { isNew }) => {
    const known = views.get(family.name)
    if (known) return known.update(family, isNew)
    const view = createFamilyView({ family, isNew, now, revoke })
    views.set(family.name, view)
    list.prepend(view.card)
    const [oldest] = views.keys()
    if (views.size <= MOST_FAMILIES || oldest === undefined) return undefined
    views.get(oldest)?.card.remove()
    views.delete(oldest)
    more.hidden = false
    return undefined
  }

  return {
    /** @param {FamilySnapshot} family */
    put: family => {
      put(family, { isNew: true })
      arrange()
    },

    /**
     * Replaces everything after a new connection.
     *
     * @param {readonly FamilySnapshot[]} families
     * @param {boolean} isComplete
     */
    reset: (families, isComplete) => {
      const names = new Set(families.map(({ name }) => name))
      for (const [name, { card }] of views) {
        if (names.has(name)) continue
        card.remove()
        views.delete(name)
      }
      more.hidden = isComplete
      const oldestFirst = [...families].sort((one, other) => one.startedAtMs - other.startedAtMs)
      for (const family of oldestFirst) put(family, { isNew: false })
      arrange()
    },
  }
}
