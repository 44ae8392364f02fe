import { PATHS } from '../http/paths.js'
import { isSameSecret } from '../http/same-secret.js'
import { createClientsResource } from './clients-resource.js'
import { createDeviceCredentialsResource } from './device-credentials-resource.js'
import { ManagementProblem } from './problem.js'

/** @typedef {import('koa').Context} Context */

/**
 * @typedef {object} Route
 * @property {string} method
 * @property {string} path below `/api/v2/`; `:id` stands for one name
 * @property {(ctx: Context, id: string) => unknown} answer
 */

/** @param {string} text */
const decode = text => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ManagementProblem(400, 'The path is not well-formed')
  }
}

/**
 * @param {Context} ctx
 * @param {string} token
 */
const requireToken = (ctx, token) => {
  const [scheme = '', given] = ctx.get('Authorization').split(' ')
  if (scheme.toLowerCase() !== 'bearer' || !given) {
    throw new ManagementProblem(401, 'Missing authentication')
  }
  if (!isSameSecret(given, token)) throw new ManagementProblem(401, 'Invalid token')
}

/**
 * The part of Auth0's Management API that is about refresh tokens. The token allows all operations;
 * without CORS headers, web pages cannot read the responses.
 *
 * @param {Parameters<typeof createDeviceCredentialsResource>[0] & {
 *   options: Pick<import('../settings/resolve-options.js').ResolvedTenantOptions,
 *     'clients' | 'settings' | 'managementToken'>,
 * }} parts
 * @returns {import('koa').Middleware}
 */
export const createManagementApi = ({ options, clients, ledger }) => {
  const routes = [
    ...createClientsResource(options),
    ...createDeviceCredentialsResource({ clients, ledger }),
  ]

  /** @param {Context} ctx */
  const dispatch = async ctx => {
    requireToken(ctx, options.managementToken)
    const [collection = '', id, ...rest] = ctx.path.slice(PATHS.management.length + 1).split('/')
    const path = [collection, ...(id === undefined ? [] : [':id']), ...rest].join('/')
    const matching = routes.filter(route => route.path === path)
    if (matching.length === 0) throw new ManagementProblem(404, 'Not Found')
    const route = matching.find(({ method }) => method === ctx.method)
    if (!route) throw new ManagementProblem(405, 'Method Not Allowed')
    await route.answer(ctx, decode(id ?? ''))
  }

  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${PATHS.management}/`)) return next()
    ctx.set('Cache-Control', 'no-store')
    try {
      return await dispatch(ctx)
    } catch (error) {
      if (!(error instanceof ManagementProblem)) throw error
      ctx.status = error.status
      ctx.body = error.toJSON()
      return undefined
    }
  }
}
