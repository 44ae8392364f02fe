import { removeQueryParameters } from '../browser/location.ts'
import { AuthenticationError, GenericError } from '../errors/core.ts'
import { requireConfiguration } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import {
  type AuthorizationResponse,
  parseCallbackUrl,
  RESPONSE_PARAMETERS,
} from '../protocol/authorization-response.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { Exchange } from '../session/exchange.ts'
import { finishCodeFlow, missingCode } from '../session/finish-code-flow.ts'
import type { RedirectCallbackOptions, RedirectLoginResult } from '../types/authorization.ts'
import type { Core } from './core-interface.ts'

/**
 * The `state` is checked before anything else in the response: a response to no pending login
 * changes nothing (RFC 6749 section 10.12).
 */
const takeTransaction = (
  { transactions }: Core,
  { state, code, error }: AuthorizationResponse,
): Transaction => {
  if (!code && !error && transactions.isAnyPending()) throw missingCode()
  const taken = transactions.take(state)
  if ('reason' in taken) throw new GenericError(taken.reason, 'Invalid state')
  return taken.transaction
}

const finish = async (
  { server, session }: Core,
  exchange: Exchange,
  transaction: Transaction,
  response: AuthorizationResponse,
): Promise<RedirectLoginResult> => {
  if (transaction.response_type !== 'code') {
    throw new GenericError('unsupported_response_type', 'Connecting accounts is not supported yet.')
  }
  const { appState } = transaction
  await finishCodeFlow({ server, exchange }, transaction, response, {
    limits: { signal: session.signInSignal() },
    toError: (error, description) =>
      new AuthenticationError(error, description, response.state ?? '', appState),
  })
  return { ...(appState !== undefined && { appState }), response_type: 'code' }
}

/** What a response adds to the address bar, `session_state` included. */
const URL_PARAMETERS = [...RESPONSE_PARAMETERS, 'session_state']

/** `handleRedirectCallback` of one client; the same response given twice is handled once. */
export const createRedirectCallback = (core: Core, exchange: Exchange) => {
  let last: { response: string; result: Promise<RedirectLoginResult> } | undefined

  return async (url: string, options?: RedirectCallbackOptions): Promise<RedirectLoginResult> => {
    requireConfiguration(core.options)
    const parsed = parseCallbackUrl(url)
    const response = JSON.stringify(parsed)
    if (response === last?.response) return last.result
    const transaction = takeTransaction(core, parsed)
    if (ownMembers(options).cleanUrl) removeQueryParameters(URL_PARAMETERS)
    last = { response, result: finish(core, exchange, transaction, parsed) }
    return last.result
  }
}
