import { createExchange, type Exchange, type ExchangeParts } from '../session/exchange.ts'
import { evictExpired } from '../storage/evict-expired.ts'
import { createStoredRefreshTokens, type RefreshTokens } from '../storage/stored-refresh-tokens.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { TokenSlot } from '../types/tokens.ts'
import { createRefreshTokenRenewer } from './refresh-token-renewer.ts'
import type { Renewer } from './renewer.ts'

/** All that takes tokens in, and what spends them to get others. */
export interface TokenIntake {
  exchange: Exchange
  refreshTokens: RefreshTokens
  byRefreshToken: Renewer
  /** Takes an expired access token out of the cache, while nobody else may write. */
  evict(slot: TokenSlot, marginSeconds: number): Promise<void>
}

interface TokenIntakeParts extends Omit<ExchangeParts, 'refreshTokens'> {
  options: ExchangeParts['options'] & { useMrrt: boolean }
  tokenStore: TokenStore
}

/** A chunk of its own: nothing before the first token needs it, and nothing after can do without. */
export const createTokenIntake = (parts: TokenIntakeParts): TokenIntake => {
  const refreshTokens = createStoredRefreshTokens(parts.tokenStore, parts.options)
  const exchange = createExchange({ ...parts, refreshTokens })
  const byRefreshToken = createRefreshTokenRenewer({ ...parts, exchange, refreshTokens })
  return {
    exchange,
    refreshTokens,
    byRefreshToken,
    evict: (...of) => evictExpired(parts, ...of),
  }
}
