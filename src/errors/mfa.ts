import { GenericError } from './core.ts'

/** The token endpoint requires a second factor. */
export class MfaRequiredError extends GenericError {
  static override errorName = 'MfaRequiredError'
  /** The token that requests about the second factor must carry. */
  declare mfa_token: string
  /** The factors that can be used. */
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

/** What the server requires before it issues tokens: factors to enroll, or factors to complete. */
export interface MfaRequirements {
  /** The types of factor that the user can enroll. */
  enroll?: {
    /** Such as `otp` or `push-notification`. */
    type: string
  }[]
  /** The types of factor that the user has enrolled. */
  challenge?: {
    /** Such as `otp` or `push-notification`. */
    type: string
  }[]
}
