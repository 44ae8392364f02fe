import { PATHS } from '../http/paths.js'

/** Auth0's description for every unusable refresh token; it does not tell the reason. */
const UNUSABLE = 'Unknown or invalid refresh token.'

/**
 * Changes the engine's responses to refresh requests into Auth0's.
 *
 * @type {import('koa').Middleware}
 */
export const translateErrors = async (ctx, next) => {
  await next()
  const params = ctx.oidc?.params
  if (ctx.path !== PATHS.token || params?.grant_type !== 'refresh_token') return

  const answer = /** @type {Record<string, unknown>} */ (ctx.body)
  if (answer.error === 'invalid_grant') answer.error_description = UNUSABLE
  // Without rotation the engine repeats the token that was sent; Auth0 then leaves it out.
  if (answer.refresh_token === params.refresh_token) delete answer.refresh_token
}
