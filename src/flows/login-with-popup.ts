import { formEncode } from '../form-encode.ts'
import { requireConfiguration } from '../options.ts'
import { normalizeLoginOptions } from '../options-v1.ts'
import { ownMembers } from '../own-members.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import { callParameters } from './call-parameters.ts'
import type { CallParameters, Core } from './core-interface.ts'

/**
 * Browsers allow a popup only inside a click: the window is opened first, and everything else,
 * loading code included, happens after it. While it is open, a second call with equal parameters
 * joins the first one.
 */
export const loginWithPopup = async (
  core: Core,
  call: PopupLoginOptions = {},
  config?: PopupConfigOptions,
): Promise<void> => {
  const { options } = core
  let popup: Window | null = ownMembers(config).popup
  const close = (error: unknown): never => {
    popup?.close?.()
    throw error
  }
  let parameters: CallParameters
  try {
    requireConfiguration(options)
    const { authorizationParams } = normalizeLoginOptions(call, options.isLegacyStyle)
    parameters = callParameters(options, authorizationParams)
  } catch (error) {
    return close(error)
  }
  const key = formEncode({ ...parameters.params, ...parameters.slot })
  const first = core.popupLogin
  if (first?.key === key && !first.popup.closed && (popup ?? first.popup) === first.popup) {
    first.popup.focus?.()
    return first.login
  }
  popup ??= core.platform.openPopup()
  const login = core
    .loadRuntime()
    .catch(close)
    .then(({ loginInPopup }) => loginInPopup(popup, parameters, config))
  core.popupLogin = popup ? { key, popup, login } : undefined
  await login
}
