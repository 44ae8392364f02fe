import { allowOrigin } from './cors.js'
import { endpointOf } from './paths.js'
import { readBody } from './read-body.js'
import { replaceBody } from './with-form-body.js'

/** @typedef {import('koa').Context} Context */

/** @type {ReadonlySet<import('./paths.js').Endpoint>} */
const ENDPOINTS = new Set(['token', 'revoke', 'deviceCode', 'userinfo'])

/**
 * A parameter of the request, from its form or its query.
 *
 * @param {Context} ctx
 * @param {string} name
 * @returns {string | undefined}
 */
export const fieldOf = (ctx, name) => {
  const value = ctx.state.form?.get(name) || ctx.oidc?.params?.[name] || ctx.query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Reads the form of a request first, so that the log and the faults know its parameters. Later
 * middleware can read the form again.
 *
 * @type {import('koa').Middleware}
 */
export const readFormFields = async (ctx, next) => {
  const isForm = ctx.method === 'POST' && ctx.is('application/x-www-form-urlencoded')
  if (!isForm || !ENDPOINTS.has(endpointOf(ctx.path))) return next()

  const form = await readBody(ctx.req)
  if (form === undefined) {
    allowOrigin(ctx)
    ctx.status = 413
    ctx.body = { error: 'invalid_request', error_description: 'The request body is too large.' }
    return undefined
  }
  ctx.state.form = new URLSearchParams(form)
  replaceBody(ctx, form)
  return next()
}
