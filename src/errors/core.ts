/**
 * Every error the SDK throws is a `GenericError` with a machine-readable code in `error`
 * and a sentence for people in `error_description` (RFC 6749 section 5.2), which is also its
 * `message`. Subclasses exist only where a caller would branch on them.
 */

/** The base of all errors of the SDK: an OAuth error code and its description. */
export class GenericError extends Error {
  /** The name of the class; it stays the same in minified code. */
  override name = 'GenericError'
  /** The code: one of the tenant's, or of the SDK's own. */
  declare error: string
  /** A sentence for people; also the `message`. */
  declare error_description: string

  constructor(error: string, error_description: string, options?: ErrorOptions) {
    super(error_description, options)
    this.error = error
    this.error_description = error_description
  }

  /** Makes the error from a server's answer. */
  static fromPayload(payload: { error: string; error_description: string }): GenericError {
    return new GenericError(payload.error, payload.error_description)
  }
}

/** An option is missing or two options contradict each other; `suggestion` says what to do. */
export class InvalidConfigurationError extends GenericError {
  override name = 'InvalidConfigurationError'
  /** What to do about it. */
  declare suggestion: string

  constructor(message: string, suggestion: string) {
    super('invalid_configuration', `${message} ${suggestion}`)
    this.suggestion = suggestion
  }
}

/** The authorization server answered a login with an error, for example `access_denied`. */
export class AuthenticationError extends GenericError {
  override name = 'AuthenticationError'
  /** The `state` of the login that was refused. */
  declare state: string
  /** What the application passed to `loginWithRedirect`, or `null`. */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  declare appState: any

  constructor(error: string, error_description: string, state: string, appState: unknown = null) {
    super(error, error_description)
    this.state = state
    this.appState = appState
  }
}

/** Nothing answered in time. The session is untouched: the same call may be made again. */
export class TimeoutError extends GenericError {
  override name = 'TimeoutError'

  constructor(error_description = 'Timeout', options?: ErrorOptions) {
    super('timeout', error_description, options)
  }
}

/** No refresh token is held for this audience and scope, and no other way is open. */
export class MissingRefreshTokenError extends GenericError {
  override name = 'MissingRefreshTokenError'
  /** The audience asked for, or `default`. */
  declare audience: string
  /** The scopes asked for, separated by spaces. */
  declare scope: string

  constructor(audience: string, scope: string) {
    const shown = audience === 'default' ? '' : audience
    super(
      'missing_refresh_token',
      `Missing Refresh Token (audience: '${shown}', scope: '${scope}')`,
    )
    this.audience = audience
    this.scope = scope
  }
}

/** The refreshed token lacks scopes that were asked for; `scope` lists the missing ones. */
export class MissingScopesError extends GenericError {
  override name = 'MissingScopesError'
  /** The audience asked for, or `default`. */
  declare audience: string
  /** The scopes that are missing, separated by commas. */
  declare scope: string

  constructor(audience: string, scope: string) {
    super(
      'missing_scopes',
      `Missing requested scopes after refresh (audience: '${audience}', missing scope: '${scope}')`,
    )
    this.audience = audience
    this.scope = scope
  }
}

/** Whether the connection broke before there was an answer, so that nobody knows if it arrived. */
export const isNetworkError = (error: unknown): boolean =>
  error instanceof GenericError && error.error === 'network_error'
