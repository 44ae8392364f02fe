import { GenericError } from '../../errors/core.ts'

/** What to pass to `loginWithRedirect` or `loginWithPopup` to satisfy an API. */
export interface StepUpParams {
  /** The authentication context classes that the API accepts, separated by spaces. */
  acr_values?: string
  /** How many seconds ago the user may have signed in at most. */
  max_age?: number
  /** The audience of the call that was rejected. */
  audience?: string
  /** The scopes of the call that was rejected, separated by spaces. */
  scope?: string
}

/**
 * An API demands a stronger or a more recent login of the user (RFC 9470 section 3).
 *
 * @example
 * ```ts
 * const api = auth0.createFetcher({ baseUrl: 'https://api.example.com' })
 * try {
 *   await api.fetchWithAuth('/transfers', { method: 'POST' })
 * } catch (error) {
 *   if (!(error instanceof InsufficientUserAuthenticationError)) throw error
 *   const { authorizationParams } = error
 *   await auth0.loginWithRedirect({ authorizationParams })
 * }
 * ```
 */
export class InsufficientUserAuthenticationError extends GenericError {
  static override errorName = 'InsufficientUserAuthenticationError'
  /** The authentication context classes that the API accepts, separated by spaces. */
  declare acr_values: string | undefined
  /** How many seconds ago the user may have signed in at most. */
  declare max_age: number | undefined
  /** All of it, with audience and scopes of the call, for `loginWithRedirect` or `loginWithPopup`. */
  declare authorizationParams: StepUpParams
  /** The response of the API: a `Response`, or what the option `fetch` has returned. */
  declare response: unknown

  constructor(authorizationParams: StepUpParams, response: unknown) {
    super(
      'insufficient_user_authentication',
      'The API demands another login: pass `authorizationParams` of this error to loginWithRedirect.',
    )
    this.acr_values = authorizationParams.acr_values
    this.max_age = authorizationParams.max_age
    this.authorizationParams = authorizationParams
    this.response = response
  }
}
