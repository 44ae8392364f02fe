import { currentOrigin } from '../browser/location.ts'
import { runPopup } from '../browser/run-popup.ts'
import { GenericError } from '../errors/core.ts'
import { PopupOpenError } from '../errors/popup.ts'
import { millisecondsOf, type ResolvedOptions } from '../options.ts'
import { modernLoginOptions } from '../options-v1.ts'
import { authorizationRequest } from '../protocol/authorization-request.ts'
import { checkIssuer, parseWebMessage } from '../protocol/authorization-response.ts'
import type { Exchange } from '../session/exchange.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import { callParameters, withSessionTransfer } from './call-parameters.ts'

interface PopupParts {
  options: ResolvedOptions
  exchange: Exchange
}

/**
 * Signs in within a window that is open already: it had to be opened inside the click, and this
 * code is loaded after it.
 */
export const loginWithPopup = async (
  { options, exchange }: PopupParts,
  popup: Window | null,
  call: PopupLoginOptions = {},
  { timeoutInSeconds, closePopup }: PopupConfigOptions = {},
): Promise<void> => {
  if (!popup) throw new PopupOpenError()
  const { authorizationParams } = modernLoginOptions(call, options.isLegacyStyle)
  const { slot, params } = callParameters(
    options,
    withSessionTransfer(options, authorizationParams),
  )
  const redirectUri = (params.redirect_uri as string | undefined) ?? currentOrigin()
  const { url, transaction } = await authorizationRequest(options, {
    params,
    scope: slot.scope,
    redirectUri,
    responseMode: 'web_message',
  })
  const response = await runPopup(popup, url, {
    origin: new URL(url).origin,
    timeoutMs: timeoutInSeconds ? millisecondsOf(timeoutInSeconds) : options.authorizeTimeoutMs,
    parse: parseWebMessage,
  })
  if (closePopup !== false) popup.close()
  const { state, code, error, error_description } = response
  if (state !== transaction.state) throw new GenericError('state_mismatch', 'Invalid state')
  checkIssuer(response, options.issuer)
  if (error) throw new GenericError(error, error_description || error)
  if (!code) throw new GenericError('invalid_request', 'The answer has no code')
  const { nonce, code_verifier, organization } = transaction
  await exchange(
    { grant_type: 'authorization_code', code, code_verifier, redirect_uri: redirectUri },
    { slot, nonce, organization },
  )
}
