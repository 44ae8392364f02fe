import { askWorker, startWorker } from '../browser/start-worker.ts'
import type { Http, HttpResponse } from '../http.ts'
import type { FromWorker, ToError, TokenFields, ToWorker } from './messages.ts'
import { fieldsOf, isReference, missingToken } from './references.ts'
import workerSource from './token-worker.ts?source'

/** `Http` whose refresh tokens stay in a worker; the page gets references to them. */
export interface WorkerHttp {
  send: Http
  /** Removes every refresh token. */
  clear(): Promise<void>
}

interface WorkerHttpParts {
  /** The URL of the worker's file, if the policy of the page forbids `blob:` workers. */
  workerUrl: string | undefined
  tokenFields: TokenFields
  /** Used without a worker. */
  http: Http
  toError: ToError
}

const START_TIMEOUT_MS = 10_000

const NO_WORKER =
  '[latchkey] The token worker could not be started, so refresh tokens stay in the page. Allow `worker-src blob:` or set `workerUrl`; `trusted-types` must include `latchkey`.'

const read = (answer: FromWorker, toError: ToError): HttpResponse => {
  if ('response' in answer) return answer.response
  throw 'done' in answer
    ? toError({ error: 'worker_error', error_description: 'The worker sent no response.' })
    : toError(answer.failure)
}

const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })

/** Refresh tokens in the page; references are those of a worker that has failed. */
const inPage = ({ http, tokenFields }: WorkerHttpParts): WorkerHttp => ({
  send: async request => {
    const token = fieldsOf(request)[tokenFields[request.url] ?? '']
    return isReference(token) ? missingToken() : http(request)
  },
  clear: async () => {},
})

const inWorker = async (
  { workerUrl, tokenFields, toError }: WorkerHttpParts,
  onFailure: () => void,
): Promise<WorkerHttp> => {
  const worker = startWorker(workerUrl ? { url: workerUrl } : { source: workerSource })
  /** A crashed worker only fires `error`; reject all pending requests. */
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => {
      event.preventDefault()
      worker.terminate()
      const error_description = `The token worker failed: ${event.message ?? ''}`
      reject(toError({ error: 'network_error', error_description }))
    })
  })
  const ask = (message: ToWorker): Promise<FromWorker> =>
    Promise.race([askWorker<FromWorker>(worker, message), failed])
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    const error = toError({
      error: 'timeout',
      error_description: 'The token worker did not start.',
    })
    timer = setTimeout(() => reject(error), START_TIMEOUT_MS)
  })
  try {
    await Promise.race([ask({ type: 'init', tokenFields }), timeout])
  } catch (error) {
    worker.terminate()
    throw error
  } finally {
    clearTimeout(timer)
  }
  failed.catch(onFailure)
  return {
    send: async ({ signal, ...request }) => {
      signal?.throwIfAborted()
      // Signals cannot be posted; an aborted caller ignores the response.
      const answer = ask({ type: 'send', request })
      const received = await (signal ? Promise.race([answer, rejectOnAbort(signal)]) : answer)
      return read(received, toError)
    },
    clear: async () => {
      await ask({ type: 'clear' })
    },
  }
}

/**
 * Starts the worker at the first request. If there can be none, and after it has failed, refresh
 * tokens stay in the page; those of a failed worker are lost, and count as missing.
 */
export const createWorkerHttp = (parts: WorkerHttpParts): WorkerHttp => {
  let current: Promise<WorkerHttp> | undefined
  const useInPage = (): Promise<WorkerHttp> => {
    console.warn(NO_WORKER)
    current = Promise.resolve(inPage(parts))
    return current
  }
  const start = (): Promise<WorkerHttp> => {
    current ??= inWorker(parts, useInPage).catch(useInPage)
    return current
  }
  return {
    send: async request => (await start()).send(request),
    clear: async () => {
      await (await current)?.clear()
    },
  }
}
