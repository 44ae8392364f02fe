import { isBrowser } from './environment.ts'

/** Calls the listener each time the browser comes back online. */
export const onOnline = (listener: () => void): void => {
  if (isBrowser()) addEventListener('online', listener)
}

/**
 * Watches a page that goes into the back/forward cache, where it receives no messages.
 *
 * @param before called when the page is hidden; the result is passed to `after`
 * @param after called when the same page is shown again
 */
export const onRestore = <T>(before: () => T, after: (state: T | undefined) => void): void => {
  if (!isBrowser()) return
  let state: T | undefined
  addEventListener('pagehide', () => {
    state = before()
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) after(state)
  })
}
