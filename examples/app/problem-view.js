import { element } from './element.js'

/** @param {unknown} error */
const titleOf = error => {
  if (error instanceof Error && 'error' in error) return String(error.error)
  return error instanceof Error ? error.name : 'error'
}

/** @param {unknown} error */
const descriptionOf = error => {
  if (error instanceof Error && 'error_description' in error) return String(error.error_description)
  return error instanceof Error ? error.message : String(error)
}

/**
 * Shows an error as text, never as markup, because part of it comes from the address bar.
 *
 * @param {HTMLElement} area an alert
 */
export const createProblemView = area => ({
  /** @param {unknown} error */
  show: error =>
    area.replaceChildren(
      element('strong', {}, element('code', {}, titleOf(error))),
      element('span', {}, descriptionOf(error)),
    ),
  clear: () => area.replaceChildren(),
})
