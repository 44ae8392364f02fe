import { GenericError } from '../errors/core.ts'

/** Whether the connection broke before a response arrived: the server may have seen the request. */
export const isNetworkError = (error: unknown): boolean =>
  error instanceof GenericError && error.error === 'network_error'

/** Whether the server rejected a refresh token for good (RFC 6749 section 5.2). */
export const isRefreshTokenRejected = (error: unknown): boolean =>
  error instanceof GenericError &&
  (error.error === 'invalid_grant' || /invalid refresh token/i.test(error.message))

/** Whether the worker no longer has the refresh token. */
export const isRefreshTokenLost = (error: unknown): boolean =>
  error instanceof GenericError && error.error === 'missing_refresh_token'

/** Whether the tenant has blocked the user, so that no renewal can succeed. */
export const isUserBlocked = (error: unknown): boolean =>
  error instanceof GenericError && /user is blocked/i.test(error.message)

/** Whether the tenant has no session of the user. */
export const isLoginRequired = (error: unknown): boolean =>
  error instanceof GenericError && error.error === 'login_required'

/** Whether a renewal failed because the user has to complete a second factor. */
export const isMfaRequired = (error: unknown): boolean =>
  error instanceof GenericError &&
  (error.error === 'mfa_required' ||
    (isLoginRequired(error) && error.error_description === 'Multifactor authentication required'))
