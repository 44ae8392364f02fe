import type { MaybePromise } from './storage.ts'

/** Milliseconds since the epoch. */
export type Clock = () => MaybePromise<number>

/** A request to one of the tenant's endpoints. */
export interface HttpRequest {
  url: string
  method: 'POST'
  headers: Record<string, string>
  body: string
  /** For one attempt, reading the body included. */
  timeoutMs: number
  /** How often the request may be sent when no answer comes. An answer is always final. */
  attempts: number
  /** Ends the request; what it rejects with is the signal's reason. */
  signal?: AbortSignal | undefined
}

/** A question that sends nothing, and no header of ours: no preflight precedes it. */
export interface HttpQuery extends Pick<HttpRequest, 'url' | 'timeoutMs' | 'attempts' | 'signal'> {
  method: 'GET'
  headers?: never
  body?: never
}

/** What came back. `json` is `undefined` when the body is not JSON. */
export interface HttpReply {
  ok: boolean
  status: number
  json: unknown
  /** How long the server wants to be left alone, where it says so (RFC 9110 section 10.2.3). */
  retryAfterMs?: number | undefined
}

/** Sends a request; rejects only when no answer came. */
export type Http = (request: HttpRequest) => Promise<HttpReply>

/** The parameters of an authorization response (RFC 6749 section 4.1.2, RFC 9207). */
export interface AuthorizationResponse {
  state?: string
  code?: string
  error?: string
  error_description?: string
  iss?: string
}

/** Opens an authorization URL in a window of its own and waits for the message it posts. */
export type WebMessage = (
  url: string,
  wait: { origin: string; state: string; timeoutMs: number; signal: AbortSignal },
) => Promise<AuthorizationResponse>

/** One task at a time per name, over all tabs of the origin. */
export interface TabLock {
  /** Runs the task when the name is free, however long that takes. */
  run<T>(name: string, task: () => Promise<T>): Promise<T>
  /** Runs the task only if the name is free right now. */
  runIfFree(name: string, task: () => Promise<void>): Promise<void>
}
