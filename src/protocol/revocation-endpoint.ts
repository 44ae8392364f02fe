import { GenericError } from '../errors/core.ts'
import type { HttpReply, HttpRequest } from '../types/platform.ts'
import { type PostOptions, simplePost } from './post-request.ts'

/** The request that revokes a refresh token (RFC 7009 section 2.1). */
export const revocationRequest = (
  token: string,
  options: PostOptions & { endpoints: { revoke: string }; httpTimeoutMs: number },
): HttpRequest =>
  simplePost(options.endpoints.revoke, { token_type_hint: 'refresh_token', token }, options, {
    timeoutMs: options.httpTimeoutMs,
    attempts: 1,
  })

/**
 * Any success will do: a token that is not known is revoked already (RFC 7009 section 2.2).
 *
 * @throws GenericError with the server's code, or `revoke_error`
 */
export const checkRevocation = ({ ok, status, json }: HttpReply): void => {
  if (ok) return
  const { error, error_description } = (json ?? {}) as Record<string, string | undefined>
  throw new GenericError(error || 'revoke_error', error_description || `HTTP error ${status}`)
}
