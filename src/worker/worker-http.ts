import { askWorker, startWorker } from '../browser/start-worker.ts'
import { GenericError, TimeoutError } from '../errors/core.ts'
import type { Http, HttpReply, HttpRequest } from '../types/platform.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { holdsReference, notHeld } from './references.ts'
import workerSource from './token-worker.ts?source'

/** `Http` whose refresh tokens stay in a worker; what the page gets are references to them. */
export interface WorkerHttp {
  send: Http
  /** Forgets every refresh token. */
  clear(): Promise<void>
}

interface WorkerHttpParts {
  /** The worker's file, where the page's policy allows no `blob:`. */
  workerUrl: string | undefined
  /** The tenant: refresh tokens go nowhere else. */
  baseUrl: string
}

const START_TIMEOUT_MS = 10_000

const WITHOUT =
  'No token worker: refresh tokens stay in the page. Allow worker-src blob: or set workerUrl; trusted-types must name latchkey.'

const read = (answer: FromWorker): HttpReply => {
  if ('reply' in answer) return answer.reply
  if ('done' in answer) throw new GenericError('worker_error', 'The worker gave no reply.')
  const { error, error_description, cause } = answer.failure
  throw error === 'timeout'
    ? new TimeoutError(error_description, { cause })
    : new GenericError(error, error_description, { cause })
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })

/** Refresh tokens themselves, in the page; references are those of a worker that has failed. */
const inThisPage = (http: Http): WorkerHttp => ({
  send: async request => (holdsReference(request.body) ? notHeld() : http(request)),
  clear: async () => {},
})

const inWorker = async (
  { workerUrl, baseUrl }: WorkerHttpParts,
  onFailure: () => void,
): Promise<WorkerHttp> => {
  const worker = startWorker(workerUrl ? { url: workerUrl } : { source: workerSource })
  /** A worker says nothing of its own end but this: whoever waits for it must hear of it. */
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => {
      event.preventDefault()
      worker.terminate()
      reject(new GenericError('network_error', `The token worker failed: ${event.message ?? ''}`))
    })
  })
  const ask = (message: ToWorker): Promise<FromWorker> =>
    Promise.race([askWorker<FromWorker>(worker, message), failed])
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const error = new TimeoutError('The token worker did not start.')
    timer = setTimeout(() => reject(error), START_TIMEOUT_MS)
  })
  try {
    await Promise.race([ask({ type: 'init', allowedBaseUrl: baseUrl }), tooLate])
  } catch (error) {
    worker.terminate()
    throw error
  } finally {
    clearTimeout(timer)
  }
  failed.catch(onFailure)
  return {
    send: async ({ signal, ...request }: HttpRequest) => {
      signal?.throwIfAborted()
      // A signal cannot be posted. Of an answer that nobody waits for, the page takes nothing.
      const reply = ask({ type: 'send', request })
      return read(await (signal ? Promise.race([reply, aborted(signal)]) : reply))
    },
    clear: async () => {
      await ask({ type: 'clear' })
    },
  }
}

/**
 * Starts the worker at the first request. Where there can be none, and after it has failed,
 * refresh tokens stay in the page; what a failed worker held is lost, and found to be missing.
 *
 * @param http the way without a worker
 */
export const createWorkerHttp = (parts: WorkerHttpParts, http: Http): WorkerHttp => {
  let current: Promise<WorkerHttp> | undefined
  const doWithout = (): Promise<WorkerHttp> => {
    console.warn(WITHOUT)
    current = Promise.resolve(inThisPage(http))
    return current
  }
  const start = (): Promise<WorkerHttp> => {
    current ??= inWorker(parts, doWithout).catch(doWithout)
    return current
  }
  return {
    send: async request => (await start()).send(request),
    clear: async () => {
      await (await current)?.clear()
    },
  }
}
