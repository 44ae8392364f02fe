import { allowOrigin } from './cors.js'
import { PATHS } from './paths.js'
import { readBody } from './read-body.js'
import { replaceBody } from './with-form-body.js'

/** @typedef {import('koa').Context} Context */

/**
 * @param {string} json
 * @returns {Record<string, unknown> | undefined}
 */
const parseObject = json => {
  try {
    const value = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** @type {ReadonlySet<string>} */
const TAKES_JSON = new Set([PATHS.token, PATHS.revoke, PATHS.deviceCode])

/**
 * A form has texts only: an object or a list becomes JSON text.
 *
 * @param {unknown} value
 */
const textOf = value => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** @param {Record<string, unknown>} fields */
const toForm = fields =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, textOf(value)]],
    ),
  ).toString()

/**
 * Auth0 accepts JSON where OAuth requires a form (RFC 6749 section 4.1.3), and the engine reads
 * forms only: a JSON body is converted to a form.
 *
 * @type {import('koa').Middleware}
 */
export const acceptJsonBodies = async (ctx, next) => {
  if (!TAKES_JSON.has(ctx.path) || ctx.method !== 'POST' || !ctx.is('application/json'))
    return next()

  const fields = parseObject((await readBody(ctx.req)) ?? '')
  if (!fields) {
    allowOrigin(ctx)
    ctx.status = 400
    ctx.body = {
      error: 'invalid_request',
      error_description: 'The request body is not a JSON object.',
    }
    return undefined
  }
  replaceBody(ctx, toForm(fields))
  return next()
}
