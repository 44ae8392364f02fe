import type { Parameters } from '../protocol/parameters.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { Begun } from '../session/accept-tokens.ts'
import type { StoredRefreshToken } from '../storage/refresh-tokens.ts'

/** What a call of `getTokenSilently` asks for. */
export interface RenewalRequest {
  slot: TokenSlot
  /** Client and call parameters, merged. */
  params: Parameters
  /** The time limit of the call, if it has one. */
  timeoutMs: number | undefined
  /** Aborted when the session that the call belongs to ends. */
  signal: AbortSignal
}

/** What a renewer works with, under the lock. */
export interface LockedRequest extends RenewalRequest {
  /** The session that the renewal was begun for. */
  begun: Begun
  /** The refresh token to redeem, which is marked as sent. */
  token: StoredRefreshToken | undefined
  /** Rejects the call while the work continues: its result is stored when it arrives. */
  onTimeout: (error: unknown) => void
}

/** A way to get new tokens without the user. The tokens are stored when it resolves. */
export type Renewer = (request: LockedRequest) => Promise<TokenSet>
