import { TimeoutError } from '../errors/core.ts'
import type { AuthorizationResponse, WebMessage } from '../types/platform.ts'

/** A page that has loaded and still says nothing after this long will not say anything. */
const SILENCE_MS = 10_000

/** Removing the frame at once makes some browsers show the page as loading for ever. */
const LINGER_MS = 2_000

const SILENT_PAGE =
  'The hidden page posted no message: are this origin and redirect_uri allowed at the tenant, and the tenant in frame-src?'

/** Whether the frame still shows what every frame starts with; the tenant's pages cannot be read. */
const isBlank = (frame: HTMLIFrameElement): boolean => {
  try {
    return frame.contentWindow?.location.href === 'about:blank'
  } catch {
    return false
  }
}

/**
 * Runs an authorization URL in a hidden iframe. Only a message of this frame's own window, from
 * the origin and for the state expected, ends the wait; every other is somebody else's.
 *
 * @throws TimeoutError when no answer comes, or when it is clear that none will
 * @throws the reason of the signal when that ends the wait
 */
export const createIframe =
  (parse: (data: unknown) => AuthorizationResponse | undefined): WebMessage =>
  (url, { origin, state, timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const frame = document.createElement('iframe')
      frame.width = frame.height = '0'
      frame.style.display = 'none'

      const finish = (lingerMs: number): void => {
        clearTimeout(timer)
        clearTimeout(silence)
        removeEventListener('message', onMessage)
        signal.removeEventListener('abort', onAbort)
        if (lingerMs) setTimeout(() => frame.remove(), lingerMs)
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
        finish(LINGER_MS)
        resolve(response)
      }
      const onLoad = (): void => {
        if (isBlank(frame)) return
        clearTimeout(silence)
        silence = setTimeout(() => giveUp({ cause: new Error(SILENT_PAGE) }), SILENCE_MS)
      }

      let silence: ReturnType<typeof setTimeout> | undefined
      const timer = setTimeout(giveUp, timeoutMs)
      addEventListener('message', onMessage)
      signal.addEventListener('abort', onAbort)
      // A script in the head may run before there is a body.
      const parent = document.body ?? document.documentElement
      parent.append(frame)
      frame.addEventListener('load', onLoad)
      frame.src = url
    })
