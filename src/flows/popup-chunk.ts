/** What methods that use a popup load once the window is open. */
export { getTokenWithPopup } from './get-token-with-popup.ts'
export { loginWithPopup } from './login-with-popup.ts'
export { recoverWithPopup } from './recover-with-popup.ts'
