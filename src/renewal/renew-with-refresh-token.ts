import { pause } from '../browser/environment.ts'
import { currentOrigin } from '../browser/location.ts'
import { TimeoutError } from '../errors/core.ts'
import { MissingRefreshTokenError, MissingScopesError } from '../errors/renewal.ts'
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
import type { RefreshTokens, StoredRefreshToken } from '../storage/refresh-tokens.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { LockedRequest, Renewer } from './renewer.ts'

/**
 * How much longer the response is waited for than the caller waits: aborting a request that the
 * server has yet to process would leave a used token behind.
 */
const EXTRA_WAIT_MS = 30_000

/** The pause before a refresh token is sent again, if no response arrived. */
const RETRY_PAUSE_MS = { min: 200, jitter: 300 }

interface RefreshTokenParts {
  options: { useMrrt: boolean; httpTimeoutMs: number }
  exchange: Exchange
  refreshTokens: RefreshTokens
  tokenStore: Pick<TokenStore, 'load'>
}

/**
 * Redeems the refresh token (RFC 6749 section 6). Only this file does. It runs under the lock, after
 * the entries were read.
 *
 *     find ─ mark as sent ─ send ─┬─ success: the successor is stored, the mark is gone
 *                                 ├─ rejected: another token stored in the meantime? that one, once;
 *                                 │    else removed; if the mark was there before, the response with
 *                                 │    the successor was lost, and the token counts as missing
 *                                 ├─ no response: sent once more after a pause, then an error
 *                                 └─ slow: the caller gets a timeout, the response is waited for
 *
 * The mark is written before the token is sent, so it is there even if this page is closed: the next
 * renewal sends the token again, which the server accepts within its leeway, or uses the iframe.
 */
export const createRenewWithRefreshToken = (parts: RefreshTokenParts): Renewer => {
  const { options, exchange, refreshTokens, tokenStore } = parts

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
   * Sends the token, and once more if the connection broke: the request may not have arrived. A
   * third attempt would only do harm, and so would a second one while a response may still arrive.
   */
  const send = async (
    request: LockedRequest,
    token: StoredRefreshToken,
    isSecond = false,
  ): Promise<TokenSet> => {
    const { slot, params, signal, stored, expired, onTimeout } = request
    const { timeoutMs = options.httpTimeoutMs } = request
    await refreshTokens.markSent(stored.tokens, token.refresh_token, expired)
    const timer = setTimeout(
      () => onTimeout(new TimeoutError("Timeout when executing 'fetch'")),
      timeoutMs,
    )
    try {
      return await exchange(
        grantFor(request, token),
        {
          slot,
          maxAgeSeconds: maxAgeSecondsOf(params.max_age),
          subject: 'must-match',
          ceiling: 'keep',
        },
        { timeoutMs: timeoutMs + EXTRA_WAIT_MS, signal, stored },
      )
    } catch (error) {
      if (isSecond || !isNetworkError(error)) throw error
    } finally {
      clearTimeout(timer)
    }
    await pause(RETRY_PAUSE_MS.min + Math.random() * RETRY_PAUSE_MS.jitter)
    token.isOutcomeUnknown = true
    return send(request, token, true)
  }

  /** A rejection can mean that code without our lock, such as auth0-spa-js, has renewed. */
  const findOther = async (
    { slot, stored }: LockedRequest,
    rejected: StoredRefreshToken,
  ): Promise<StoredRefreshToken | undefined> => {
    // Read again: others may have written during the request.
    stored.tokens = await tokenStore.load()
    const token = refreshTokens.find(stored.tokens, slot)
    return token?.refresh_token === rejected.refresh_token ? undefined : token
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
      // Others have written the entry that had expired since, so nothing of it is dropped.
      if (other) return redeem({ ...request, expired: undefined }, other, true)
      await refreshTokens.remove(request.stored.tokens, token.refresh_token)
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
    const { slot } = request
    const absent = missingScopes(`${granted} offline_access online_access`, slot.scope)
    if (absent.length === 0) return
    const entries = await tokenStore.load()
    const entry = entries.find(slot)
    if (entry) await entries.remove(entry)
    throw new MissingScopesError(slot.audience, absent.join(','))
  }

  return async request => {
    const token = refreshTokens.find(request.stored.tokens, request.slot)
    if (!token) throw missing(request)
    const tokens = await redeem(request, token)
    await checkScopes(request, token, tokens)
    return tokens
  }
}
