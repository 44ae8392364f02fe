/** A request that is rejected: the status and the reason. */
export class ApiError extends Error {
  /** @override */
  name = 'ApiError'

  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message without double quotes, because it is sent in a quoted header parameter
   * @param {{ challenge?: string, cause?: unknown }} [details] `challenge`: for `WWW-Authenticate`
   */
  constructor(status, code, message, { challenge, cause } = {}) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.challenge = challenge
  }
}

/** @typedef {'Bearer' | 'DPoP'} Scheme */

/** The algorithms of DPoP proofs, as a challenge names them (RFC 9449 section 7.1). */
export const PROOF_ALGORITHMS = ['ES256']

/**
 * A challenge for `WWW-Authenticate` (RFC 9110 section 11.6.1).
 *
 * @param {Scheme} scheme
 * @param {Record<string, string>} [params]
 */
const challengeOf = (scheme, params = {}) => {
  const all = {
    realm: 'api',
    ...(scheme === 'DPoP' && { algs: PROOF_ALGORITHMS.join(' ') }),
    ...params,
  }
  const list = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return `${scheme} ${list.join(', ')}`
}

/**
 * No token: the challenge contains no error code (RFC 6750 section 3.1).
 *
 * @param {Scheme} scheme
 */
export const tokenMissing = scheme =>
  new ApiError(401, 'token_missing', 'An access token is required', {
    challenge: challengeOf(scheme),
  })

/**
 * @param {string} code
 * @param {string} message
 * @param {Scheme} scheme
 * @param {{ cause?: unknown, params?: Record<string, string> }} [details]
 */
const unauthorized = (code, message, scheme, { cause, params } = {}) =>
  new ApiError(401, code, message, {
    challenge: challengeOf(scheme, { error: code, error_description: message, ...params }),
    cause,
  })

/**
 * @param {string} message
 * @param {Scheme} scheme
 * @param {unknown} [cause]
 */
export const invalidToken = (message, scheme, cause) =>
  unauthorized('invalid_token', message, scheme, { cause })

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
export const invalidProof = (message, cause) =>
  unauthorized('invalid_dpop_proof', message, 'DPoP', { cause })

/** The answer also has a `DPoP-Nonce` (RFC 9449 section 9). */
export const nonceRequired = () =>
  unauthorized('use_dpop_nonce', 'The DPoP proof must contain the current nonce', 'DPoP')

/**
 * The user must sign in again, in another way or more recently (RFC 9470 section 3).
 *
 * @param {string} message
 * @param {Scheme} scheme
 * @param {Record<string, string>} params `acr_values` and `max_age`
 */
export const insufficientAuthentication = (message, scheme, params) =>
  unauthorized('insufficient_user_authentication', message, scheme, { params })

/**
 * @param {string} scope
 * @param {Scheme} scheme
 */
export const insufficientScope = (scope, scheme) =>
  new ApiError(403, 'insufficient_scope', `The access token lacks the scope ${scope}`, {
    challenge: challengeOf(scheme, { error: 'insufficient_scope', scope }),
  })

/** @param {unknown} cause */
export const keysUnavailable = cause =>
  new ApiError(503, 'keys_unavailable', 'The keys of the tenant could not be fetched', { cause })
