import { PopupCancelledError, PopupTimeoutError } from '../errors/popup.ts'
import type { AuthorizationResponse } from '../types/platform.ts'

const LOOK_MS = 1000

/** Some login pages cut the tie to their opener, which then sees a closed window: wait for a word. */
const GRACE_MS = 2000

/**
 * Sends a popup to an authorization URL and waits for the message it posts. Messages from another
 * origin or another window are somebody else's.
 *
 * @throws PopupTimeoutError when no answer comes in time; the window stays open
 * @throws PopupCancelledError when the user closes the window
 */
export const runPopup = (
  popup: Window,
  url: string,
  {
    origin,
    timeoutMs,
    parse,
  }: {
    origin: string
    timeoutMs: number
    parse: (data: unknown) => AuthorizationResponse | undefined
  },
): Promise<AuthorizationResponse> =>
  new Promise((resolve, reject) => {
    let grace: ReturnType<typeof setTimeout> | undefined

    const finish = (): void => {
      clearInterval(look)
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

    const look = setInterval(() => {
      if (!popup.closed) return
      grace ??= setTimeout(() => giveUp(new PopupCancelledError(popup)), GRACE_MS)
    }, LOOK_MS)
    const timer = setTimeout(() => giveUp(new PopupTimeoutError(popup)), timeoutMs)
    addEventListener('message', onMessage)
    try {
      popup.location.href = url
    } catch {
      // Closed before it had an address: some browsers take its location away then.
      giveUp(new PopupCancelledError(popup))
    }
  })
