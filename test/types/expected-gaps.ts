/**
 * What the reference has and this SDK does not have yet: the extended set. `parity.test-d.ts` fails
 * when a gap is closed and still listed here, and when there is one that is not listed.
 */

/** Classes and functions. */
export type MissingValues =
  // Second factors
  | 'MfaApiClient'
  // The user's own account
  | 'MyAccountApiClient'
  // Passkeys
  | 'PasskeyApiClient'
  // Anonymous sessions
  | 'AnonymousSessionApiClient'
  | 'AnonymousSessionClient'

/** Values of this SDK that the reference does not have. */
export type MoreValues = 'default' | 'InsufficientUserAuthenticationError'

/** Members of the client. */
export type MissingMembers =
  | 'anonymous'
  | 'connectAccountWithRedirect'
  | 'mfa'
  | 'myAccount'
  | 'passkey'
  // Public in the reference's types, but meant for its own sub-clients alone
  | '_requestTokenForMfa'
  | '_requestTokenForPasskey'

/** Options of the client. */
export type MissingOptions =
  | 'anonymousSessionsCacheMode'
  | 'createAnonymousSessionOnFailedSilentAuth'
  | 'enterpriseConnect'

/** Options of this client that the reference does not have. */
export type MoreOptions =
  | 'allowInsecureRequests'
  | 'formerIssuers'
  | 'idTokenSignature'
  | 'idTokenSigningAlgs'

/** Options of `createFetcher` that the reference does not have. */
export type MoreFetcherOptions = 'allowedOrigins'

/** Types. */
export type {
  // Anonymous sessions
  AnonymousGetTokenSilentlyOptions,
  AnonymousSession,
  AnonymousSessionClaims,
  AnonymousSessionErrorCode,
  // The user's own account
  AuthenticationMethod,
  AuthenticationMethodType,
  // Second factors
  Authenticator,
  AuthenticatorType,
  ChallengeAuthenticatorParams,
  ChallengeResponse,
  CompleteRequest,
  CompleteResponse,
  ConnectAccountRedirectResult,
  ConnectRequest,
  ConnectResponse,
  CreateAnonymousSessionOptions,
  EmailAuthenticationMethod,
  EmailEnrollmentChallengeOptions,
  EmailEnrollmentChallengeResponse,
  EmailEnrollmentVerifyOptions,
  EnrollEmailParams,
  EnrollmentChallengeOptions,
  EnrollmentChallengeResponse,
  EnrollmentFactor,
  EnrollmentResponse,
  EnrollmentVerifyOptions,
  EnrollOtpParams,
  EnrollParams,
  EnrollPushParams,
  EnrollSmsParams,
  EnrollVoiceParams,
  ErrorResponse,
  Factor,
  GetAnonymousAccessTokenOptions,
  MfaFactorType,
  MfaGrantType,
  OobChannel,
  OobEnrollmentResponse,
  OtpEnrollmentResponse,
  PasskeyAuthenticationMethod,
  // Passkeys
  PasskeyCreationOptions,
  PasskeyCredentialResponse,
  PasskeyEnrollmentChallengeOptions,
  PasskeyEnrollmentChallengeResponse,
  PasskeyEnrollmentVerifyOptions,
  PasskeyGetTokenOptions,
  PasskeyLoginChallenge,
  PasskeyLoginChallengeOptions,
  PasskeyLoginChallengeResponse,
  PasskeyLoginOptions,
  PasskeyRequestOptions,
  PasskeySignupChallenge,
  PasskeySignupChallengeOptions,
  PasskeySignupChallengeResponse,
  PasskeySignupOptions,
  PasswordAuthenticationMethod,
  PasswordEnrollmentChallengeOptions,
  PasswordEnrollmentChallengeResponse,
  PasswordEnrollmentVerifyOptions,
  PasswordPolicy,
  PhoneAuthenticationMethod,
  PhoneEnrollmentChallengeOptions,
  PhoneEnrollmentChallengeResponse,
  PhoneEnrollmentVerifyOptions,
  PushNotificationAuthenticationMethod,
  PushNotificationEnrollmentChallengeOptions,
  PushNotificationEnrollmentChallengeResponse,
  PushNotificationEnrollmentVerifyOptions,
  RecoveryCodeAuthenticationMethod,
  RecoveryCodeEnrollmentChallengeOptions,
  RecoveryCodeEnrollmentChallengeResponse,
  RecoveryCodeEnrollmentVerifyOptions,
  RedirectConnectAccountOptions,
  TotpAuthenticationMethod,
  TotpEnrollmentChallengeOptions,
  TotpEnrollmentChallengeResponse,
  TotpEnrollmentVerifyOptions,
  UpdateAuthenticationMethodRequest,
  VerifyParams,
  WebAuthnPlatformAuthenticationMethod,
  WebAuthnRoamingAuthenticationMethod,
} from '@auth0/auth0-spa-js/dist/typings'
