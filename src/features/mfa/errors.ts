import { GenericError } from '../../errors/core.ts'

/** The base class of MFA errors, except `MfaRequiredError`. */
export class MfaError extends GenericError {
  static override errorName = 'MfaError'

  /** Creates the error from a response of the server. */
  static override fromPayload(payload: { error: string; error_description: string }): MfaError {
    return new MfaError(payload.error, payload.error_description)
  }
}

/** The second factors of a user could not be listed. */
export class MfaListAuthenticatorsError extends MfaError {
  static override errorName = 'MfaListAuthenticatorsError'
}

/** A second factor could not be enrolled. */
export class MfaEnrollmentError extends MfaError {
  static override errorName = 'MfaEnrollmentError'
}

/** A second factor could not be challenged. */
export class MfaChallengeError extends MfaError {
  static override errorName = 'MfaChallengeError'
}

/** The second factor was not verified. */
export class MfaVerifyError extends MfaError {
  static override errorName = 'MfaVerifyError'
}

/** The factors that can be enrolled could not be listed. */
export class MfaEnrollmentFactorsError extends MfaError {
  static override errorName = 'MfaEnrollmentFactorsError'
}
