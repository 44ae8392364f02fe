import { readBody } from '../http/read-body.js'
import { isSameSecret } from '../http/same-secret.js'
import { createAdminRoutes } from './admin-routes.js'
import { refuse } from './refuse.js'

/** @typedef {import('koa').Context} Context */

const ROOT = '/_tenant/'

/**
 * @param {Context} ctx
 * @param {string} token
 */
const hasToken = (ctx, token) => {
  const given = /^Bearer (\S+)$/i.exec(ctx.get('Authorization'))?.[1]
  return given !== undefined && isSameSecret(given, token)
}

/**
 * @param {Context} ctx
 * @returns {Promise<Record<string, unknown> | undefined>} `undefined` if the body is not a JSON
 *   object; an empty body is an empty object
 */
const readObject = async ctx => {
  try {
    const value = JSON.parse((await readBody(ctx.req)) || '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The tenant's own API, for tests and tools in other processes: faults, settings, keys, log and
 * events. It requires the management token and sends no CORS headers, so web pages cannot use it.
 *
 * @param {import('./admin-routes.js').AdminParts & { token: string }} parts
 * @returns {import('koa').Middleware}
 */
export const createAdminApi = ({ token, ...parts }) => {
  const routes = createAdminRoutes(parts)

  /** @param {Context} ctx */
  const answer = async ctx => {
    if (!hasToken(ctx, token)) {
      ctx.set('WWW-Authenticate', 'Bearer')
      return refuse(ctx, 401, 'The management token is required as a bearer token.')
    }
    const path = ctx.path.slice(ROOT.length)
    const [, id = ''] = /^faults\/([^/]+)$/.exec(path) ?? []
    const name = id ? 'faults/:id' : path
    const methods = Object.hasOwn(routes, name) ? routes[name] : undefined
    if (!methods) return refuse(ctx, 404, 'There is no such route.')
    const route = Object.hasOwn(methods, ctx.method) ? methods[ctx.method] : undefined
    if (!route) {
      ctx.set('Allow', Object.keys(methods).join(', '))
      return refuse(ctx, 405, `The allowed methods are ${Object.keys(methods).join(' and ')}.`)
    }
    const body = await readObject(ctx)
    if (!body) return refuse(ctx, 400, 'The request body is not a JSON object.')
    return route(ctx, { body, id })
  }

  return async (ctx, next) => {
    if (!ctx.path.startsWith(ROOT)) return next()
    ctx.set('Cache-Control', 'no-store')
    ctx.set('X-Content-Type-Options', 'nosniff')
    const result = await answer(ctx)
    if (result === undefined) ctx.status = 204
    else ctx.body = result
    return undefined
  }
}
