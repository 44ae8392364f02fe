import { formEncode } from '../form-encode.ts'
import { requireConfiguration } from '../options.ts'
import { normalizeLoginOptions } from '../options-v1.ts'
import { ownMembers } from '../own-members.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import { loginParameters } from './call-parameters.ts'
import type { Core, LoginParameters } from './core-interface.ts'

/** The session transfer token is not compared: the first login takes it out of the address bar. */
const keyOf = ({ slot, params }: LoginParameters): string =>
  formEncode({ ...params, ...slot, session_transfer_token: undefined })

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
  let popup: Window | null | undefined = ownMembers(config).popup
  const close = (error: unknown): never => {
    popup?.close()
    throw error
  }
  const { options } = core
  let parameters: LoginParameters
  try {
    requireConfiguration(options)
    const { authorizationParams } = normalizeLoginOptions(call, options.isLegacyStyle)
    parameters = loginParameters(options, authorizationParams)
  } catch (error) {
    return close(error)
  }
  const key = keyOf(parameters)
  const first = core.popupLogin
  if (first?.key === key && !first.popup.closed && (popup ?? first.popup) === first.popup) {
    first.popup.focus?.()
    return first.login
  }
  popup ??= core.platform.openPopup()
  const opened = popup
  const login = core
    .loadRuntime()
    .catch(close)
    .then(({ loginInPopup }) => loginInPopup(opened, parameters, config))
  core.popupLogin = opened && { key, popup: opened, login }
  await login.finally(() => {
    if (core.popupLogin?.login === login) core.popupLogin = null
  })
}
