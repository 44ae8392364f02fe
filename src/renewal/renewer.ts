import type { Parameters } from '../protocol/parameters.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'

/** Tokens wanted for a slot. */
export interface RenewalRequest {
  slot: TokenSlot
  /** Client and call parameters, merged. */
  params: Parameters
  /** A token that lives no longer than this is renewed. */
  marginSeconds: number
  /** The call's own limit, if it has one. */
  timeoutMs: number | undefined
  /** Lets the caller go with an error, while the work that it asked for goes on. */
  onSlow: (error: unknown) => void
  /** Aborted when the session that the call belongs to ends. */
  signal: AbortSignal
}

/** A way of getting fresh tokens without the user. What it returns is stored already. */
export type Renewer = (request: RenewalRequest) => Promise<TokenSet>
