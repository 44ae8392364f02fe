import { GenericError } from '../errors/core.ts'
import { ownMembers } from '../own-members.ts'

/** The parameters of an authorization response (RFC 6749 section 4.1.2, RFC 9207). */
export interface AuthorizationResponse {
  state?: string
  code?: string
  error?: string
  error_description?: string
  iss?: string
}

/** The parameters that belong to the response; others in the URL belong to the application. */
export const RESPONSE_PARAMETERS = ['state', 'code', 'error', 'error_description', 'iss'] as const

/** The parameters that are present as text; all others are ignored. */
const read = (get: (name: string) => unknown): AuthorizationResponse =>
  ownMembers(
    Object.fromEntries(
      RESPONSE_PARAMETERS.map(name => [name, get(name)]).filter(
        ([, value]) => typeof value === 'string',
      ),
    ),
  )

/**
 * Reads the response from a callback URL: from the first `?` to the next `#`, so that applications
 * with hash routes work too.
 *
 * @throws Error if the URL has no query
 * @throws GenericError `invalid_request` if a parameter is repeated (RFC 6749 section 3.1)
 */
export const parseCallbackUrl = (url: string): AuthorizationResponse => {
  const start = url.indexOf('?')
  if (start < 0) throw new Error('There are no query params available for parsing.')
  const query = new URLSearchParams(url.slice(start + 1).split('#', 1)[0])
  const repeated = RESPONSE_PARAMETERS.find(name => query.getAll(name).length > 1)
  if (repeated) {
    throw new GenericError(
      'invalid_request',
      `Duplicate parameter "${repeated}" in the authorization response`,
    )
  }
  return read(name => query.get(name))
}

/**
 * Reads a message that was posted by an authorization page.
 *
 * @returns the response, or `undefined` if the message is something else
 */
export const parseWebMessage = (data: unknown): AuthorizationResponse | undefined => {
  if (typeof data !== 'object') return
  const { type, response: given } = ownMembers(data as { type?: unknown; response?: unknown })
  if (type !== 'authorization_response' || typeof given !== 'object' || !given) return
  const response = ownMembers(given as Record<string, unknown>)
  // An issuer that cannot be compared must not count as a missing one.
  if (typeof (response.iss ?? '') !== 'string') return
  return read(name => response[name])
}

/**
 * Compares the issuer of a response, if it names one, with that of the request. It applies to errors
 * as well as to codes, and prevents mix-up attacks (RFC 9207 section 2.4).
 *
 * @throws GenericError `invalid_issuer`
 */
export const checkIssuer = ({ iss }: AuthorizationResponse, issuer: string): void => {
  if (iss !== undefined && iss !== issuer) {
    throw new GenericError(
      'invalid_issuer',
      `Issuer mismatch in the authorization response: expected "${issuer}", got "${iss}". Check the options \`domain\` and \`issuer\`.`,
    )
  }
}
