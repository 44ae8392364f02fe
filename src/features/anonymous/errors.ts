import { BaseError } from '../../errors/base-error.ts'
import type { PasskeyErrorResponse } from '../passkey/errors.ts'

/** The server did not create an anonymous session. */
export class AnonymousSessionError extends BaseError {
  static override errorName = 'AnonymousSessionError'
  /** The code. */
  readonly code: string
  /** The response of the server. */
  declare readonly cause?: PasskeyErrorResponse

  constructor(code: string, message: string, cause?: PasskeyErrorResponse) {
    super(message, cause && { cause })
    this.code = code
  }
}
