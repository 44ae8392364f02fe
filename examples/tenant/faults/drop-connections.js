import { noteInLog } from '../http/request-log.js'
import { bodyText } from './replace-answer.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {{ isReset: boolean, when: 'before' | 'during' | 'after' }} Drop */

/**
 * Marks the connection to be dropped instead of sending the response.
 *
 * @param {Context} ctx
 * @param {Drop} drop
 */
export const requestDrop = (ctx, drop) => {
  ctx.state.drop = drop
}

/**
 * @param {import('node:net').Socket | null} socket
 * @param {Drop} drop
 */
const end = (socket, { isReset }) => {
  if (isReset) socket?.resetAndDestroy()
  else socket?.destroy()
}

/**
 * Drops connections where a fault has asked for it: around everything that works on the answer, so
 * that an answer which breaks off is otherwise as it would have been.
 *
 * @type {import('koa').Middleware}
 */
export const dropConnections = async (ctx, next) => {
  await next()
  const drop = /** @type {Drop | undefined} */ (ctx.state.drop)
  if (!drop) return

  noteInLog(ctx, { lost: true })
  ctx.respond = false
  const { res } = ctx
  if (drop.when !== 'during') {
    end(res.socket, drop)
    return
  }
  const body = Buffer.from(bodyText(ctx))
  ctx.length = body.length
  res.writeHead(ctx.status)
  res.write(body.subarray(0, Math.floor(body.length / 2)), () => end(res.socket, drop))
}
