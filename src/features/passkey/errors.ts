import { BaseError } from '../../errors/base-error.ts'

/** The error response of the server to a request about passkeys or anonymous sessions. */
export interface PasskeyErrorResponse {
  /** The server's code. */
  error: string
  /** A description for developers. */
  error_description: string
  /** The message of the API, if it sends one. */
  message?: string
}

/** A passkey could not be used. */
export class PasskeyError extends BaseError {
  /** The name of the class, also in minified code. */
  static override errorName = 'PasskeyError'
  /** The code. */
  readonly code: string
  /** The response of the server. */
  declare readonly cause?: PasskeyErrorResponse

  constructor(code: string, message: string, cause?: PasskeyErrorResponse) {
    super(message, cause && { cause })
    this.code = code
  }
}

/** The server rejected a request about passkeys. */
class PasskeyRequestError extends PasskeyError {
  /** The HTTP status. */
  declare statusCode?: number
  /** Without `set-cookie`. */
  declare headers?: Headers
  /** The text of the response. */
  declare body?: string
}

/** The server did not start the registration of a passkey. */
export class PasskeyRegisterError extends PasskeyRequestError {
  /** The name of the class, also in minified code. */
  static override errorName = 'PasskeyRegisterError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_register_error', message, cause)
  }
}

/** The server did not start a login with a passkey. */
export class PasskeyChallengeError extends PasskeyRequestError {
  /** The name of the class, also in minified code. */
  static override errorName = 'PasskeyChallengeError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_challenge_error', message, cause)
  }
}

/** The server issued no tokens for a passkey. */
export class PasskeyGetTokenError extends PasskeyRequestError {
  /** The name of the class, also in minified code. */
  static override errorName = 'PasskeyGetTokenError'

  constructor(message: string, cause?: PasskeyErrorResponse) {
    super('passkey_get_token_error', message, cause)
  }
}
