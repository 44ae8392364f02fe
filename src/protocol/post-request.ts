import type { HttpRequest } from '../types/platform.ts'
import { formEncode, type Parameters } from './parameters.ts'

/** What every request to the tenant has in common. */
export interface PostOptions {
  clientId: string
  useFormData: boolean
  telemetry: { header: string | undefined }
}

/**
 * A POST of some fields. Form-encoded and without headers of our own it is a simple request for
 * CORS, so no preflight precedes it. The client names itself in the body: it is a public one.
 */
export const simplePost = (
  url: string,
  fields: Parameters,
  { clientId, useFormData, telemetry }: PostOptions,
  limits: Pick<HttpRequest, 'timeoutMs' | 'attempts'>,
): HttpRequest => {
  const body = { ...fields, client_id: clientId }
  return {
    url,
    method: 'POST',
    headers: {
      'Content-Type': useFormData ? 'application/x-www-form-urlencoded' : 'application/json',
      ...(telemetry.header && { 'Auth0-Client': telemetry.header }),
    },
    body: useFormData ? formEncode(body) : JSON.stringify(body, (_, value) => value ?? undefined),
    ...limits,
  }
}
