import type { HttpRequest, HttpResponse } from '../http.ts'

/** The URLs that the worker may request, each with the field that holds the refresh token there. */
export type TokenFields = Record<string, string>

/** What the page sends to the worker. Each message brings a port for its answer. */
export type ToWorker =
  | { type: 'init'; tokenFields: TokenFields }
  | { type: 'send'; request: HttpRequest }
  | { type: 'clear' }

/** What the worker answers. Errors are sent as code, description and cause. */
export type FromWorker =
  | { response: HttpResponse }
  | { failure: { error: string; error_description: string; cause?: unknown } }
  | { done: true }
