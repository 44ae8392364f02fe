/**
 * What gets, judges, spends and revokes tokens: one file that a page loads once there is a session,
 * or to begin one. Parts of it in files of their own would only make more requests.
 */
export { fetchHttp } from '../browser/fetch-http.ts'
export { createRenewInTurn } from '../renewal/renew-in-lock.ts'
export { createTokenIntake } from '../token-runtime.ts'
export { getTokenWithPopup } from './get-token-with-popup.ts'
export { createRedirectCallback } from './handle-redirect-callback.ts'
export { loginWithPopup } from './login-with-popup.ts'
export { recoverWithPopup } from './recover-with-popup.ts'
export { revokeRefreshToken } from './revoke-refresh-token.ts'
