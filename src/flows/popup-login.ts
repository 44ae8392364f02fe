import { openPopup } from '../browser/open-popup.ts'
import { type ResolvedOptions, requireConfiguration } from '../options.ts'
import type { PopupConfigOptions, PopupLoginOptions } from '../types/authorization.ts'
import type { loginWithPopup } from './login-with-popup.ts'

/** Signs in within a popup. */
export type PopupLogin = (call?: PopupLoginOptions, config?: PopupConfigOptions) => Promise<void>

interface PopupLoginParts {
  options: ResolvedOptions
  exchange: Parameters<typeof loginWithPopup>[0]['exchange']
  loadCode: () => Promise<{ loginWithPopup: typeof loginWithPopup }>
}

/** Browsers allow a popup only inside a click: the window comes first, everything else after. */
export const createPopupLogin =
  ({ options, exchange, loadCode }: PopupLoginParts): PopupLogin =>
  async (call, config) => {
    requireConfiguration(options)
    const popup: Window | null = config?.popup ?? openPopup()
    const code = await loadCode().catch(error => {
      popup?.close()
      throw error
    })
    await code.loginWithPopup({ options, exchange }, popup, call, config)
  }
