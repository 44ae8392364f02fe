import { IncomingMessage } from 'node:http'

/** @typedef {import('koa').Context} Context */

/**
 * The same request with another body.
 *
 * @param {IncomingMessage} original
 * @param {string} form
 */
const copyWithBody = (original, form) => {
  const request = new IncomingMessage(original.socket)
  request.method = original.method
  request.url = original.url
  request.httpVersion = original.httpVersion
  request.headers = {
    ...original.headers,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(form)),
  }
  // Otherwise the end of the stream would be treated as an abort and close the socket.
  request.complete = true
  request.push(form)
  request.push(null)
  return request
}

/**
 * Replaces a body that was already read with a form, so that the engine can read it.
 *
 * @param {Context} ctx
 * @param {string} form
 */
export const replaceBody = (ctx, form) => {
  const request = copyWithBody(ctx.req, form)
  ctx.req = request
  ctx.request.req = request
  ctx.response.req = request
}
