import { GenericError } from '../errors/core.ts'

/** Whether a refresh token was refused for good, and not merely this time (RFC 6749 section 5.2). */
export const isRefreshTokenRejected = (error: unknown): boolean =>
  error instanceof GenericError &&
  (error.error === 'invalid_grant' || /invalid refresh token/i.test(error.message))

/** Whether the worker that held the refresh token no longer does. */
export const isRefreshTokenLost = (error: unknown): boolean =>
  error instanceof GenericError && error.error === 'missing_refresh_token'

/** Whether the tenant has blocked the user: no way of renewal is left. */
export const isUserBlocked = (error: unknown): boolean =>
  error instanceof GenericError && /user is blocked/i.test(error.message)

/** Whether a renewal failed only because a person has to answer for a second factor. */
export const isMfaDemand = (error: unknown): boolean =>
  error instanceof GenericError &&
  (error.error === 'mfa_required' ||
    (error.error === 'login_required' &&
      error.error_description === 'Multifactor authentication required'))
