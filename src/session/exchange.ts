import { GenericError } from '../errors/core.ts'
import type { Http, HttpResponse } from '../http.ts'
import { ownMembers } from '../own-members.ts'
import type { PostOptions } from '../protocol/post-request.ts'
import { retryAfterMs } from '../protocol/retry-after.ts'
import type { Server } from '../protocol/server-metadata.ts'
import {
  type Grant,
  isBound,
  isFromTokenEndpoint,
  parseTokenResponse,
  refreshTokenIn,
  tokenRequest,
} from '../protocol/token-endpoint.ts'
import type { TokenSet } from '../protocol/token-slot.ts'
import type { RefreshTokens } from '../storage/refresh-tokens.ts'
import type { DecodedToken } from '../types/storage.ts'
import { type AcceptParts, acceptTokens, type Begun, type Expected } from './accept-tokens.ts'
import type { PrefetchKeys } from './signing-keys.ts'

/** How an exchange is limited, and what it can use. */
export interface ExchangeLimits {
  /** For the response of the token endpoint. */
  timeoutMs?: number | undefined
  /** Aborted when the session of silent work, or the sign-in, has ended. */
  signal: AbortSignal
  /** For silent work; `undefined` for a sign-in. */
  begun?: Begun
}

/** What an exchange has stored. */
export interface Accepted {
  tokens: TokenSet
  /** The ID token of the response; the response to a refresh may contain none. */
  decodedToken: DecodedToken | undefined
}

/**
 * Sends a grant to the token endpoint, then validates and stores the response. All tokens enter
 * through this function.
 *
 * @throws GenericError with the server's code, `request_error`, `network_error`, `invalid_token` or
 *   `jwks_unavailable`
 * @throws GenericError `invalid_token_type` for a token without a key in a session that had one
 * @throws GenericError `login_required` if the session has ended in the meantime
 * @throws TimeoutError if the token endpoint does not respond in time
 */
export type Exchange = (
  grant: Grant,
  expected: Expected,
  limits: ExchangeLimits,
) => Promise<Accepted>

interface ExchangeParts extends AcceptParts {
  options: AcceptParts['options'] & PostOptions & { httpTimeoutMs: number; isOnline: boolean }
  server: Server
  http: Http
  refreshTokens: Pick<RefreshTokens, 'find' | 'isStored' | 'replace' | 'clearMark'>
  /** `undefined` if signatures are not verified. */
  prefetchKeys: PrefetchKeys | undefined
  /** Stops further requests for a while, because the server asked for it with this error. */
  pauseFor: (ms: number, error: unknown) => void
}

/**
 * Records what a response means for the refresh token that was sent. If the response is not from the
 * token endpoint (proxy, captive portal), the token may have been replaced, so it stays marked. The
 * successor is stored in every entry that still contains its predecessor, even if the session has changed.
 */
const settle = async (
  { options, refreshTokens, turns }: ExchangeParts,
  { number, stored: { tokens } }: Begun,
  sent: string,
  response: HttpResponse,
): Promise<void> => {
  const successor = refreshTokenIn(response)
  if (!isFromTokenEndpoint(response) && !successor) return
  await turns.exclusive(async turn => {
    const isCurrent = turn.isCurrent(number)
    // Read again: code without our lock, such as auth0-spa-js, may have written during the request.
    if (!isCurrent || !response.ok) await tokens.reload()
    if (!refreshTokens.isStored(tokens, sent)) return
    await turn.write(() => {
      if (!response.ok) return refreshTokens.clearMark(tokens, sent)
      // A server that sends no successor has not replaced the token (RFC 6749 section 6).
      const isForAll = isCurrent && successor !== undefined && !options.isOnline
      return refreshTokens.replace(tokens, sent, successor ?? sent, isForAll)
    })
  })
}

const notBound = (): GenericError =>
  new GenericError(
    'invalid_token_type',
    'The tenant sent a token that is not bound to the DPoP key, as those before were. Sign in again.',
  )

export const createExchange =
  (parts: ExchangeParts): Exchange =>
  async (grant, expected, { timeoutMs = parts.options.httpTimeoutMs, signal, begun }) => {
    const server = await parts.server()
    const request = tokenRequest(grant, server, parts.options, timeoutMs)
    // A clock that fails is noticed before the code or the refresh token is used.
    await parts.options.nowProvider()
    const verifySignature = parts.prefetchKeys?.(server.jwks_uri, signal)
    const response = await parts.http({ ...request, signal })
    if (signal.aborted) throw signal.reason
    const sent = begun && (grant.refresh_token as string | undefined)
    // Stored before the rest of the response is validated: the server has replaced the old token.
    if (sent) await settle(parts, begun, sent, response)
    const refresh_token = refreshTokenIn(response) ?? sent
    const read = (): TokenSet => {
      try {
        return parseTokenResponse(response, request.url)
      } catch (error) {
        const pauseMs = retryAfterMs(response)
        if (pauseMs) parts.pauseFor(pauseMs, error)
        throw error
      }
    }
    try {
      const granted = read()
      if (begun?.isBound && !isBound(granted)) throw notBound()
      const tokens = refresh_token ? ownMembers(granted, { refresh_token }) : granted
      const accept = { signal, begun, verifySignature, dpopJkt: response.dpopJkt }
      return { tokens, decodedToken: await acceptTokens(parts, tokens, expected, accept) }
    } catch (error) {
      if (!begun && refresh_token) await parts.events.emit('sign-in-rejected', { refresh_token })
      throw error
    }
  }
