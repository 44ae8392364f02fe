/** How much longer an answer is waited for than the worker may take. */
const MARGIN_MS = 3_000

/** Longer timers would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1

interface AskOptions {
  /** How long the worker may take. */
  limitMs: number
  /** End the wait; it then rejects with the reason of the signal. */
  signals: readonly AbortSignal[]
  /** Called if the answer cannot be read, or does not arrive in time. Must abort a signal. */
  onFailure: (reason: string) => void
}

/**
 * Posts a message and waits for the answer on its own port. The margin starts only when the limit has
 * passed, so that a page that was frozen, or blocked by a dialog, receives the answer first.
 *
 * @throws DOMException if the message cannot be cloned
 */
export const askWorker = <T>(
  worker: Worker,
  message: unknown,
  { limitMs, signals, onFailure }: AskOptions,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel()
    const finish = (): void => {
      clearTimeout(timer)
      port1.close()
      for (const signal of signals) signal.removeEventListener('abort', onAbort)
    }
    const onAbort = (): void => {
      finish()
      reject(signals.find(({ aborted }) => aborted)?.reason)
    }
    const expire = (): void => onFailure('it did not answer in time')
    let timer = setTimeout(
      () => {
        timer = setTimeout(expire, MARGIN_MS)
      },
      Math.min(limitMs, MAX_TIMER_MS),
    )
    port1.onmessage = ({ data }) => {
      finish()
      resolve(data)
    }
    port1.onmessageerror = () => onFailure('its answer cannot be read')
    for (const signal of signals) signal.addEventListener('abort', onAbort)
    try {
      if (signals.some(({ aborted }) => aborted)) onAbort()
      else worker.postMessage(message, [port2])
    } catch (error) {
      finish()
      reject(error)
    }
  })
