import { originOf } from '../settings/clients.js'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses requests that change something if they come from a page that is neither the tenant's own nor
 * one of an application. Programs send no origin, and the tenant's own forms send `null`, because its
 * pages have the referrer policy `no-referrer`.
 *
 * @param {import('../settings/clients.js').ClientRegistry} clients
 * @returns {import('koa').Middleware}
 */
export const createOriginCheck = clients => async (ctx, next) => {
  const origin = ctx.get('Origin')
  const isAllowed =
    SAFE_METHODS.has(ctx.method) ||
    origin === '' ||
    origin === 'null' ||
    origin === originOf(`http://${ctx.get('Host')}`) ||
    clients.isKnownOrigin(origin)
  if (isAllowed) return next()
  ctx.status = 403
  ctx.body = {
    error: 'invalid_origin',
    error_description: `No application has the origin ${origin}. Add it to the origins of one.`,
  }
  return undefined
}
