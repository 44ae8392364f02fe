import { GenericError } from './errors/core.ts'

/**
 * Errors of abilities that this SDK does not have yet. Nothing throws them so far. They are there
 * for code that tells errors apart by class and for packages that hand on every name of the SDK, as
 * `@auth0/auth0-angular` does. Whoever imports none of them loads none of them.
 */

/** The answer to connecting an account was an error. */
export class ConnectError extends GenericError {
  override name = 'ConnectError'
  /** The connection of the account. */
  declare connection: string
  /** The `state` of the request that was refused. */
  declare state: string
  /** What the application passed on, or `null`. */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  declare appState: any

  constructor(
    error: string,
    error_description: string,
    connection: string,
    state: string,
    appState: unknown = null,
  ) {
    super(error, error_description)
    this.connection = connection
    this.state = state
    this.appState = appState
  }
}

/** The server refused a DPoP proof because of its nonce (RFC 9449 section 8). */
export class UseDpopNonceError extends GenericError {
  override name = 'UseDpopNonceError'
  /** The nonce to use instead, where the server gave one. */
  declare newDpopNonce: string | undefined

  constructor(newDpopNonce: string | undefined) {
    super('use_dpop_nonce', 'Server rejected DPoP proof: wrong nonce')
    this.newDpopNonce = newDpopNonce
  }
}

/** The base of all errors of second factors, but for the demand itself, `MfaRequiredError`. */
export class MfaError extends GenericError {
  override name = 'MfaError'

  /** Makes the error from a server's answer. */
  static override fromPayload(payload: { error: string; error_description: string }): MfaError {
    return new MfaError(payload.error, payload.error_description)
  }
}

/** The second factors of a user could not be listed. */
export class MfaListAuthenticatorsError extends MfaError {
  override name = 'MfaListAuthenticatorsError'
}

/** A second factor could not be enrolled. */
export class MfaEnrollmentError extends MfaError {
  override name = 'MfaEnrollmentError'
}

/** A second factor could not be challenged. */
export class MfaChallengeError extends MfaError {
  override name = 'MfaChallengeError'
}

/** The answer of a second factor was not accepted. */
export class MfaVerifyError extends MfaError {
  override name = 'MfaVerifyError'
}

/** The factors that may be enrolled are not known. */
export class MfaEnrollmentFactorsError extends MfaError {
  override name = 'MfaEnrollmentFactorsError'
}

/** Why the server refused a request of the user's account or of a passkey. */
export interface PasskeyErrorResponse {
  /** The server's code. */
  error: string
  /** A sentence for people. */
  error_description: string
  /** The same in the words of the API, where it has its own. */
  message?: string
}

/** A passkey could not be used. */
export class PasskeyError extends Error {
  /** The name of the class; it stays the same in minified code. */
  override name = 'PasskeyError'
  /** The code. */
  readonly code: string
  /** What the server said. */
  declare readonly cause?: PasskeyErrorResponse

  constructor(code: string, message: string, cause?: PasskeyErrorResponse) {
    super(message, cause && { cause })
    this.code = code
  }
}

/** What the server's refusal of a passkey was like, as far as it is known. */
class PasskeyRefusal extends PasskeyError {
  /** The HTTP status. */
  declare statusCode?: number
  /** Without `set-cookie`. */
  declare headers?: Headers
  /** The text of the answer. */
  declare body?: string
}

/** The server refused to begin the registration of a passkey. */
export class PasskeyRegisterError extends PasskeyRefusal {
  override name = 'PasskeyRegisterError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_register_error', message, cause)
  }
}

/** The server refused to begin a login with a passkey. */
export class PasskeyChallengeError extends PasskeyRefusal {
  override name = 'PasskeyChallengeError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_challenge_error', message, cause)
  }
}

/** The server gave no tokens for a passkey. */
export class PasskeyGetTokenError extends PasskeyRefusal {
  override name = 'PasskeyGetTokenError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_get_token_error', message, cause)
  }
}

/** A problem that the API of the user's account reports (RFC 9457). */
export interface MyAccountProblem {
  /** What kind of problem it is, as an address. */
  type: string
  /** The HTTP status. */
  status: number
  /** What the kind is called. */
  title: string
  /** What happened this time. */
  detail: string
  /** What is wrong with the fields of the request. */
  validation_errors?: {
    /** What is wrong. */
    detail: string
    /** The name of the field. */
    field?: string
    /** Where the field is in the body (RFC 6901). */
    pointer?: string
    /** Which part of the request it is in. */
    source?: string
  }[]
}

/** The API of the user's account refused a request. */
export class MyAccountApiError extends Error {
  /** The name of the class; it stays the same in minified code. */
  override name = 'MyAccountApiError'
  /** What kind of problem it is, as an address. */
  readonly type: string
  /** The HTTP status. */
  readonly status: number
  /** What the kind is called. */
  readonly title: string
  /** What happened this time; also the `message`. */
  readonly detail: string
  /** What is wrong with the fields of the request. */
  declare readonly validation_errors?: MyAccountProblem['validation_errors']

  constructor({ type, status, title, detail, validation_errors }: MyAccountProblem) {
    super(detail)
    this.type = type
    this.status = status
    this.title = title
    this.detail = detail
    if (validation_errors) this.validation_errors = validation_errors
  }
}

/** The server refused a session without a user. */
export class AnonymousSessionError extends Error {
  /** The name of the class; it stays the same in minified code. */
  override name = 'AnonymousSessionError'
  /** The code. */
  readonly code: string
  /** What the server said. */
  declare readonly cause?: PasskeyErrorResponse

  constructor(code: string, message: string, cause?: PasskeyErrorResponse) {
    super(message, cause && { cause })
    this.code = code
  }
}
