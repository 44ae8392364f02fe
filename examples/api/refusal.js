/** A request is not answered: with which status, and why. */
export class Refusal extends Error {
  /** @override */
  name = 'Refusal'

  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message without quotes, since it goes into a header between them
   * @param {{ challenge?: string, cause?: unknown }} [more] `challenge`: for `WWW-Authenticate`
   */
  constructor(status, code, message, { challenge, cause } = {}) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.challenge = challenge
  }
}

const REALM = 'Bearer realm="api"'

/** No token came along: the client is told to bring one, and nothing more (RFC 6750 section 3.1). */
export const tokenMissing = () =>
  new Refusal(401, 'token_missing', 'This needs an access token', { challenge: REALM })

/**
 * @param {string} message
 * @param {unknown} cause
 */
export const invalidToken = (message, cause) =>
  new Refusal(401, 'invalid_token', message, {
    challenge: `${REALM}, error="invalid_token", error_description="${message}"`,
    cause,
  })

/** @param {string} scope */
export const insufficientScope = scope =>
  new Refusal(403, 'insufficient_scope', `The access token was not granted ${scope}`, {
    challenge: `${REALM}, error="insufficient_scope", scope="${scope}"`,
  })

/** @param {unknown} cause */
export const keysUnavailable = cause =>
  new Refusal(503, 'keys_unavailable', 'The keys of the tenant cannot be fetched', { cause })
