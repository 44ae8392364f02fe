import { allowOrigin } from './cors.js'
import { endpointOf } from './paths.js'
import { readBody } from './read-body.js'
import { replaceBody } from './with-form-body.js'

/** @typedef {import('koa').Context} Context */

/** @type {ReadonlySet<import('./paths.js').Endpoint>} */
const ENDPOINTS = new Set(['token', 'revoke', 'deviceCode', 'userinfo'])

/**
 * What a request asks for, as far as that is known: the form it sent, else its query.
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
 * Reads the form of a request before anything is done about it, so that the log and the faults know
 * what is asked for. What comes later reads the same form again.
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
