import { GenericError } from '../errors/core.ts'
import { type AuthorizationResponse, checkIssuer } from '../protocol/authorization-response.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Server } from '../protocol/server-metadata.ts'
import type { TokenSet } from '../protocol/token-slot.ts'
import type { LoginTransaction } from '../protocol/transaction.ts'
import type { Exchange, ExchangeLimits } from './exchange.ts'

interface FinishParts {
  server: Server
  exchange: Exchange
}

/** What distinguishes the end of one flow from another. */
export interface FinishOptions {
  /** Further parameters of the token request. */
  tokenParams?: Parameters
  limits: ExchangeLimits
  /** Creates the error for an error response. Default: a `GenericError`. */
  toError?: (error: string, description: string) => GenericError
}

/**
 * Finishes the authorization code flow: checks the response and exchanges the code for tokens.
 *
 * @throws GenericError `state_mismatch`, `invalid_issuer`, `invalid_request`, the error of the
 *   response, or those of the exchange
 */
export const finishCodeFlow = async (
  { server, exchange }: FinishParts,
  transaction: LoginTransaction,
  response: AuthorizationResponse,
  { tokenParams, limits, toError }: FinishOptions,
): Promise<TokenSet> => {
  const { state, code, error, error_description } = response
  const { nonce, code_verifier, redirect_uri, organization, audience, scope } = transaction
  const maxAgeSeconds = transaction.max_age
  // A transaction of 1.x has no state.
  if (transaction.state !== undefined && state !== transaction.state) {
    throw new GenericError('state_mismatch', 'Invalid state')
  }
  checkIssuer(response, (await server()).issuer)
  if (error) {
    const description = error_description || error
    throw toError ? toError(error, description) : new GenericError(error, description)
  }
  if (!code) throw missingCode()
  const { tokens } = await exchange(
    { ...tokenParams, grant_type: 'authorization_code', code, code_verifier, redirect_uri },
    {
      slot: { audience, scope },
      nonce,
      organization,
      maxAgeSeconds,
      subject: 'may-change',
      ceiling: 'set',
    },
    limits,
  )
  return tokens
}

/** The error for a response that is neither a success nor an error. */
export const missingCode = (): GenericError =>
  new GenericError(
    'invalid_request',
    'The authorization response contains neither `code` nor `error`',
  )
