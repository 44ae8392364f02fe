import { PATHS } from '../http/paths.js'
import { createPollingLimit, INTERVAL_SECONDS } from './device-polling.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/** Auth0's descriptions of the engine's errors about a device code. */
const DESCRIPTIONS = /** @type {Record<string, string>} */ ({
  authorization_pending: 'User has yet to authorize device code.',
  access_denied: 'User cancelled the confirmation prompt.',
  expired_token: 'The device code is expired.',
  invalid_grant: 'Invalid or expired device code.',
})

/** @param {unknown} error */
const codeOf = error => (error instanceof Error && 'error' in error ? String(error.error) : '')

/**
 * The engine's exchange of a device code, with Auth0's polling limit and error descriptions.
 *
 * @param {import('../engine/refusal.js').Refusal} refusal
 * @returns {(handler: GrantHandler) => GrantHandler}
 */
export const createDeviceGrant = refusal => {
  const limitPolling = createPollingLimit(refusal)
  return handler => async ctx => {
    const { device_code: deviceCode } = ctx.oidc.params
    if (typeof deviceCode === 'string') limitPolling(deviceCode)
    try {
      await handler(ctx)
    } catch (error) {
      const description = DESCRIPTIONS[codeOf(error)]
      throw description ? refusal(403, codeOf(error), description) : error
    }
  }
}

/**
 * Adds `interval` to the device authorization response; the engine omits it (RFC 8628 section 3.2).
 *
 * @type {import('koa').Middleware}
 */
export const addInterval = async (ctx, next) => {
  await next()
  if (ctx.path !== PATHS.deviceCode || ctx.status !== 200) return
  const answer = /** @type {Record<string, unknown>} */ (ctx.body)
  answer.interval = INTERVAL_SECONDS
}
