import { FAR_FUTURE_SECONDS } from './grant-store.js'

/** @typedef {import('../settings/resolve-options.js').TenantSettings} TenantSettings */

const LOGIN_PAGE_SECONDS = 3600
const CODE_SECONDS = 60
const DEVICE_CODE_SECONDS = 900
// Only until a token refers to the grant; then `grant-store.js` decides.
const GRANT_SECONDS = 600

/**
 * The engine counts in whole seconds and accepts no 0.
 *
 * @param {number} seconds
 */
const wholeSeconds = seconds => Math.max(1, Math.ceil(seconds))

/**
 * A session lasts from the login on; using it does not prolong it.
 *
 * @param {TenantSettings} settings
 */
const createSessionLifetime =
  settings =>
  /**
   * @param {unknown} _ctx
   * @param {{ loginTs?: number | undefined }} session
   */
  (_ctx, { loginTs }) => {
    const now = Math.floor(Date.now() / 1000)
    return wholeSeconds((loginTs ?? now) + settings.sessionLifetimeSeconds - now)
  }

/**
 * Every lifetime the engine asks for, read from the settings at the moment of asking.
 *
 * @param {TenantSettings} settings
 */
export const createTokenLifetimes = settings => ({
  AccessToken: () => wholeSeconds(settings.accessTokenLifetimeSeconds),
  IdToken: () => wholeSeconds(settings.idTokenLifetimeSeconds),
  AuthorizationCode: CODE_SECONDS,
  DeviceCode: DEVICE_CODE_SECONDS,
  Interaction: LOGIN_PAGE_SECONDS,
  Session: createSessionLifetime(settings),
  Grant: GRANT_SECONDS,
  // Not used, because the ledger decides about expiry, but the engine requires a number.
  RefreshToken: FAR_FUTURE_SECONDS,
})
