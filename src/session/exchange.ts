import {
  type Grant,
  isReadable,
  parseTokenReply,
  refreshTokenIn,
  type TokenRequestOptions,
  tokenRequest,
} from '../protocol/token-endpoint.ts'
import type { Change } from '../storage/lock/renewal-lock.ts'
import type { RefreshTokens } from '../storage/refresh-tokens.ts'
import type { Http, HttpReply } from '../types/platform.ts'
import type { TokenSet } from '../types/tokens.ts'
import { type AcceptParts, acceptTokens, type Expected } from './accept-tokens.ts'
import type { BeginSignatureCheck } from './verify-signature.ts'

/** How an exchange may be cut short. */
export interface ExchangeLimits {
  /** For the answer of the token endpoint. */
  timeoutMs?: number | undefined
  /** Of the session that the tokens are for; that of now, unless given. */
  signal?: AbortSignal
  /** Does what changes entries; by default at once. */
  change?: Change | undefined
}

/**
 * Redeems a grant at the token endpoint and takes in the answer: the one road by which tokens
 * come in.
 *
 * @throws GenericError with the server's code, `request_error`, `network_error`, `invalid_token` or
 *   `jwks_unavailable`
 * @throws GenericError `login_required` when the session has ended meanwhile
 * @throws TimeoutError when the token endpoint does not answer in time
 */
export type Exchange = (
  grant: Grant,
  expected: Expected,
  limits?: ExchangeLimits,
) => Promise<TokenSet>

/** What an exchange works with. */
export interface ExchangeParts extends AcceptParts {
  options: AcceptParts['options'] & TokenRequestOptions & { httpTimeoutMs: number }
  http: Http
  refreshTokens: Pick<RefreshTokens, 'rotated' | 'refused'>
  /** Not there where signatures are not verified. */
  beginSignatureCheck: BeginSignatureCheck | undefined
  /** The server wants to be left alone for a while, and gave this error. */
  holdOff: (forMs: number, error: unknown) => void
}

/** Something in between lost the tenant's answer (RFC 9110 sections 15.6.3 and 15.6.5). */
const GATEWAY_FAILURES = [502, 504]

/**
 * What an answer means for the refresh token that was spent on it. Of one that is not the
 * tenant's own nobody knows whether the token was replaced: it stays marked as sent.
 */
const settle = async (
  { refreshTokens }: ExchangeParts,
  spent: string,
  reply: HttpReply,
): Promise<void> => {
  // A server that names no successor has not replaced the token (RFC 6749 section 6).
  const isClear = isReadable(reply) || !(reply.ok || GATEWAY_FAILURES.includes(reply.status))
  if (!isClear) return
  if (reply.ok) await refreshTokens.rotated(spent, refreshTokenIn(reply) ?? spent)
  else await refreshTokens.refused(spent)
}

export const createExchange =
  (parts: ExchangeParts): Exchange =>
  async (grant, expected, limits = {}) => {
    const { timeoutMs = parts.options.httpTimeoutMs, signal = parts.session.signal() } = limits
    const { change = work => work() } = limits
    const request = tokenRequest(grant, parts.options, timeoutMs)
    const checkSignature = parts.beginSignatureCheck?.()
    const reply = await parts.http({ ...request, signal })
    signal.throwIfAborted()
    const spent = grant.refresh_token as string | undefined
    // Stored before anything else is judged: the server has already taken the old one back.
    if (spent) await settle(parts, spent, reply)
    let answer: TokenSet
    try {
      answer = parseTokenReply(reply, request.url)
    } catch (error) {
      if (reply.retryAfterMs) parts.holdOff(reply.retryAfterMs, error)
      throw error
    }
    const refresh_token = refreshTokenIn(reply) ?? spent
    const tokens = { ...answer, ...(refresh_token && { refresh_token }) }
    await acceptTokens(parts, tokens, grant, expected, { signal, change, checkSignature })
    return tokens
  }
