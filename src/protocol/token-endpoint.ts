import { GenericError } from '../errors/core.ts'
import { UseDpopNonceError } from '../errors/dpop.ts'
import { MfaRequiredError, type MfaRequirements } from '../errors/mfa.ts'
import type { HttpRequest, HttpResponse } from '../http.ts'
import { ownMembers } from '../own-members.ts'
import { type Parameters, pick } from './parameters.ts'
import { type PostOptions, postRequest } from './post-request.ts'
import type { ServerMetadata } from './server-metadata.ts'
import type { TokenSet } from './token-slot.ts'

/** A grant and its parameters, as they are sent in the body (RFC 6749 section 4). */
export type Grant = { grant_type: string } & Parameters

/** Default for responses without `expires_in`, which is only recommended (RFC 6749 section 5.1). */
const DEFAULT_LIFETIME_SECONDS = 3600

/**
 * How often a grant may be sent while no response arrives. Only the renewal may decide to send a
 * refresh token again.
 */
const attemptsFor = ({ grant_type }: Grant): number => (grant_type === 'refresh_token' ? 1 : 3)

/** The request that redeems a grant. */
export const tokenRequest = (
  grant: Grant,
  { token_endpoint }: Pick<ServerMetadata, 'token_endpoint'>,
  options: PostOptions,
  timeoutMs: number,
): HttpRequest =>
  postRequest(token_endpoint, grant, options, { timeoutMs, attempts: attemptsFor(grant) })

const REFUSED_CLIENT = 'Is it a single-page application at the tenant, and may it use this grant?'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lifetimeSeconds = (expires_in: unknown = DEFAULT_LIFETIME_SECONDS): number => {
  const text = expires_in ?? DEFAULT_LIFETIME_SECONDS
  const isNumeric = typeof text === 'number' || typeof text === 'string'
  if (isNumeric && /^\d{1,12}(\.\d+)?$/.test(`${text}`)) return Number(text)
  throw new GenericError(
    'request_error',
    'The expires_in of the token response must be a number of seconds',
  )
}

/** A token of an unknown type must not be used (RFC 6749 section 7.1). */
const isUsableType = (tokenType: unknown): boolean =>
  typeof tokenType === 'string' && /^(bearer|dpop)$/i.test(tokenType)

/** Whether an access token is bound to a key (RFC 9449 section 5). */
export const isBound = ({ token_type }: { token_type?: string }): boolean =>
  /^dpop$/i.test(token_type ?? '')

/** Members that are dropped unless they are text. */
const TEXTS = ['id_token', 'refresh_token', 'scope', 'token_type']

/** What a successful response grants: without a type, `Bearer`; without a lifetime, one hour. */
const readTokens = (json: Record<string, unknown>): TokenSet => {
  if (!isUsableType(json.token_type ?? 'Bearer')) {
    throw new GenericError(
      'request_error',
      'The token_type of the token response must be Bearer or DPoP',
    )
  }
  const tokens = pick(json, name => !TEXTS.includes(name) || typeof json[name] === 'string')
  return ownMembers(tokens as unknown as TokenSet, {
    expires_in: lifetimeSeconds(json.expires_in),
  })
}

/**
 * Whether the response is the token endpoint's own (RFC 6749 sections 5.1 and 5.2), and not that of a
 * gateway, proxy or captive portal.
 */
export const isFromTokenEndpoint = ({ ok, status, json }: HttpResponse): boolean => {
  const member = isObject(json) && (ok ? json.access_token : json.error)
  return typeof member === 'string' && member !== '' && (ok || (status >= 400 && status < 500))
}

/** The refresh token of a successful response, even if the rest of the response is invalid. */
export const refreshTokenIn = ({ ok, json }: HttpResponse): string | undefined => {
  const token = ok ? ownMembers(json as Record<string, unknown>).refresh_token : undefined
  return typeof token === 'string' && token ? token : undefined
}

/**
 * Reads a response of the token endpoint.
 *
 * @throws MfaRequiredError if a second factor is required
 * @throws UseDpopNonceError if the server wants another nonce in the proof (RFC 9449 section 8)
 * @throws GenericError with the server's code, or `request_error` if the response is invalid
 */
export const parseTokenResponse = (response: HttpResponse, url: string): TokenSet => {
  const json = ownMembers(response.json as Record<string, unknown>)
  if (response.ok && typeof json.access_token === 'string' && json.access_token) {
    return readTokens(json)
  }
  const text = (name: string): string => (typeof json[name] === 'string' ? json[name] : '')
  const error = text('error')
  const type = response.headers['content-type'] ?? 'no content type'
  const failure = response.ok ? 'No access_token from' : 'HTTP error. Unable to fetch'
  const description =
    text('error_description') || `${failure} ${url} (status ${response.status}, ${type})`
  if (error === 'mfa_required') {
    const requirements = (json.mfa_requirements ?? {}) as MfaRequirements
    throw new MfaRequiredError(error, description, text('mfa_token'), requirements)
  }
  if (error === 'use_dpop_nonce') throw new UseDpopNonceError(response.headers['dpop-nonce'])
  const isRefusedClient = response.status === 401 || /^(invalid|unauthorized)_client$/.test(error)
  throw new GenericError(
    error || 'request_error',
    description,
    isRefusedClient ? { cause: new Error(REFUSED_CLIENT) } : undefined,
  )
}
