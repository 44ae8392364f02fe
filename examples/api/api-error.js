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

const REALM = 'Bearer realm="api"'

/** No token: the challenge contains no error code (RFC 6750 section 3.1). */
export const tokenMissing = () =>
  new ApiError(401, 'token_missing', 'An access token is required', { challenge: REALM })

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
export const invalidToken = (message, cause) =>
  new ApiError(401, 'invalid_token', message, {
    challenge: `${REALM}, error="invalid_token", error_description="${message}"`,
    cause,
  })

/** @param {string} scope */
export const insufficientScope = scope =>
  new ApiError(403, 'insufficient_scope', `The access token lacks the scope ${scope}`, {
    challenge: `${REALM}, error="insufficient_scope", scope="${scope}"`,
  })

/** @param {unknown} cause */
export const keysUnavailable = cause =>
  new ApiError(503, 'keys_unavailable', 'The keys of the tenant could not be fetched', { cause })
