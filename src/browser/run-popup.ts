import { PopupCancelledError, PopupTimeoutError } from '../errors/popup.ts'
import { timeoutCause } from '../errors/timeout-cause.ts'

const POLL_MS = 1000

/**
 * With `Cross-Origin-Opener-Policy` on the login page, `popup.closed` is true although the popup is
 * open: wait this long before giving up.
 */
const CLOSED_GRACE_MS = 2000

const CLOSED = 'By the user, or Cross-Origin-Opener-Policy separates the window from this page'
const TAKEN_OVER = 'Another login uses the window'

/** Ends the wait for a window, by window: a browser gives the same window for the same name. */
const waits = new WeakMap<Window, () => void>()

/** Which message ends the wait for a popup. */
export interface PopupWait<T> {
  /** The origin that the message must come from. */
  origin: string
  state: string
  timeoutMs: number
  /** Reads a message; `undefined` if it is not an authorization response. */
  parse: (data: unknown) => T | undefined
}

/**
 * Sends a popup to an authorization URL and waits for the message it posts. Messages from another
 * origin or another window, or with another state, are ignored.
 *
 * @throws PopupTimeoutError if no message arrives in time; the window stays open
 * @throws PopupCancelledError if the user closes the window, or another login takes it over
 */
export const runPopup = <T extends { state?: string }>(
  popup: Window,
  url: string,
  { origin, state, timeoutMs, parse }: PopupWait<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    let grace: ReturnType<typeof setTimeout> | undefined

    const finish = (): void => {
      clearInterval(poll)
      clearTimeout(grace)
      clearTimeout(timer)
      removeEventListener('message', onMessage)
      waits.delete(popup)
    }
    const giveUp = (error: Error): void => {
      finish()
      reject(error)
    }
    const onMessage = (event: MessageEvent): void => {
      if (event.origin !== origin) return
      if (event.source && event.source !== popup) return
      const response = parse(event.data)
      if (response?.state !== state) return
      finish()
      resolve(response as T)
    }

    const cancel = (reason: string): void =>
      giveUp(new PopupCancelledError(popup, { cause: new Error(reason) }))

    waits.get(popup)?.()
    waits.set(popup, () => cancel(TAKEN_OVER))
    const poll = setInterval(() => {
      if (popup.closed) grace ??= setTimeout(() => cancel(CLOSED), CLOSED_GRACE_MS)
    }, POLL_MS)
    const timer = setTimeout(
      () =>
        giveUp(new PopupTimeoutError(popup, timeoutCause('Popup', timeoutMs, 'timeoutInSeconds'))),
      timeoutMs,
    )
    addEventListener('message', onMessage)
    try {
      popup.location.href = url
    } catch {
      // Some browsers remove the location of a window that was closed before it had an address.
      cancel(CLOSED)
    }
  })
