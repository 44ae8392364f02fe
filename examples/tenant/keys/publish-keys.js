import { PATHS } from '../http/paths.js'

/**
 * Answers `/.well-known/jwks.json` with the keys as they are now; the engine answers the ones it
 * started with.
 *
 * @param {import('./signing-keys.js').SigningKeys} keys
 * @returns {import('koa').Middleware}
 */
export const createPublishKeys = keys => async (ctx, next) => {
  await next()
  if (ctx.path !== PATHS.jwks || ctx.method !== 'GET') return
  const { type } = ctx
  ctx.body = keys.publicJwks()
  ctx.type = type
}
