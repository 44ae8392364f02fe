import type { TokenEndpointResponse } from '../types/tokens.ts'

/** The audience and scopes of an access token, and with them the key that it is stored under. */
export interface TokenSlot {
  /** The audience, or `default` if none is asked for. */
  audience: string
  /** The requested scopes, separated by single spaces. */
  scope: string
}

/** A response of the token endpoint as it may arrive: only the access token is certain. */
export type TokenSet = Omit<TokenEndpointResponse, 'id_token'> & { id_token?: string }
