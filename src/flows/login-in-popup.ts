import { currentOrigin } from '../browser/location.ts'
import { runPopup } from '../browser/run-popup.ts'
import { PopupOpenError } from '../errors/popup.ts'
import { readValues } from '../option-types.ts'
import { secondsToMs } from '../options.ts'
import { normalizeLoginOptions } from '../options-v1.ts'
import { parseWebMessage } from '../protocol/authorization-response.ts'
import { beginCodeFlow } from '../session/begin-code-flow.ts'
import type { Exchange } from '../session/exchange.ts'
import { finishCodeFlow } from '../session/finish-code-flow.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import { callParameters, dropSessionTransfer, withSessionTransfer } from './call-parameters.ts'
import type { Core } from './core-interface.ts'

/**
 * Signs in with a popup that was opened inside the click, before this code was loaded.
 *
 * @param prepare loads what the exchange needs, before the user signs in
 */
export const loginInPopup = async (
  core: Core,
  { exchange, prepare }: { exchange: Exchange; prepare: () => Promise<unknown> },
  popup: Window | null,
  call: PopupLoginOptions = {},
  config?: PopupConfigOptions,
): Promise<void> => {
  if (!popup) throw new PopupOpenError()
  const { options, platform, server, session } = core
  const signal = session.signInSignal()
  const { timeoutInSeconds, closePopup }: PopupConfigOptions = readValues(config, {
    timeoutInSeconds: 'number',
    closePopup: 'boolean',
  })
  await prepare().catch(error => {
    popup.close()
    throw error
  })
  const { authorizationParams } = normalizeLoginOptions(call, options.isLegacyStyle)
  const { slot, params } = callParameters(
    options,
    withSessionTransfer(options, authorizationParams),
  )
  const { url, transaction } = await beginCodeFlow(core, {
    slot,
    params,
    redirectUri: (params.redirect_uri as string | undefined) ?? currentOrigin(),
    responseMode: 'web_message',
  })
  const wait = {
    origin: new URL(url).origin,
    timeoutMs: timeoutInSeconds ? secondsToMs(timeoutInSeconds) : options.authorizeTimeoutMs,
    parse: parseWebMessage,
  }
  dropSessionTransfer(options, params)
  const response = await (platform.runPopup ?? runPopup)(popup, url, wait)
  if (closePopup !== false) popup.close()
  await finishCodeFlow({ server, exchange }, transaction, response, { limits: { signal } })
}
