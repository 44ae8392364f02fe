import { GenericError, TimeoutError } from './core.ts'

/** No response arrived from the popup in time; the window is still open. */
export class PopupTimeoutError extends TimeoutError {
  static override errorName = 'PopupTimeoutError'
  /** The window, for the application to close. */
  declare popup: Window

  constructor(popup: Window, options?: { cause?: unknown }) {
    super(undefined, options)
    this.popup = popup
  }
}

/** The popup was closed before the login was finished; `cause` has other possible reasons. */
export class PopupCancelledError extends GenericError {
  static override errorName = 'PopupCancelledError'
  /** The window, which is closed. */
  declare popup: Window

  constructor(popup: Window, options?: { cause?: unknown }) {
    super('cancelled', 'Popup closed', options)
    this.popup = popup
  }
}

/** The browser blocked the popup: open it inside a click. */
export class PopupOpenError extends GenericError {
  static override errorName = 'PopupOpenError'

  constructor() {
    super('popup_open', 'Unable to open a popup for loginWithPopup - window.open returned `null`')
  }
}
