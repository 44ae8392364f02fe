import { pause } from '../browser/environment.ts'
import { currentOrigin } from '../browser/location.ts'
import {
  isNetworkError,
  MissingRefreshTokenError,
  MissingScopesError,
  TimeoutError,
} from '../errors/core.ts'
import { isRefreshTokenLost, isRefreshTokenRejected } from '../protocol/error-codes.ts'
import { omit } from '../protocol/parameters.ts'
import { includesScopes, missingScopes } from '../protocol/scopes.ts'
import type { Grant } from '../protocol/token-endpoint.ts'
import type { Exchange } from '../session/exchange.ts'
import type { HeldRefreshToken, RefreshTokens } from '../storage/refresh-tokens.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { TokenSet } from '../types/tokens.ts'
import type { RenewalRequest, Renewer } from './renewer.ts'

/**
 * How much longer an answer is waited for than the caller is kept: giving up a request that the
 * server has yet to work on would leave a spent token behind.
 */
const PATIENCE_MS = 30_000

/** Between the two sends of a refresh token that got no answer. */
const PAUSE_MS = { least: 200, spread: 300 }

const SLOW = "Timeout when executing 'fetch'"

interface RefreshTokenRenewerParts {
  options: { useMrrt: boolean; httpTimeoutMs: number }
  exchange: Exchange
  refreshTokens: RefreshTokens
  tokenStore: Pick<TokenStore, 'find' | 'remove'>
}

/**
 * Spends the refresh token (RFC 6749 section 6), the one place that does. It is called by one
 * caller at a time over all tabs, after a look at what the others have stored.
 *
 *     take ─ mark it as sent ─ send ─┬─ answered: successor stored in place of it, mark gone
 *                                    ├─ refused: another one stored meanwhile? that one, once;
 *                                    │    else removed; if the mark was there before, its
 *                                    │    successor was lost on the way, and it counts as missing
 *                                    ├─ broken off: once more after a pause, then an error
 *                                    └─ slow: the caller is let go, the answer is waited for
 *
 * The mark is written before the token leaves, so it is there even if this page dies: whoever
 * comes next sends the token again, for the server's leeway to forgive or for the iframe to mend.
 */
export const createRefreshTokenRenewer = (parts: RefreshTokenRenewerParts): Renewer => {
  const { options, exchange, refreshTokens, tokenStore } = parts

  /**
   * The scopes to ask for, where the server lets a refresh token serve several audiences: what
   * the token was given for is never narrowed.
   */
  const scopeToSend = ({ slot }: RenewalRequest, held: HeldRefreshToken): string =>
    held.slot.audience === slot.audience && includesScopes(held.slot.scope, slot.scope)
      ? held.slot.scope
      : slot.scope

  const grantFor = (request: RenewalRequest, held: HeldRefreshToken): Grant => {
    const { audience, redirect_uri, ...params } = omit(request.params, 'scope', 'timeout')
    return {
      ...params,
      grant_type: 'refresh_token',
      refresh_token: held.refresh_token,
      redirect_uri: redirect_uri ?? currentOrigin(),
      ...(options.useMrrt && { audience, scope: scopeToSend(request, held) }),
    }
  }

  const missing = ({ slot }: RenewalRequest): MissingRefreshTokenError =>
    new MissingRefreshTokenError(slot.audience, slot.scope)

  const send = async (request: RenewalRequest, held: HeldRefreshToken): Promise<TokenSet> => {
    const { slot, signal, onSlow, timeoutMs = options.httpTimeoutMs } = request
    await refreshTokens.sent(held.refresh_token)
    const timer = setTimeout(() => onSlow(new TimeoutError(SLOW)), timeoutMs)
    try {
      const limits = { timeoutMs: timeoutMs + PATIENCE_MS, signal }
      return await exchange(grantFor(request, held), { slot }, limits)
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Sends the token, and once more when the connection broke: nobody knows whether it arrived. A
   * third time would only do harm, and so would a second where an answer may yet come.
   */
  const sendTwice = async (request: RenewalRequest, held: HeldRefreshToken): Promise<TokenSet> => {
    try {
      return await send(request, held)
    } catch (error) {
      if (!isNetworkError(error)) throw error
      await pause(PAUSE_MS.least + Math.random() * PAUSE_MS.spread)
      held.isUnanswered = true
      return send(request, held)
    }
  }

  /**
   * Spends a token, to the end of what can be known of it. If the server refuses it, somebody
   * without our lock may have renewed meanwhile: their token is used, once. Otherwise it is dead;
   * when an earlier use went unanswered that means no more than that its successor was lost on
   * the way, and there is no token.
   */
  const spend = async (
    request: RenewalRequest,
    held: HeldRefreshToken,
    isSecond = false,
  ): Promise<TokenSet> => {
    try {
      return await sendTwice(request, held)
    } catch (error) {
      const isLost = isRefreshTokenLost(error)
      if (!isLost && !isRefreshTokenRejected(error)) throw error
      const now = isSecond ? undefined : await refreshTokens.forRenewal(request.slot)
      if (now && now.refresh_token !== held.refresh_token) return spend(request, now, true)
      await refreshTokens.rejected(held.refresh_token)
      throw isLost || held.isUnanswered ? missing(request) : error
    }
  }

  /** With a shared refresh token the server may leave scopes out without saying so. */
  const checkScopes = async (
    { slot }: RenewalRequest,
    held: HeldRefreshToken,
    { scope: granted }: TokenSet,
  ): Promise<void> => {
    const isCovered =
      held.slot.audience === slot.audience && includesScopes(held.slot.scope, slot.scope)
    if (!options.useMrrt || isCovered || granted === undefined) return
    const absent = missingScopes(`${granted} offline_access online_access`, slot.scope)
    if (absent.length === 0) return
    const entry = await tokenStore.find(slot)
    if (entry) await tokenStore.remove(entry)
    throw new MissingScopesError(slot.audience, absent.join(','))
  }

  return async request => {
    const held = await refreshTokens.forRenewal(request.slot)
    if (!held) throw missing(request)
    const tokens = await spend(request, held)
    await checkScopes(request, held, tokens)
    return tokens
  }
}
