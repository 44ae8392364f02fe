import type { Http, HttpResponse } from '../http.ts'
import type { PostOptions } from '../protocol/post-request.ts'
import { retryAfterMs } from '../protocol/retry-after.ts'
import type { Server } from '../protocol/server-metadata.ts'
import {
  type Grant,
  isFromTenant,
  parseTokenResponse,
  refreshTokenIn,
  tokenRequest,
} from '../protocol/token-endpoint.ts'
import type { TokenSet } from '../protocol/token-slot.ts'
import type { Write } from '../storage/lock/renewal-lock.ts'
import type { RefreshTokens } from '../storage/refresh-tokens.ts'
import { type AcceptParts, acceptTokens, type Expected, type StoredState } from './accept-tokens.ts'
import type { PrefetchKeys } from './signing-keys.ts'

/** How an exchange is limited, and what it can use. */
export interface ExchangeLimits {
  /** For the response of the token endpoint. */
  timeoutMs?: number | undefined
  /** Abort signal of the session the tokens belong to. Default: the current session. */
  signal?: AbortSignal
  /** What this client has stored, if the caller has read it under the lock. */
  stored?: StoredState
  /** Wraps the writes. */
  write?: Write | undefined
}

/**
 * Sends a grant to the token endpoint, then validates and stores the response. All tokens enter
 * through this function.
 *
 * @throws GenericError with the server's code, `request_error`, `network_error`, `invalid_token` or
 *   `jwks_unavailable`
 * @throws GenericError `login_required` if the session has ended in the meantime
 * @throws TimeoutError if the token endpoint does not respond in time
 */
export type Exchange = (
  grant: Grant,
  expected: Expected,
  limits?: ExchangeLimits,
) => Promise<TokenSet>

interface ExchangeParts extends AcceptParts {
  options: AcceptParts['options'] & PostOptions & { httpTimeoutMs: number }
  server: Server
  http: Http
  refreshTokens: Pick<RefreshTokens, 'replace' | 'clearMark'>
  /** `undefined` if signatures are not verified. */
  prefetchKeys: PrefetchKeys | undefined
  /** Stops further requests for a while, because the server asked for it with this error. */
  pauseFor: (ms: number, error: unknown) => void
}

/**
 * Gateway errors: the tenant may have processed the request (RFC 9110 sections 15.6.3 and 15.6.5).
 */
const GATEWAY_ERRORS = [502, 504]

/**
 * Records what a response means for the refresh token that was sent. If the response is not from the
 * tenant (proxy, captive portal), we cannot know whether the token was rotated, so it stays marked.
 */
const settle = async (
  { refreshTokens, tokenStore }: ExchangeParts,
  stored: StoredState,
  sent: string,
  response: HttpResponse,
): Promise<void> => {
  const isCertain =
    isFromTenant(response) || !(response.ok || GATEWAY_ERRORS.includes(response.status))
  if (!isCertain) return
  // A server that sends no successor has not replaced the token (RFC 6749 section 6).
  if (response.ok) {
    return refreshTokens.replace(stored.tokens, sent, refreshTokenIn(response) ?? sent)
  }
  // Read again: code without our lock, such as auth0-spa-js, may have written during the request.
  stored.tokens = await tokenStore.load()
  await refreshTokens.clearMark(stored.tokens, sent)
}

export const createExchange =
  (parts: ExchangeParts): Exchange =>
  async (grant, expected, limits = {}) => {
    const { timeoutMs = parts.options.httpTimeoutMs, signal = parts.session.signal() } = limits
    const { stored, write = work => work() } = limits
    const server = await parts.server()
    const request = tokenRequest(grant, server, parts.options, timeoutMs)
    const verifySignature = parts.prefetchKeys?.(server.jwks_uri, signal)
    const response = await parts.http({ ...request, signal })
    signal.throwIfAborted()
    const sent = stored && (grant.refresh_token as string | undefined)
    // Stored before the rest of the response is validated: the server has replaced the old token.
    if (sent) await settle(parts, stored, sent, response)
    let granted: TokenSet
    try {
      granted = parseTokenResponse(response, request.url)
    } catch (error) {
      const pauseMs = retryAfterMs(response)
      if (pauseMs) parts.pauseFor(pauseMs, error)
      throw error
    }
    const refresh_token = refreshTokenIn(response) ?? sent
    const tokens = { ...granted, ...(refresh_token && { refresh_token }) }
    await acceptTokens(parts, tokens, expected, { signal, stored, write, verifySignature })
    return tokens
  }
