import type { Fields, HttpRequest, HttpResponse } from '../http.ts'

/** A reference to a refresh token in the vault. It is unique, also over several vaults. */
export const createReference = (): string => `ref:${crypto.randomUUID()}`

/** Whether a value is a reference. */
export const isReference = (value: unknown): boolean =>
  typeof value === 'string' && /^ref:[\da-f]{8}-/.test(value)

/** The same request with other fields in its body. */
export const withFields = (request: HttpRequest, fields: Fields): HttpRequest => ({
  ...request,
  body: request.body && 'json' in request.body ? { json: fields } : { form: fields },
})

/** A response that is created without a request. */
export const localError = (error: string, error_description: string): HttpResponse => ({
  ok: false,
  status: 400,
  headers: {},
  json: { error, error_description },
})

/** The response to a reference that the vault does not know. */
export const missingToken = (): HttpResponse =>
  localError('missing_refresh_token', 'The worker does not have the refresh token.')
