import { BaseError } from './base-error.ts'

/**
 * The base class of the SDK's errors: a machine-readable code in `error` and a description in
 * `error_description` (RFC 6749 section 5.2), which is also the `message`. Subclasses exist only
 * where callers need to tell errors apart.
 */
export class GenericError extends BaseError {
  static override errorName = 'GenericError'
  /** The error code, of the tenant or of the SDK. */
  declare error: string
  /** A description for developers; also the `message`. */
  declare error_description: string

  constructor(error: string, error_description: string, options?: { cause?: unknown }) {
    super(error_description, options)
    this.error = error
    this.error_description = error_description
  }

  /** Creates the error from a response of the server. */
  static fromPayload(payload: { error: string; error_description: string }): GenericError {
    return new GenericError(payload.error, payload.error_description)
  }
}

/** An option is missing or two options contradict each other; `suggestion` says what to do. */
export class InvalidConfigurationError extends GenericError {
  static override errorName = 'InvalidConfigurationError'
  /** What to do about it. */
  declare suggestion: string

  constructor(message: string, suggestion: string, options?: { cause?: unknown }) {
    super('invalid_configuration', `${message} ${suggestion}`, options)
    this.suggestion = suggestion
  }
}

/** The authorization server responded to a login with an error, for example `access_denied`. */
export class AuthenticationError extends GenericError {
  static override errorName = 'AuthenticationError'
  /** The `state` of the login. */
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

/** No response arrived in time. The session is unchanged: the same call can be made again. */
export class TimeoutError extends GenericError {
  static override errorName = 'TimeoutError'

  constructor(error_description = 'Timeout', options?: { cause?: unknown }) {
    super('timeout', error_description, options)
  }
}
