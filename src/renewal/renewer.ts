import type { Parameters } from '../protocol/parameters.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'

/** Tokens wanted for a slot. */
export interface RenewalRequest {
  slot: TokenSlot
  /** Client and call parameters, merged. */
  params: Parameters
  /** The call's own limit, if it has one. */
  timeoutMs: number | undefined
}

/** A way of getting fresh tokens without the user. What it returns is stored already. */
export type Renewer = (request: RenewalRequest) => Promise<TokenSet>
