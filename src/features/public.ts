/** What optional features export, each name once. Imports of none of them load none of them. */
export { AnonymousSessionError } from './anonymous/errors.ts'
export { type IsFederatedDomainOptions, isFederatedDomain } from './federated-domain.ts'
export { InsufficientUserAuthenticationError, type StepUpParams } from './fetcher/errors.ts'
export {
  MfaChallengeError,
  MfaEnrollmentError,
  MfaEnrollmentFactorsError,
  MfaError,
  MfaListAuthenticatorsError,
  MfaVerifyError,
} from './mfa/errors.ts'
export { ConnectError, MyAccountApiError, type MyAccountProblem } from './my-account/errors.ts'
export {
  PasskeyChallengeError,
  PasskeyError,
  type PasskeyErrorResponse,
  PasskeyGetTokenError,
  PasskeyRegisterError,
} from './passkey/errors.ts'
