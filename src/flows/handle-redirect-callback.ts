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
import { isAnyPending, takeTransaction } from '../storage/take-transaction.ts'
import type { RedirectCallbackOptions, RedirectLoginResult } from '../types/authorization.ts'
import type { Core } from './core-interface.ts'

const NO_LOGIN =
  'No pending login has this state. It was handled before (reload, back button, second client), or the login began in another tab, browser or origin, or an hour ago.'

/** The cause of `Invalid state`: it must not hide an error in the response, which is not believed. */
const causeOf = ({ state, error, error_description }: AuthorizationResponse): Error => {
  const reason = state === undefined ? 'The response has no state.' : NO_LOGIN
  return new Error(error ? `${reason} It says "${error}": ${error_description}` : reason)
}

/**
 * The `state` is checked before anything else in the response: a response to no pending login
 * changes nothing (RFC 6749 section 10.12).
 */
const claimTransaction = async (
  { transactions }: Core,
  response: AuthorizationResponse,
): Promise<Transaction> => {
  const { state, code, error } = response
  if (!code && !error && (await isAnyPending(transactions))) throw missingCode()
  const taken = await takeTransaction(transactions, state)
  if ('reason' in taken) {
    throw new GenericError(taken.reason, 'Invalid state', { cause: causeOf(response) })
  }
  return taken.transaction
}

const finish = async (
  { server, exchange, signal }: Pick<Core, 'server'> & { exchange: Exchange; signal: AbortSignal },
  transaction: Transaction,
  response: AuthorizationResponse,
): Promise<RedirectLoginResult> => {
  if (transaction.response_type !== 'code') {
    throw new GenericError('unsupported_response_type', 'Connecting accounts is not supported yet.')
  }
  const { appState } = transaction
  await finishCodeFlow({ server, exchange }, transaction, response, {
    limits: { signal },
    toError: (error, description) =>
      new AuthenticationError(error, description, response.state ?? '', appState),
  })
  return { ...(appState !== undefined && { appState }), response_type: 'code' }
}

/** What a response adds to the address bar, `session_state` included. */
const URL_PARAMETERS = [...RESPONSE_PARAMETERS, 'session_state']

/**
 * `handleRedirectCallback` of one client; the same response given twice is handled once.
 *
 * @param prepare loads what the exchange needs: if that fails, the login is still pending
 */
export const createRedirectCallback = (
  core: Core,
  { exchange, prepare }: { exchange: Exchange; prepare: () => Promise<unknown> },
) => {
  const results = new Map<string, Promise<RedirectLoginResult>>()

  return async (
    url: string | URL,
    options?: RedirectCallbackOptions,
  ): Promise<RedirectLoginResult> => {
    requireConfiguration(core.options)
    const response = parseCallbackUrl(String(url))
    const key = JSON.stringify(response)

    const take = async (): Promise<Transaction> => {
      try {
        await prepare()
        return await claimTransaction(core, response)
      } catch (error) {
        results.delete(key)
        throw error
      }
    }
    const handle = async (): Promise<RedirectLoginResult> => {
      const signal = core.session.signInSignal()
      const transaction = await take()
      if (ownMembers(options).cleanUrl) removeQueryParameters(URL_PARAMETERS)
      return finish({ server: core.server, exchange, signal }, transaction, response)
    }
    const result = results.get(key) ?? handle()
    results.set(key, result)
    return result
  }
}
