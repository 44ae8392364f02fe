import type { CustomTokenExchangeOptions } from '../../types/token-exchange.ts'
import type { TokenEndpointResponse } from '../../types/tokens.ts'

/** Exchanges a token of another issuer for tokens of the tenant (RFC 8693), loaded on first use. */
export interface TokenExchange {
  /**
   * Signs in with the tokens: they are validated and stored as those of any other login.
   *
   * @param signal aborted by a sign-out
   */
  signIn(options: CustomTokenExchangeOptions, signal: AbortSignal): Promise<TokenEndpointResponse>
  /**
   * Returns the tokens, and stores nothing.
   *
   * @param signal aborted by a sign-out
   */
  exchange(options: CustomTokenExchangeOptions, signal: AbortSignal): Promise<TokenEndpointResponse>
}
