import { GenericError } from '../errors/core.ts'
import { fetchTimeout } from '../errors/timeout-cause.ts'
import { formEncode } from '../form-encode.ts'
import type { Http, HttpRequest, HttpResponse } from '../http.ts'
import { currentOrigin } from './location.ts'
import { parseJson } from './parse-json.ts'
import { untilAborted } from './until-aborted.ts'

/** A browser does not tell a script which of these it was. */
const REASONS =
  'Offline, CSP (connect-src), a redirect, or CORS: is the application a single-page one, with this origin in Allowed Web Origins?'

const CONTENT_TYPE = { form: 'application/x-www-form-urlencoded', json: 'application/json' }

const encode = ({ headers = {}, body }: HttpRequest): Pick<RequestInit, 'headers' | 'body'> => {
  if (!body) return { headers }
  return 'form' in body
    ? { headers: { 'Content-Type': CONTENT_TYPE.form, ...headers }, body: formEncode(body.form) }
    : {
        headers: { 'Content-Type': CONTENT_TYPE.json, ...headers },
        body: JSON.stringify(body.json, (_, value) => value ?? undefined),
      }
}

const fetchAll = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
  const response = await fetch(request.url, {
    method: request.method,
    ...encode(request),
    signal,
    cache: 'no-store',
    // A gate in front of a page and its tenant may want the cookies of their common origin.
    credentials: new URL(request.url).origin === currentOrigin() ? 'same-origin' : 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  })
  const { ok, status } = response
  const headers: Record<string, string> = {}
  response.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value
  })
  return { ok, status, headers, json: parseJson(await response.text()) }
}

/**
 * Sends the request once. The time limit covers the body too, and a replaced `fetch` that ignores the
 * signal.
 *
 * @throws TimeoutError if the response does not arrive in time
 * @throws GenericError `network_error` if the browser got no response
 * @throws the reason of the request's signal if that is aborted
 */
const attempt = async (request: HttpRequest): Promise<HttpResponse> => {
  const { url, signal } = request
  if (signal?.aborted) throw signal.reason
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  signal?.addEventListener('abort', abort)
  const timer = setTimeout(abort, request.timeoutMs)
  try {
    return await untilAborted(fetchAll(request, controller.signal), controller.signal)
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    if (controller.signal.aborted) throw fetchTimeout(url, request.timeoutMs)
    throw new GenericError('network_error', `No response from ${url}: ${cause}. ${REASONS}`, {
      cause,
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** Sends a request again if no response arrived, never after a response. */
export const sendRepeatedly = async (
  request: HttpRequest,
  attempt: Http,
): Promise<HttpResponse> => {
  for (let left = request.attempts - 1; ; left--) {
    try {
      return await attempt({ ...request, attempts: 1 })
    } catch (error) {
      if (left <= 0 || request.signal?.aborted) throw error
    }
  }
}

/** `Http` over `fetch`. */
export const fetchHttp: Http = request => sendRepeatedly(request, attempt)
