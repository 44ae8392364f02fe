import { InvalidConfigurationError } from '../errors/core.ts'
import { requireConfiguration } from '../options.ts'
import { normalizeLoginOptions } from '../options-v1.ts'
import { beginCodeFlow } from '../session/begin-code-flow.ts'
import type { RedirectLoginOptions } from '../types/authorization.ts'
import { callParameters, dropSessionTransfer, withSessionTransfer } from './call-parameters.ts'
import type { Core } from './core-interface.ts'

/** @throws InvalidConfigurationError for what JSON cannot hold, such as a circular object or a BigInt */
const checkAppState = (appState: unknown): void => {
  let cause: unknown
  try {
    if (JSON.stringify(appState)) return
  } catch (error) {
    cause = error
  }
  throw new InvalidConfigurationError('`appState` is not JSON.', 'Pass plain data.', {
    cause,
  })
}

/** The authorization URL; the transaction is stored, so the login is pending from now on. */
const startLogin = async (
  core: Core,
  { authorizationParams, appState, fragment }: RedirectLoginOptions,
): Promise<string> => {
  const { options, transactions } = core
  requireConfiguration(options)
  if (appState !== undefined) checkAppState(appState)
  const { slot, params: given } = callParameters(options, authorizationParams)
  const params = withSessionTransfer(options, given)
  const { url, transaction } = await beginCodeFlow(core, {
    slot,
    params,
    redirectUri: params.redirect_uri as string | undefined,
    responseMode: 'query',
  })
  await transactions.save({ ...transaction, ...(appState !== undefined && { appState }) })
  dropSessionTransfer(options, params)
  return fragment ? `${url}#${fragment}` : url
}

export const loginWithRedirect = async (
  core: Core,
  call: RedirectLoginOptions = {},
): Promise<void> => {
  const options = normalizeLoginOptions(call, core.options.isLegacyStyle)
  const openUrl = options.openUrl ?? options.onRedirect
  const url = await startLogin(core, options)
  if (typeof openUrl === 'function') await openUrl(url)
  else core.platform.navigate(url, { replace: options.replace })
}

/** The same without navigation, as in 1.x. */
export const buildAuthorizeUrl = async (
  core: Core,
  call: RedirectLoginOptions = {},
): Promise<string> => startLogin(core, normalizeLoginOptions(call, core.options.isLegacyStyle))
