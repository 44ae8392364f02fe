import { askWorker } from '../browser/ask-worker.ts'
import { startWorker } from '../browser/start-worker.ts'
import { type Fields, fieldsOf, type Http, type HttpRequest, type HttpResponse } from '../http.ts'
import type { Failure, FromWorker, ToError, TokenFields, ToWorker } from './messages.ts'
import { isReference, missingToken } from './references.ts'
import workerSource from './token-worker.ts?source'

/** `Http` whose refresh tokens stay in a worker; the page gets references to them. */
export interface WorkerHttp {
  send: Http
  /**
   * Removes every refresh token, except perhaps one. A worker that does not answer is terminated, and
   * its tokens with it.
   *
   * @param keep the reference of the token that stays
   */
  clear(keep: string | undefined): Promise<void>
  /** Removes the token of a reference. */
  drop(reference: string): Promise<void>
}

/** Starts the worker when it is needed, and tells its references from tokens. */
export interface LazyWorkerHttp extends WorkerHttp {
  isReference(refreshToken: string): boolean
}

interface WorkerHttpParts {
  /** The URL of the worker's file, if the policy of the page forbids `blob:` workers. */
  workerUrl: string | undefined
  tokenFields: TokenFields
  /** Used without a worker. */
  http: Http
  toError: ToError
  /** The fields of a form as text. */
  formFields: (fields: Fields) => Fields
  /** Aborted when the client is closed, which ends the worker. */
  closed: AbortSignal
}

const START_LIMIT_MS = 7_000

/** Browsers do not say why a worker cannot be loaded. */
const NO_DETAILS = 'the browser did not load it'

const warnWithoutWorker = (reason: string, workerUrl: string | undefined): void =>
  console.warn(
    `[latchkey] The token worker could not be started or has failed (${reason}), so refresh tokens stay in the page. ${
      workerUrl
        ? `Does ${workerUrl} respond with the worker's file of this release, as JavaScript and not 404 or HTML? Does \`worker-src\` allow it?`
        : 'Allow `worker-src blob:` or set `workerUrl`.'
    } \`trusted-types\` must include \`latchkey\`.`,
  )

const NO_RESPONSE = {
  error: 'worker_error',
  error_description: 'The worker sent no response.',
}

const read = (answer: FromWorker, toError: ToError): HttpResponse => {
  const own = new Map<string, unknown>(Object.entries(answer))
  const response = own.get('response')
  if (response) return response as HttpResponse
  throw toError((own.get('failure') as Failure | undefined) ?? NO_RESPONSE)
}

/** The same request with a body that can be posted: an application may give functions or proxies. */
const toPostable = (
  { body, ...request }: HttpRequest,
  formFields: WorkerHttpParts['formFields'],
): HttpRequest => {
  if (!body) return request
  return {
    ...request,
    body:
      'form' in body
        ? { form: formFields(body.form) }
        : { json: JSON.parse(JSON.stringify(body.json)) },
  }
}

/** Refresh tokens in the page; references are those of a worker that has failed. */
const inPage = ({ http, tokenFields, closed }: WorkerHttpParts): WorkerHttp => ({
  send: async request => {
    if (closed.aborted) throw closed.reason
    const token = fieldsOf(request)[tokenFields[request.url] ?? '']
    return isReference(token) ? missingToken() : http(request)
  },
  clear: async () => {},
  drop: async () => {},
})

const inWorker = async (
  { workerUrl, tokenFields, toError, formFields, closed }: WorkerHttpParts,
  onFailure: (error: unknown) => void,
): Promise<WorkerHttp> => {
  if (closed.aborted) throw closed.reason
  const worker = startWorker(workerUrl ? { url: workerUrl } : { source: workerSource })
  /** Aborted when the worker has ended; all pending requests reject then. */
  const failure = new AbortController()
  const end = (error: unknown): void => {
    worker.terminate()
    failure.abort(error)
  }
  const fail = (reason: string): void => {
    const error_description = `The token worker failed: ${reason}`
    end(toError({ error: 'network_error', error_description }))
  }
  closed.addEventListener('abort', () => end(closed.reason))
  // A crashed worker only fires this event.
  worker.addEventListener('error', event => {
    event.preventDefault()
    fail(event.message || NO_DETAILS)
  })
  const ask = (message: ToWorker, limitMs: number, signal?: AbortSignal): Promise<FromWorker> =>
    askWorker(worker, message, {
      limitMs,
      signals: signal ? [failure.signal, signal] : [failure.signal],
      onFailure: fail,
    })
  /** For messages whose answer says nothing: a worker that fails has no tokens left. */
  const tell = (message: ToWorker): Promise<void> =>
    ask(message, 0).then(
      () => {},
      () => {},
    )
  await ask({ type: 'init', tokenFields }, START_LIMIT_MS).catch(error => {
    end(error)
    throw error
  })
  failure.signal.addEventListener('abort', () => onFailure(failure.signal.reason))
  return {
    send: async ({ signal, ...given }) => {
      if (signal?.aborted) throw signal.reason
      const request = toPostable(given, formFields)
      // Signals cannot be posted; an aborted caller ignores the response.
      const limitMs = request.timeoutMs * request.attempts
      return read(await ask({ type: 'send', request }, limitMs, signal), toError)
    },
    clear: keep => tell({ type: 'clear', keep }),
    drop: reference => tell({ type: 'drop', reference }),
  }
}

/**
 * Starts the worker at the first request. If there can be none, and after it has failed, refresh
 * tokens stay in the page; those of a failed worker are lost, and count as missing.
 */
export const createWorkerHttp = (parts: WorkerHttpParts): LazyWorkerHttp => {
  let starting: Promise<WorkerHttp> | undefined
  let ready: WorkerHttp | undefined
  const use = (http: WorkerHttp): WorkerHttp => {
    ready = http
    return http
  }
  const useInPage = (error: unknown): WorkerHttp => {
    if (!parts.closed.aborted) {
      warnWithoutWorker(error instanceof Error ? error.message : String(error), parts.workerUrl)
    }
    return use(inPage(parts))
  }
  const start = (): Promise<WorkerHttp> => {
    starting ??= inWorker(parts, useInPage).then(use, useInPage)
    return starting
  }
  return {
    send: async request => (ready ?? (await start())).send(request),
    // A worker that is still starting has no tokens.
    clear: async keep => ready?.clear(keep),
    drop: async reference => ready?.drop(reference),
    isReference,
  }
}
