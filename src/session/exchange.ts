import {
  type Grant,
  parseTokenReply,
  refreshTokenIn,
  type TokenRequestOptions,
  tokenRequest,
} from '../protocol/token-endpoint.ts'
import type { RefreshTokens } from '../storage/stored-refresh-tokens.ts'
import type { Http } from '../types/platform.ts'
import type { TokenSet } from '../types/tokens.ts'
import { type AcceptParts, acceptTokens, type Expected } from './accept-tokens.ts'

/**
 * Redeems a grant at the token endpoint and takes in the answer: the one road by which tokens
 * come in.
 *
 * @throws GenericError with the server's code, `request_error`, `network_error` or `invalid_token`
 * @throws TimeoutError when the token endpoint does not answer in time
 */
export type Exchange = (
  grant: Grant,
  expected: Expected,
  timeoutMs?: number | undefined,
) => Promise<TokenSet>

/** What an exchange works with. */
export interface ExchangeParts extends AcceptParts {
  options: AcceptParts['options'] & TokenRequestOptions & { httpTimeoutMs: number }
  http: Http
  refreshTokens: Pick<RefreshTokens, 'rotated'>
}

export const createExchange =
  (parts: ExchangeParts): Exchange =>
  async (grant, expected, timeoutMs = parts.options.httpTimeoutMs) => {
    const request = tokenRequest(grant, parts.options, timeoutMs)
    const reply = await parts.http(request)
    const spent = grant.refresh_token as string | undefined
    // A server that names no successor has not replaced the token (RFC 6749 section 6).
    const refresh_token = refreshTokenIn(reply) ?? spent
    // Stored before anything else is judged: the server has already taken the old one back.
    if (reply.ok && spent && refresh_token) await parts.refreshTokens.rotated(spent, refresh_token)
    const answer = parseTokenReply(reply, request.url)
    const tokens = { ...answer, ...(refresh_token && { refresh_token }) }
    await acceptTokens(parts, tokens, grant, expected)
    return tokens
  }
