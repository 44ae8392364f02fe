import { GenericError } from './errors.ts'

/** A token request was answered with a demand for a second factor. */
export class MfaRequiredError extends GenericError {
  override name = 'MfaRequiredError'
  declare mfa_token: string
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
  enroll?: { type: string }[]
  challenge?: { type: string }[]
}
