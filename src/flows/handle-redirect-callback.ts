import { dropQueryParameters } from '../browser/location.ts'
import { AuthenticationError, GenericError } from '../errors/core.ts'
import { type ResolvedOptions, requireConfiguration } from '../options.ts'
import {
  checkIssuer,
  parseCallbackUrl,
  RESPONSE_PARAMETERS,
} from '../protocol/authorization-response.ts'
import type { Exchange } from '../session/exchange.ts'
import type { TransactionStore } from '../storage/transaction-store.ts'
import type { RedirectCallbackOptions, RedirectLoginResult } from '../types/authorization.ts'
import type { AuthorizationResponse } from '../types/platform.ts'
import type { LoginTransaction } from '../types/storage.ts'

interface CallbackParts {
  options: ResolvedOptions
  transactions: TransactionStore
  exchange: Exchange
}

/**
 * The state decides whether an answer is ours, before anything else in it is looked at: an answer
 * that no login is waiting for changes nothing (RFC 6749 section 10.12).
 */
const takeTransaction = (
  transactions: TransactionStore,
  { state, code, error }: AuthorizationResponse,
): LoginTransaction => {
  if (!transactions.isAnyPending()) throw new GenericError('missing_transaction', 'Invalid state')
  if (!code && !error) {
    throw new GenericError('invalid_request', 'The answer has no code')
  }
  const transaction = transactions.take(state)
  if (!transaction?.code_verifier) throw new GenericError('state_mismatch', 'Invalid state')
  return transaction
}

const finishLogin = async (
  { options, exchange }: Pick<CallbackParts, 'options' | 'exchange'>,
  transaction: LoginTransaction,
  response: AuthorizationResponse,
): Promise<RedirectLoginResult> => {
  checkIssuer(response, options.issuer)
  const { code, state = '', error, error_description } = response
  const { appState, audience, scope, nonce, code_verifier, redirect_uri, organization } =
    transaction
  if (error) throw new AuthenticationError(error, error_description || error, state, appState)
  await exchange(
    { grant_type: 'authorization_code', code, code_verifier, redirect_uri },
    { slot: { audience, scope }, nonce, organization },
  )
  return { ...(appState !== undefined && { appState }), response_type: 'code' }
}

/** What an answer leaves in the address bar; `session_state` included. */
const ANSWER_PARAMETERS = [...RESPONSE_PARAMETERS, 'session_state']

/** Callbacks of one client; the same answer given twice is handled once. */
export const createRedirectCallback = (parts: CallbackParts) => {
  const { options, transactions } = parts
  let last: { answer: string; result: Promise<RedirectLoginResult> } | undefined

  return async (
    url: string,
    { cleanUrl = false }: RedirectCallbackOptions = {},
  ): Promise<RedirectLoginResult> => {
    requireConfiguration(options)
    const response = parseCallbackUrl(url)
    const answer = JSON.stringify(response)
    if (answer === last?.answer) return last.result
    const transaction = takeTransaction(transactions, response)
    if (cleanUrl) dropQueryParameters(ANSWER_PARAMETERS)
    last = { answer, result: finishLogin(parts, transaction, response) }
    return last.result
  }
}
