import { PATHS } from './paths.js'
import { noteInLog } from './request-log.js'
import { hashToken } from './token-hash.js'

/**
 * Notes in the log which refresh token was issued, by its hash. Stands where the tenant's own answer
 * is still whole, so that a token which gets lost on the way is noted too.
 *
 * @type {import('koa').Middleware}
 */
export const noteIssuedToken = async (ctx, next) => {
  await next()
  const body = /** @type {{ refresh_token?: unknown } | null | undefined} */ (ctx.body)
  if (ctx.path === PATHS.token && typeof body?.refresh_token === 'string') {
    noteInLog(ctx, { issuedRefreshTokenHash: hashToken(body.refresh_token) })
  }
}
