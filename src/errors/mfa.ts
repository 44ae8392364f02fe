import { GenericError } from './core.ts'

/** A token request was answered with a demand for a second factor. */
export class MfaRequiredError extends GenericError {
  override name = 'MfaRequiredError'
  /** What a request about the second factor has to carry. */
  declare mfa_token: string
  /** The factors that may be used. */
  declare mfa_requirements: MfaRequirements

  constructor(
    error: string,
    error_description: string,
    mfa_token: string,
    mfa_requirements: MfaRequirements,
  ) {
    super(error, error_description)
    this.mfa_token = mfa_token
    this.mfa_requirements = mfa_requirements
  }
}

/** What the server wants before it issues tokens: factors to enrol, or factors to answer. */
export interface MfaRequirements {
  /** The kinds of factor that the user may enrol. */
  enroll?: {
    /** Such as `otp` or `push-notification`. */
    type: string
  }[]
  /** The kinds of factor that the user has and may answer with. */
  challenge?: {
    /** Such as `otp` or `push-notification`. */
    type: string
  }[]
}
