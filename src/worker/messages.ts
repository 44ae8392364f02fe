import type { HttpRequest, HttpResponse } from '../http.ts'

/** The URLs that the worker may request, each with the field that holds the refresh token there. */
export type TokenFields = Record<string, string>

/** What the page sends to the worker. Each message brings a port for its answer. */
export type ToWorker =
  | { type: 'init'; tokenFields: TokenFields }
  | { type: 'send'; request: HttpRequest }
  /** `keep` is the reference of the one token that stays. */
  | { type: 'clear'; keep: string | undefined }
  /** `reference` is that of a token that must not be used. */
  | { type: 'drop'; reference: string }

/** An error in a form that every browser can post: not all can clone errors. */
export interface Failure {
  error: string
  error_description: string
  /** The text of the cause. */
  cause?: string
}

/** Creates the error of a failure. */
export type ToError = (failure: Failure) => Error

/** What the worker answers. Errors are sent as code, description and cause. */
export type FromWorker = { response: HttpResponse } | { failure: Failure } | { done: true }
