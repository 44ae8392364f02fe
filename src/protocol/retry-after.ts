import type { HttpResponse } from '../http.ts'

/** Upper bound for `Retry-After`. */
const MAX_PAUSE_MS = 5 * 60 * 1000

/**
 * How long the server wants no further requests: a number of seconds or a date (RFC 9110 section
 * 10.2.3), which a page can read only if the server exposes the header.
 */
export const retryAfterMs = ({ ok, headers }: HttpResponse): number | undefined => {
  const value = ok ? undefined : headers['retry-after']
  if (!value) return
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return ms > 0 ? Math.min(ms, MAX_PAUSE_MS) : undefined
}
