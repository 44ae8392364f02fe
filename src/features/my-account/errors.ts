import { BaseError } from '../../errors/base-error.ts'
import { GenericError } from '../../errors/core.ts'

/** The server responded with an error when an account was connected. */
export class ConnectError extends GenericError {
  static override errorName = 'ConnectError'
  /** The connection of the account. */
  declare connection: string
  /** The `state` of the request. */
  declare state: string
  /** The `appState` of the request, or `null`. */
  // biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
  declare appState: any

  constructor(
    error: string,
    error_description: string,
    connection: string,
    state: string,
    appState: unknown = null,
  ) {
    super(error, error_description)
    this.connection = connection
    this.state = state
    this.appState = appState
  }
}

/** A problem that the My Account API reports (RFC 9457). */
export interface MyAccountProblem {
  /** The type of the problem, as a URI. */
  type: string
  /** The HTTP status. */
  status: number
  /** The name of the type. */
  title: string
  /** What happened. */
  detail: string
  /** What is wrong with the fields of the request. */
  validation_errors?: {
    /** What is wrong. */
    detail: string
    /** The name of the field. */
    field?: string
    /** Where the field is in the body (RFC 6901). */
    pointer?: string
    /** The part of the request that it is in. */
    source?: string
  }[]
}

/** The My Account API rejected a request. */
export class MyAccountApiError extends BaseError {
  static override errorName = 'MyAccountApiError'
  /** The type of the problem, as a URI. */
  readonly type: string
  /** The HTTP status. */
  readonly status: number
  /** The name of the type. */
  readonly title: string
  /** What happened; also the `message`. */
  readonly detail: string
  /** What is wrong with the fields of the request. */
  declare readonly validation_errors?: MyAccountProblem['validation_errors']

  constructor({ type, status, title, detail, validation_errors }: MyAccountProblem) {
    super(detail)
    this.type = type
    this.status = status
    this.title = title
    this.detail = detail
    if (validation_errors) this.validation_errors = validation_errors
  }
}
