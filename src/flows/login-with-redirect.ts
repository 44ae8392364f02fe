import { goTo } from '../browser/location.ts'
import type { ResolvedOptions } from '../options.ts'
import { requireConfiguration } from '../options.ts'
import { modernLoginOptions } from '../options-v1.ts'
import { authorizationRequest } from '../protocol/authorization-request.ts'
import type { TransactionStore } from '../storage/transaction-store.ts'
import type { RedirectLoginOptions } from '../types/authorization.ts'
import { callParameters, withSessionTransfer } from './call-parameters.ts'

interface LoginParts {
  options: ResolvedOptions
  transactions: TransactionStore
}

/** Makes the authorization URL and remembers the login, in the order in which both may fail. */
export const startLogin = async (
  { options, transactions }: LoginParts,
  { authorizationParams = {}, appState, fragment }: RedirectLoginOptions,
): Promise<string> => {
  requireConfiguration(options)
  const { slot, params } = callParameters(
    options,
    withSessionTransfer(options, authorizationParams),
  )
  const { url, transaction } = await authorizationRequest(options, {
    params,
    scope: slot.scope,
    redirectUri: params.redirect_uri as string | undefined,
    responseMode: 'query',
  })
  transactions.save({ ...transaction, ...(appState !== undefined && { appState }) })
  return fragment ? `${url}#${fragment}` : url
}

export const loginWithRedirect = async (
  parts: LoginParts,
  call: RedirectLoginOptions = {},
): Promise<void> => {
  const { replace, ...options } = modernLoginOptions(call, parts.options.isLegacyStyle)
  const openUrl = options.openUrl ?? options.onRedirect
  const url = await startLogin(parts, options)
  if (typeof openUrl === 'function') await openUrl(url)
  else goTo(url, { replace })
}

/** The same without leaving the page, as 1.x offered it. */
export const buildAuthorizeUrl = async (
  parts: LoginParts,
  call: RedirectLoginOptions = {},
): Promise<string> => startLogin(parts, modernLoginOptions(call, parts.options.isLegacyStyle))
