import { GenericError, TimeoutError } from '../errors.ts'
import type { Http, HttpReply, HttpRequest } from '../types/platform.ts'
import { parseJson } from './parse-json.ts'

const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpReply> => {
  const { url, method, headers, body } = request
  const response = await fetch(url, {
    method,
    headers,
    body,
    signal,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  })
  const { ok, status } = response
  return { ok, status, json: parseJson(await response.text()) }
}

/**
 * One attempt. The time limit covers the body too.
 *
 * @throws TimeoutError when it takes too long
 * @throws GenericError `network_error` when the browser could not get an answer
 */
const attempt = async (request: HttpRequest): Promise<HttpReply> => {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), request.timeoutMs)
  try {
    return await send(request, abort.signal)
  } catch (cause) {
    if (abort.signal.aborted) throw new TimeoutError("Timeout when executing 'fetch'", { cause })
    throw new GenericError('network_error', `No answer from ${request.url}: ${cause}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** `Http` over `fetch`: sends again when no answer came, never after an answer. */
export const fetchHttp: Http = async request => {
  for (let left = request.attempts - 1; ; left--) {
    try {
      return await attempt(request)
    } catch (error) {
      if (left <= 0) throw error
    }
  }
}
