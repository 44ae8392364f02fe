import { GenericError } from '../errors/core.ts'
import type { HttpRequest, HttpResponse } from '../http.ts'
import { ownMembers } from '../own-members.ts'
import { type PostOptions, postRequest } from './post-request.ts'
import type { ServerMetadata } from './server-metadata.ts'

/** The request that revokes a refresh token (RFC 7009 section 2.1). */
export const revocationRequest = (
  token: string,
  { revocation_endpoint }: Pick<ServerMetadata, 'revocation_endpoint'>,
  options: PostOptions & { httpTimeoutMs: number },
): HttpRequest =>
  postRequest(revocation_endpoint, { token_type_hint: 'refresh_token', token }, options, {
    timeoutMs: options.httpTimeoutMs,
    attempts: 1,
  })

/**
 * Every 2xx is a success: a token that the server does not know is revoked already (RFC 7009
 * section 2.2).
 *
 * @throws GenericError with the server's code, or `revoke_error`
 */
export const checkRevocation = ({ ok, status, json }: HttpResponse): void => {
  if (ok) return
  const { error, error_description } = ownMembers(json as Record<string, string | undefined>)
  throw new GenericError(error || 'revoke_error', error_description || `HTTP error ${status}`)
}
