import { pause } from '../browser/environment.ts'
import { currentOrigin } from '../browser/location.ts'
import { MissingRefreshTokenError, MissingScopesError } from '../errors/renewal.ts'
import { fetchTimeout } from '../errors/timeout-cause.ts'
import {
  isNetworkError,
  isRefreshTokenLost,
  isRefreshTokenRejected,
} from '../protocol/error-codes.ts'
import { maxAgeSecondsOf } from '../protocol/max-age.ts'
import { omit } from '../protocol/parameters.ts'
import { includesScopes, missingScopes } from '../protocol/scopes.ts'
import type { Grant } from '../protocol/token-endpoint.ts'
import type { TokenSet } from '../protocol/token-slot.ts'
import type { Exchange } from '../session/exchange.ts'
import type { SessionTurns } from '../session/session-turns.ts'
import type { RenewalLock } from '../storage/lock/renewal-lock.ts'
import type { RefreshTokens, StoredRefreshToken } from '../storage/refresh-tokens.ts'
import type { LockedRequest, Renewer } from './renewer.ts'
import { EXTRA_WAIT_MS, longestRenewalMs } from './time-limits.ts'

/** The pause before a refresh token is sent again, if no response arrived. */
const RETRY_PAUSE_MS = { min: 200, jitter: 300 }

interface RefreshTokenParts {
  options: { useMrrt: boolean; authorizeTimeoutMs: number; httpTimeoutMs: number }
  exchange: Exchange
  refreshTokens: RefreshTokens
  turns: Pick<SessionTurns, 'exclusive'>
  lock: Pick<RenewalLock, 'runWith'>
}

/**
 * Redeems the refresh token (RFC 6749 section 6). Only this file does. It runs under the locks, after
 * the token was marked as sent.
 *
 *     mark as sent ─ send ─┬─ success: the successor is stored, the mark is gone
 *                          ├─ rejected: another token stored in the meantime? that one, once;
 *                          │    else removed; if the mark was there before, the response with
 *                          │    the successor was lost, and the token counts as missing
 *                          ├─ no response: sent once more after a pause, then an error
 *                          └─ slow: the caller gets a timeout, the response is waited for
 *
 * The mark is written before the token is sent, so it is there even if this page is closed: the next
 * renewal sends the token again, which the server accepts within its leeway, or uses the iframe.
 */
export const createRenewWithRefreshToken = (parts: RefreshTokenParts): Renewer => {
  const { options, exchange, refreshTokens, turns, lock } = parts

  const covers = ({ slot }: StoredRefreshToken, request: LockedRequest): boolean =>
    slot.audience === request.slot.audience && includesScopes(slot.scope, request.slot.scope)

  /** With a token for several audiences, scopes are sent; those that it covers are not narrowed. */
  const grantFor = (request: LockedRequest, token: StoredRefreshToken): Grant => {
    const { audience, redirect_uri, ...params } = omit(request.params, 'scope', 'timeout')
    const { scope } = covers(token, request) ? token.slot : request.slot
    return {
      ...params,
      grant_type: 'refresh_token',
      refresh_token: token.refresh_token,
      redirect_uri: redirect_uri ?? currentOrigin(),
      ...(options.useMrrt && { audience, scope }),
    }
  }

  const missing = ({ slot }: LockedRequest): MissingRefreshTokenError =>
    new MissingRefreshTokenError(slot.audience, slot.scope)

  /**
   * Changes the entries that contain a token. If the session has changed, the entries are
   * read again first, so that only entries that still contain the token are changed.
   */
  const change = (
    { begun }: LockedRequest,
    token: string,
    method: 'markSent' | 'remove',
  ): Promise<void> =>
    turns.exclusive(async turn => {
      const { tokens } = begun.stored
      if (!turn.isCurrent(begun.number)) await tokens.reload()
      if (!refreshTokens.isStored(tokens, token)) return
      await turn.write(() => refreshTokens[method](tokens, token))
    })

  /**
   * Sends the token, and once more if the connection broke: the request may not have arrived. A
   * third attempt would only do harm, and so would a second one while a response may still arrive.
   */
  const send = async (
    request: LockedRequest,
    token: StoredRefreshToken,
    isSecond = false,
  ): Promise<TokenSet> => {
    const { slot, params, signal, begun, onTimeout } = request
    const { timeoutMs = options.httpTimeoutMs } = request
    const timer = setTimeout(
      () => onTimeout(fetchTimeout('the token endpoint', timeoutMs)),
      timeoutMs,
    )
    try {
      const { tokens } = await exchange(
        grantFor(request, token),
        {
          slot,
          maxAgeSeconds: maxAgeSecondsOf(params.max_age),
          subject: 'must-match',
          isRefresh: true,
          ceiling: 'keep',
        },
        { timeoutMs: timeoutMs + EXTRA_WAIT_MS, signal, begun },
      )
      return tokens
    } catch (error) {
      if (isSecond || !isNetworkError(error)) throw error
    } finally {
      clearTimeout(timer)
    }
    await pause(RETRY_PAUSE_MS.min + Math.random() * RETRY_PAUSE_MS.jitter)
    if (signal.aborted) throw signal.reason
    token.isOutcomeUnknown = true
    return send(request, token, true)
  }

  /** A rejection can mean that code without our lock, such as auth0-spa-js, has renewed. */
  const findOther = async (
    { slot, begun }: LockedRequest,
    rejected: StoredRefreshToken,
  ): Promise<StoredRefreshToken | undefined> => {
    const { tokens } = begun.stored
    // Others may have written during the request.
    await turns.exclusive(() => tokens.reload())
    const token = refreshTokens.find(tokens, slot, begun.dpopJkt)
    return token?.refresh_token === rejected.refresh_token ? undefined : token
  }

  const redeemOther = (request: LockedRequest, other: StoredRefreshToken): Promise<TokenSet> => {
    const { refresh_token } = other
    const redeemMarked = async (): Promise<TokenSet> => {
      await change(request, refresh_token, 'markSent')
      return redeem(request, other, true)
    }
    return lock.runWith(refresh_token, redeemMarked, request.timeoutMs ?? longestRenewalMs(options))
  }

  /** Redeems a refresh token and handles every outcome. */
  const redeem = async (
    request: LockedRequest,
    token: StoredRefreshToken,
    isSecond = false,
  ): Promise<TokenSet> => {
    try {
      return await send(request, token)
    } catch (error) {
      const isLost = isRefreshTokenLost(error)
      if (!isLost && !isRefreshTokenRejected(error)) throw error
      const other = isSecond ? undefined : await findOther(request, token)
      if (other) return redeemOther(request, other)
      await change(request, token.refresh_token, 'remove')
      throw isLost || token.isOutcomeUnknown ? missing(request) : error
    }
  }

  /** With a token for several audiences the server may leave out scopes without an error. */
  const checkScopes = async (
    request: LockedRequest,
    token: StoredRefreshToken,
    { scope: granted }: TokenSet,
  ): Promise<void> => {
    if (!options.useMrrt || covers(token, request) || granted === undefined) return
    const { slot, begun } = request
    const absent = missingScopes(`${granted} offline_access online_access`, slot.scope)
    if (absent.length === 0) return
    const { tokens } = begun.stored
    await turns.exclusive(async turn => {
      await tokens.reload()
      const entry = tokens.find(slot)
      if (entry) await turn.write(() => tokens.remove(entry))
    })
    throw new MissingScopesError(slot.audience, absent.join(','))
  }

  return async request => {
    const { token } = request
    if (!token) throw missing(request)
    const tokens = await redeem(request, token)
    await checkScopes(request, token, tokens)
    return tokens
  }
}
