import type { HttpReply, HttpRequest } from '../types/platform.ts'

/** What the page asks of the worker; each request brings a port for its answer. */
export type ToWorker =
  | { type: 'init'; allowedBaseUrl: string }
  | { type: 'send'; request: HttpRequest }
  | { type: 'clear' }

/** What the worker answers. Errors travel as their code, text and cause. */
export type FromWorker =
  | { reply: HttpReply }
  | { failure: { error: string; error_description: string; cause?: unknown } }
  | { done: true }
