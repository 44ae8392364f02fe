import { isBrowser } from './environment.ts'

/** Calls the listener for each event of this page, if there is a page that can be listened to. */
const listen = (
  type: string,
  listener: (event: Partial<PageTransitionEvent>) => void,
  until: AbortSignal,
): void => {
  try {
    if (isBrowser()) addEventListener(type, listener as EventListener, { signal: until })
  } catch {
    // The SDK works without the event.
  }
}

/** Calls the listener each time the browser comes back online. */
export const onOnline = (listener: () => void, until: AbortSignal): void =>
  listen('online', listener, until)

/**
 * Watches a page that goes into the back/forward cache, where it receives no messages.
 *
 * @param before called when the page is hidden; the result is passed to `after`
 * @param after called when the same page is shown again
 */
export const onRestore = <T>(
  before: () => T,
  after: (state: T | undefined) => void,
  until: AbortSignal,
): void => {
  let state: T | undefined
  const onHide = (): void => {
    state = before()
  }
  listen('pagehide', onHide, until)
  listen('pageshow', ({ persisted }) => persisted && after(state), until)
}

/** Resolves when another tab has changed localStorage, or after the time given. */
export const storageChange = (timeoutMs: number): Promise<void> =>
  new Promise(resolve => {
    const controller = new AbortController()
    const done = (): void => {
      clearTimeout(timer)
      controller.abort()
      resolve()
    }
    const timer = setTimeout(done, timeoutMs)
    listen('storage', done, controller.signal)
  })
