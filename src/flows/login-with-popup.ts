import { requireConfiguration } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import type { Core } from './core-interface.ts'

/**
 * Browsers allow a popup only inside a click: the window is opened first, and everything else,
 * loading code included, happens after it.
 */
export const loginWithPopup = async (
  core: Core,
  call?: PopupLoginOptions,
  config?: PopupConfigOptions,
): Promise<void> => {
  requireConfiguration(core.options)
  const popup: Window | null = ownMembers(config).popup ?? core.platform.openPopup()
  const { loginInPopup } = await core.loadRuntime().catch(error => {
    popup?.close()
    throw error
  })
  await loginInPopup(popup, call, config)
}
