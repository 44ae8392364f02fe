import { STATUS_CODES } from 'node:http'

/**
 * @param {import('koa').Context} ctx
 * @param {number} status
 * @param {string} message
 * @param {{ path: string, message: string }[]} [problems] the invalid members
 */
export const refuse = (ctx, status, message, problems) => {
  ctx.status = status
  return { statusCode: status, error: STATUS_CODES[status], message, ...(problems && { problems }) }
}
