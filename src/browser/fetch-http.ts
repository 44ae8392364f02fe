import { GenericError, TimeoutError } from '../errors/core.ts'
import type { HttpQuery, HttpReply, HttpRequest } from '../types/platform.ts'
import { parseJson } from './parse-json.ts'

/** Nobody is kept waiting longer than this, whatever the server says. */
const LONGEST_RETRY_AFTER_MS = 5 * 60 * 1000

/** `Retry-After` is a number of seconds or a date; pages see it only where the server lets them. */
const retryAfterOf = ({ headers, ok }: Response): number | undefined => {
  const value = ok ? null : headers.get('Retry-After')
  if (!value) return
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined
}

const send = async (request: HttpRequest | HttpQuery, signal: AbortSignal): Promise<HttpReply> => {
  const { url, method, headers = {}, body = null } = request
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
  const json = parseJson(await response.text())
  return { ok, status, json, retryAfterMs: retryAfterOf(response) }
}

/**
 * One attempt. The time limit covers the body too.
 *
 * @throws TimeoutError when it takes too long
 * @throws GenericError `network_error` when the browser could not get an answer
 * @throws the reason of the request's signal when that has ended it
 */
const attempt = async (request: HttpRequest | HttpQuery): Promise<HttpReply> => {
  const { signal } = request
  signal?.throwIfAborted()
  const abort = new AbortController()
  const giveUp = (): void => abort.abort()
  signal?.addEventListener('abort', giveUp)
  const timer = setTimeout(giveUp, request.timeoutMs)
  try {
    return await send(request, abort.signal)
  } catch (cause) {
    signal?.throwIfAborted()
    if (abort.signal.aborted) throw new TimeoutError("Timeout when executing 'fetch'", { cause })
    throw new GenericError(
      'network_error',
      `No answer from ${request.url}: ${cause}. Offline, CORS or CSP?`,
      { cause },
    )
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  }
}

/** `Http` over `fetch`: sends again when no answer came, never after an answer. */
export const fetchHttp = async (request: HttpRequest | HttpQuery): Promise<HttpReply> => {
  for (let left = request.attempts - 1; ; left--) {
    try {
      return await attempt(request)
    } catch (error) {
      if (left <= 0 || request.signal?.aborted) throw error
    }
  }
}
