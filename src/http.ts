/** The members of a request body before they are encoded; `undefined` and `null` are not sent. */
export type Fields = Record<string, unknown>

/** A request to an endpoint of the authorization server. */
export interface HttpRequest {
  url: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  /** Encoded by the last function before the network, as a form or as JSON. */
  body?: { form: Fields } | { json: Fields }
  /** For one attempt, reading the body included. */
  timeoutMs: number
  /** How often the request may be sent while no response arrives. A response is always final. */
  attempts: number
  /** Whether the worker removes the refresh token of the response, and does not keep it. */
  discardRefreshToken?: boolean
  /** Aborts the request; it then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined
}

/** A response. `json` is `undefined` if the body is not JSON. */
export interface HttpResponse {
  ok: boolean
  status: number
  /** Header values by lower-case name: those that CORS lets the page read. */
  headers: Record<string, string>
  json: unknown
  /** The thumbprint of the key that signed the DPoP proof of the request, if it had one. */
  dpopJkt?: string
}

/** Sends a request; rejects only if no response arrived. */
export type Http = (request: HttpRequest) => Promise<HttpResponse>

/** The fields of the body of a request. */
export const fieldsOf = ({ body }: HttpRequest): Fields => {
  if (!body) return {}
  return 'form' in body ? body.form : body.json
}
