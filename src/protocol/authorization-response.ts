import { GenericError } from '../errors/core.ts'
import type { AuthorizationResponse } from '../types/platform.ts'

/** The parameters an answer is made of; others in the URL belong to the application. */
export const RESPONSE_PARAMETERS = ['state', 'code', 'error', 'error_description', 'iss'] as const

/** The parameters that are there as text; whatever else stands beside them is not looked at. */
const read = (get: (name: string) => unknown): AuthorizationResponse =>
  Object.fromEntries(
    RESPONSE_PARAMETERS.map(name => [name, get(name)]).filter(
      ([, value]) => typeof value === 'string',
    ),
  )

/**
 * Reads the answer from a callback URL: all between the first `?` and the next `#`, so that
 * applications that route by hash work too.
 *
 * @throws Error when the URL has no query
 * @throws GenericError `invalid_request` when a parameter is repeated (RFC 6749 section 3.1)
 */
export const parseCallbackUrl = (url: string): AuthorizationResponse => {
  const start = url.indexOf('?')
  if (start < 0) throw new Error('There are no query params available for parsing.')
  const query = new URLSearchParams(url.slice(start + 1).split('#', 1)[0])
  const repeated = RESPONSE_PARAMETERS.find(name => query.getAll(name).length > 1)
  if (repeated) throw new GenericError('invalid_request', `The answer repeats "${repeated}"`)
  return read(name => query.get(name))
}

/**
 * Takes a message posted by an authorization page for what it is, or not at all.
 *
 * @returns the answer, or `undefined` when the message is none
 */
export const parseWebMessage = (data: unknown): AuthorizationResponse | undefined => {
  const { type, response } = (data ?? {}) as { type?: unknown; response?: Record<string, unknown> }
  if (type !== 'authorization_response' || typeof response !== 'object' || !response) return
  // An issuer that cannot be compared must not pass for none.
  if (typeof (response.iss ?? '') !== 'string') return
  return read(name => response[name])
}

/**
 * An answer that names its issuer must come from the one that was asked, be it a code or an error:
 * else a server that the user was lured to could have its answers taken for those of another
 * (RFC 9207 section 2.4).
 *
 * @throws GenericError `invalid_issuer`
 */
export const checkIssuer = ({ iss }: AuthorizationResponse, issuer: string): void => {
  if ((iss ?? issuer) !== issuer) {
    throw new GenericError('invalid_issuer', `The answer comes from another issuer than ${issuer}`)
  }
}
