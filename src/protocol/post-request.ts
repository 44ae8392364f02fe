import type { Fields, HttpRequest } from '../http.ts'
import { ownMembers } from '../own-members.ts'

/** What every POST of a client has in common. */
export interface PostOptions {
  clientId: string
  useFormData: boolean
  telemetry: { header: string | undefined }
}

/**
 * A POST of some fields. As a form without custom headers it is a CORS-simple request, which needs
 * no preflight. The client identifies itself in the body, as public clients do (RFC 6749 section
 * 3.2.1).
 */
export const postRequest = (
  url: string,
  fields: Fields,
  { clientId, useFormData, telemetry }: PostOptions,
  limits: Pick<HttpRequest, 'timeoutMs' | 'attempts'>,
): HttpRequest => {
  const body = { ...fields, client_id: clientId }
  return {
    url,
    method: 'POST',
    ...(telemetry.header && { headers: { 'Auth0-Client': telemetry.header } }),
    body: useFormData ? ownMembers({ form: body }) : ownMembers({ json: body }),
    ...limits,
  }
}
