import { IncomingMessage } from 'node:http'
import { allowOrigin } from './cors.js'
import { PATHS } from './paths.js'
import { readBody } from './read-body.js'

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

/** @param {Record<string, unknown>} fields */
const toForm = fields =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  ).toString()

/**
 * The same request with another body.
 *
 * @param {IncomingMessage} original
 * @param {string} form
 */
const withFormBody = (original, form) => {
  const request = new IncomingMessage(original.socket)
  request.method = original.method
  request.url = original.url
  request.httpVersion = original.httpVersion
  request.headers = {
    ...original.headers,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(form)),
  }
  // Without this the engine's reading to the end would count as an abort, and close the socket.
  request.complete = true
  request.push(form)
  request.push(null)
  return request
}

/**
 * Auth0 takes JSON where OAuth wants a form (RFC 6749 section 4.1.3), and the engine reads forms
 * only: a JSON body is handed on as the form it stands for.
 *
 * @type {import('koa').Middleware}
 */
export const acceptJsonBodies = async (ctx, next) => {
  const isOurs = ctx.path === PATHS.token || ctx.path === PATHS.revoke
  if (!isOurs || ctx.method !== 'POST' || !ctx.is('application/json')) return next()

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
  const request = withFormBody(ctx.req, toForm(fields))
  ctx.req = request
  ctx.request.req = request
  ctx.response.req = request
  return next()
}
