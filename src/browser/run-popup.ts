import { PopupCancelledError, PopupTimeoutError } from '../errors/popup.ts'

const POLL_MS = 1000

/**
 * With `Cross-Origin-Opener-Policy` on the login page, `popup.closed` is true although the popup is
 * open: wait this long before giving up.
 */
const CLOSED_GRACE_MS = 2000

/** Which message ends the wait for a popup. */
export interface PopupWait<T> {
  /** The origin that the message must come from. */
  origin: string
  timeoutMs: number
  /** Reads a message; `undefined` if it is not an authorization response. */
  parse: (data: unknown) => T | undefined
}

/**
 * Sends a popup to an authorization URL and waits for the message it posts. Messages from another
 * origin or another window are ignored.
 *
 * @throws PopupTimeoutError if no message arrives in time; the window stays open
 * @throws PopupCancelledError if the user closes the window
 */
export const runPopup = <T>(
  popup: Window,
  url: string,
  { origin, timeoutMs, parse }: PopupWait<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    let grace: ReturnType<typeof setTimeout> | undefined

    const finish = (): void => {
      clearInterval(poll)
      clearTimeout(grace)
      clearTimeout(timer)
      removeEventListener('message', onMessage)
    }
    const giveUp = (error: Error): void => {
      finish()
      reject(error)
    }
    const onMessage = (event: MessageEvent): void => {
      if (event.origin !== origin) return
      if (event.source && event.source !== popup) return
      const response = parse(event.data)
      if (!response) return
      finish()
      resolve(response)
    }

    const poll = setInterval(() => {
      if (!popup.closed) return
      grace ??= setTimeout(() => giveUp(new PopupCancelledError(popup)), CLOSED_GRACE_MS)
    }, POLL_MS)
    const timer = setTimeout(() => giveUp(new PopupTimeoutError(popup)), timeoutMs)
    addEventListener('message', onMessage)
    try {
      popup.location.href = url
    } catch {
      // Some browsers remove the location of a window that was closed before it had an address.
      giveUp(new PopupCancelledError(popup))
    }
  })
