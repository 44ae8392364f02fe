import { GenericError } from '../errors/core.ts'
import { MfaRequiredError, type MfaRequirements } from '../errors/mfa.ts'
import type { HttpReply, HttpRequest } from '../types/platform.ts'
import type { TokenSet } from '../types/tokens.ts'
import { type Parameters, pick } from './parameters.ts'
import { type PostOptions, simplePost } from './post-request.ts'

/** A grant and its parameters, as they go into the body (RFC 6749 section 4). */
export type Grant = { grant_type: string } & Parameters

/** What every request to the token endpoint has in common. */
export interface TokenRequestOptions extends PostOptions {
  endpoints: { token: string }
}

/**
 * A lifetime for tokens whose answer names none; `expires_in` is only recommended
 * (RFC 6749 section 5.1).
 */
const UNSTATED_LIFETIME_SECONDS = 3600

/** How often a grant may be sent when no answer comes: a refresh token's next step is decided elsewhere. */
const attemptsFor = ({ grant_type }: Grant): number => (grant_type === 'refresh_token' ? 1 : 3)

/** The request that redeems a grant. */
export const tokenRequest = (
  grant: Grant,
  options: TokenRequestOptions,
  timeoutMs: number,
): HttpRequest =>
  simplePost(options.endpoints.token, grant, options, { timeoutMs, attempts: attemptsFor(grant) })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lifetimeOf = (expiresIn: unknown): number => {
  const given = expiresIn ?? UNSTATED_LIFETIME_SECONDS
  const isText = typeof given === 'number' || typeof given === 'string'
  if (isText && /^\d{1,12}(\.\d+)?$/.test(`${given}`)) return Number(given)
  throw new GenericError('request_error', 'expires_in is not a number of seconds')
}

/** A token of a type that is not understood must not be used (RFC 6749 section 7.1). */
const isUsable = (tokenType: unknown): boolean =>
  typeof tokenType === 'string' && /^(bearer|dpop)$/i.test(tokenType)

/** Members that are worth nothing unless they are text. */
const TEXTS = ['id_token', 'refresh_token', 'scope', 'token_type']

/**
 * What a successful answer grants. One that names no type is taken for `Bearer`, and one without a
 * lifetime for an hour; what is named must make sense.
 */
const readTokens = (json: Record<string, unknown>): TokenSet => {
  if (!isUsable(json.token_type ?? 'Bearer')) {
    throw new GenericError('request_error', 'The token_type is not understood')
  }
  const tokens = pick(json, name => !TEXTS.includes(name) || typeof json[name] === 'string')
  return { ...(tokens as unknown as TokenSet), expires_in: lifetimeOf(json.expires_in) }
}

/** Whether this is the tenant's own answer, and not that of something in between. */
export const isReadable = ({ json }: HttpReply): boolean => isObject(json)

/** The refresh token that a successful answer brings, whatever else is wrong with it. */
export const refreshTokenIn = ({ ok, json }: HttpReply): string | undefined => {
  const token = ok && isObject(json) ? json.refresh_token : undefined
  return typeof token === 'string' && token ? token : undefined
}

/**
 * Judges an answer of the token endpoint.
 *
 * @throws MfaRequiredError when a second factor is demanded
 * @throws GenericError with the server's code, or `request_error` when the answer is none
 */
export const parseTokenReply = (reply: HttpReply, url: string): TokenSet => {
  const json = isObject(reply.json) ? reply.json : {}
  if (reply.ok && typeof json.access_token === 'string' && json.access_token) {
    return readTokens(json)
  }
  const text = (name: string): string => (typeof json[name] === 'string' ? json[name] : '')
  const error = text('error')
  const description = text('error_description') || `HTTP error. Unable to fetch ${url}`
  if (error === 'mfa_required') {
    const requirements = (json.mfa_requirements ?? {}) as MfaRequirements
    throw new MfaRequiredError(error, description, text('mfa_token'), requirements)
  }
  throw new GenericError(error || 'request_error', description)
}
