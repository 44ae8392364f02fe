import { currentOrigin } from '../browser/location.ts'
import { runPopup } from '../browser/run-popup.ts'
import { PopupCancelledError, PopupOpenError } from '../errors/popup.ts'
import { readValues } from '../option-types.ts'
import { secondsToMs } from '../options.ts'
import type { AuthorizationRequest } from '../protocol/authorization-request.ts'
import { parseWebMessage } from '../protocol/authorization-response.ts'
import { beginCodeFlow } from '../session/begin-code-flow.ts'
import type { Exchange } from '../session/exchange.ts'
import { finishCodeFlow } from '../session/finish-code-flow.ts'
import type { PopupConfigOptions } from '../types/authorization.ts'
import { dropSessionTransfer, withSessionTransfer } from './call-parameters.ts'
import type { CallParameters, Core } from './core-interface.ts'

/**
 * Signs in with a popup that was opened inside the click, before this code was loaded. If the login
 * cannot begin, the empty window is closed.
 *
 * @param prepare loads what the exchange needs, before the user signs in
 */
export const loginInPopup = async (
  core: Core,
  { exchange, prepare }: { exchange: Exchange; prepare: () => Promise<unknown> },
  popup: Window | null,
  { slot, params: given }: CallParameters,
  config?: PopupConfigOptions,
): Promise<void> => {
  if (!popup) throw new PopupOpenError()
  const { options, platform, server, session } = core
  const signal = session.signInSignal()
  const params = withSessionTransfer(options, given)

  const begin = async (): Promise<AuthorizationRequest & PopupConfigOptions> => {
    if (popup.closed) {
      throw new PopupCancelledError(popup, { cause: new Error('It was closed before the login.') })
    }
    const settings = readValues(config, { timeoutInSeconds: 'number', closePopup: 'boolean' })
    await prepare()
    const request = await beginCodeFlow(core, {
      slot,
      params,
      redirectUri: (params.redirect_uri as string | undefined) ?? currentOrigin(),
      responseMode: 'web_message',
    })
    return { ...settings, ...request }
  }

  const askUser = async () => {
    const { url, transaction, timeoutInSeconds, closePopup } = await begin().catch(error => {
      popup.close?.()
      throw error
    })
    dropSessionTransfer(options, params)
    const response = await (platform.runPopup ?? runPopup)(popup, url, {
      origin: new URL(url).origin,
      state: transaction.state,
      timeoutMs: timeoutInSeconds ? secondsToMs(timeoutInSeconds) : options.authorizeTimeoutMs,
      parse: parseWebMessage,
    })
    return { transaction, response, closePopup }
  }

  const { popupLogin } = core
  const { transaction, response, closePopup } = await askUser().finally(() => {
    // Another login may have taken the window over.
    if (core.popupLogin === popupLogin) core.popupLogin = undefined
  })
  if (closePopup !== false) popup.close()
  await finishCodeFlow({ server, exchange }, transaction, response, { limits: { signal } })
}
