import { TimeoutError } from '../errors/core.ts'
import { timeoutCause } from '../errors/timeout-cause.ts'

/** How an authorization URL is opened without leaving the page, and which message ends the wait. */
export interface WebMessageWait {
  /** The origin that the message must come from. */
  origin: string
  state: string
  timeoutMs: number
  signal: AbortSignal
}

/** After a page has loaded, this long without a message means that none will come. */
const SILENCE_MS = 10_000

/** Some browsers show the page as loading forever if the frame is removed at once. */
const REMOVAL_DELAY_MS = 2_000

/** How often it is checked whether the page has removed the frame. */
const WATCH_MS = 500

const REMOVED = 'The page has removed the hidden iframe twice'

const SILENT_PAGE =
  'The hidden page posted no message: are this origin and redirect_uri allowed at the tenant, and the tenant in frame-src?'

/** Whether the frame still shows the initial blank page; the tenant's pages cannot be read. */
const isBlank = (frame: HTMLIFrameElement): boolean => {
  try {
    return frame.contentWindow?.location.href === 'about:blank'
  } catch {
    return false
  }
}

/**
 * Opens an authorization URL in a hidden iframe. Only a message from this frame's window, with the
 * expected origin and state, ends the wait; other messages are ignored. If the page removes the frame,
 * for example with all of its body, it is added once more, outside of the body.
 *
 * @param parse reads a message; `undefined` if it is not an authorization response
 * @throws TimeoutError if no message arrives, or as soon as it is clear that none will
 * @throws the reason of the signal if that is aborted
 */
export const runIframe = <T extends { state?: string }>(
  url: string,
  { origin, state, timeoutMs, signal }: WebMessageWait,
  parse: (data: unknown) => T | undefined,
): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason
    const frame = document.createElement('iframe')
    frame.width = frame.height = '0'
    frame.style.display = 'none'

    const finish = (removalDelayMs: number): void => {
      clearTimeout(timer)
      clearTimeout(silence)
      clearInterval(watch)
      removeEventListener('message', onMessage)
      signal.removeEventListener('abort', onAbort)
      if (removalDelayMs) setTimeout(() => frame.remove(), removalDelayMs)
      else frame.remove()
    }
    const fail = (error: unknown): void => {
      finish(0)
      reject(error)
    }
    const giveUp = (options?: ErrorOptions): void => fail(new TimeoutError(undefined, options))
    const onAbort = (): void => fail(signal.reason)
    const onMessage = (event: MessageEvent): void => {
      if (event.origin !== origin) return
      if (event.source && event.source !== frame.contentWindow) return
      const response = parse(event.data)
      if (response?.state !== state) return
      finish(REMOVAL_DELAY_MS)
      resolve(response as T)
    }
    const onLoad = (): void => {
      if (isBlank(frame)) return
      clearTimeout(silence)
      silence = setTimeout(() => giveUp({ cause: new Error(SILENT_PAGE) }), SILENCE_MS)
    }

    let silence: ReturnType<typeof setTimeout> | undefined
    const timer = setTimeout(
      () => giveUp(timeoutCause('Hidden iframe', timeoutMs, 'authorizeTimeoutInSeconds')),
      timeoutMs,
    )
    let isMoved = false
    const watch = setInterval(() => {
      if (frame.isConnected) return
      if (isMoved) return giveUp({ cause: new Error(REMOVED) })
      isMoved = true
      clearTimeout(silence)
      document.documentElement.append(frame)
    }, WATCH_MS)
    addEventListener('message', onMessage)
    signal.addEventListener('abort', onAbort)
    // A script in the head may run before the document has a body.
    const parent = document.body ?? document.documentElement
    parent.append(frame)
    frame.addEventListener('load', onLoad)
    frame.src = url
  })
