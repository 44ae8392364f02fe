import { PATHS } from '../http/paths.js'
import { createDevicePace, INTERVAL_SECONDS } from './device-pace.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/** Auth0's words for what the engine has to say about a device code. */
const WORDS = /** @type {Record<string, string>} */ ({
  authorization_pending: 'User has yet to authorize device code.',
  access_denied: 'User cancelled the confirmation prompt.',
  expired_token: 'The device code is expired.',
  invalid_grant: 'Invalid or expired device code.',
})

/** @param {unknown} error */
const codeOf = error => (error instanceof Error && 'error' in error ? String(error.error) : '')

/**
 * The engine's exchange of a device code, at Auth0's pace and in its words.
 *
 * @param {import('../engine/refusal.js').Refusal} refusal
 * @returns {(handler: GrantHandler) => GrantHandler}
 */
export const createDeviceGrant = refusal => {
  const keepPace = createDevicePace(refusal)
  return handler => async ctx => {
    const { device_code: deviceCode } = ctx.oidc.params
    if (typeof deviceCode === 'string') keepPace(deviceCode)
    try {
      await handler(ctx)
    } catch (error) {
      const words = WORDS[codeOf(error)]
      throw words ? refusal(403, codeOf(error), words) : error
    }
  }
}

/**
 * Adds to the answer a device gets what the engine leaves to RFC 8628's default.
 *
 * @type {import('koa').Middleware}
 */
export const addInterval = async (ctx, next) => {
  await next()
  if (ctx.path !== PATHS.deviceCode || ctx.status !== 200) return
  const answer = /** @type {Record<string, unknown>} */ (ctx.body)
  answer.interval = INTERVAL_SECONDS
}
