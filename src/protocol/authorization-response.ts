import { GenericError } from '../errors/core.ts'
import { ownMembers } from '../own-members.ts'
import { restoreState } from './restore-state.ts'

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

/** What follows the first mark, or `undefined`. */
const after = (text: string | undefined, mark: string): string | undefined => {
  const at = text?.indexOf(mark) ?? -1
  return at < 0 ? undefined : text?.slice(at + 1)
}

/** A fragment with an answer; one with tokens answers another request than ours. */
const isAnswer = (fragment: string): boolean =>
  /(^|&)(code|error)=/.test(fragment) && !/(^|&)(access|id)_token=/.test(fragment)

/** The query of a URL, that of a hash route, and the fragment itself, as far as they are there. */
const queriesOf = (url: string): URLSearchParams[] => {
  const fragment = after(url, '#')
  // Some routers write `#/code=…` for `#code=…`.
  const answer = fragment?.replace(/^\//, '') ?? ''
  return [
    after(url.split('#', 1)[0], '?'),
    after(fragment, '?'),
    isAnswer(answer) ? answer : undefined,
  ].flatMap(text => (text === undefined ? [] : new URLSearchParams(text)))
}

/**
 * Reads the response from a callback URL: from its query, from that of a hash route, or from the
 * fragment. If several have parameters of this kind, the first with a `state` and a result counts.
 *
 * @throws Error if the URL has no query
 * @throws GenericError `invalid_request` if a parameter is repeated (RFC 6749 section 3.1)
 */
export const parseCallbackUrl = (url: string): AuthorizationResponse => {
  const queries = queriesOf(url)
  const hasResult = (each: URLSearchParams): boolean => each.has('code') || each.has('error')
  const query =
    queries.find(each => each.has('state') && hasResult(each)) ??
    queries.find(hasResult) ??
    queries[0]
  if (!query) throw new Error('There are no query params available for parsing.')
  const repeated = RESPONSE_PARAMETERS.find(name => query.getAll(name).length > 1)
  if (repeated) {
    throw new GenericError(
      'invalid_request',
      `Duplicate parameter "${repeated}" in the authorization response`,
    )
  }
  return read(name => {
    const value = query.get(name) ?? undefined
    return name === 'state' ? restoreState(value) : value
  })
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
