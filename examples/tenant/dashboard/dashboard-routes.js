import { randomBytes } from 'node:crypto'
import { readBody } from '../http/read-body.js'
import { createClientControls } from './client-controls.js'
import { createGuard } from './guard.js'
import { createLiveSource } from './live-source.js'
import { sendLiveStream } from './live-stream.js'
import { readPageFile } from './page-files.js'

/** @typedef {import('koa').Context} Context */

const ROOT = '/dashboard'
const MAX_STREAMS = 40

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** @param {Context} ctx */
const setHeaders = ctx => {
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Security-Policy', POLICY)
  ctx.set('Cross-Origin-Resource-Policy', 'same-origin')
  ctx.set('Referrer-Policy', 'no-referrer')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('X-Frame-Options', 'DENY')
}

/**
 * @param {Context} ctx
 * @param {number} status
 * @param {string} [message]
 */
const answer = (ctx, status, message) => {
  ctx.status = status
  if (message !== undefined) ctx.body = { message }
}

/** @param {Context} ctx */
const readJson = async ctx => {
  try {
    return JSON.parse((await readBody(ctx.req)) ?? '')
  } catch {
    return undefined
  }
}

/** @param {string} text */
const decode = text => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/**
 * @typedef {object} DashboardParts
 * @property {string} url the tenant's address
 * @property {import('./live-source.js').Ledger} ledger
 * @property {import('./live-source.js').LiveParts['log']} log
 * @property {import('./live-source.js').LiveParts['events']} events
 * @property {import('./live-source.js').LiveParts['subscribeToEvents']} subscribeToEvents
 * @property {Pick<import('../settings/resolve-options.js').ResolvedTenantOptions,
 *   'clients' | 'settings'>} options
 */

/**
 * The live page at `/dashboard`: its files, the stream it listens to, and what its buttons do.
 *
 * @param {DashboardParts} parts
 * @returns {import('koa').Middleware}
 */
export const createDashboardRoutes = ({ url, options, ledger, ...history }) => {
  const key = randomBytes(16).toString('hex')
  const guard = createGuard({ url, key })
  const controls = createClientControls(options)
  const source = createLiveSource({
    url,
    key,
    ledger,
    describeClients: controls.describe,
    ...history,
  })
  let streams = 0

  /** @param {Context} ctx */
  const openStream = ctx => {
    if (streams >= MAX_STREAMS) return answer(ctx, 503, 'Too many dashboards are open.')
    streams += 1
    ctx.res.once('close', () => {
      streams -= 1
    })
    // Closing the page ends the stream; koa would report that as an error of the body.
    ctx.respond = false
    return sendLiveStream(source, ctx.res)
  }

  /**
   * @param {Context} ctx
   * @param {string} path below `/dashboard/`
   */
  const act = async (ctx, path) => {
    if (!guard.hasKey(ctx))
      return answer(ctx, 403, 'This page is older than the tenant. Reload it.')
    const [, kind, encodedName = '', verb = ''] = /^(\w+)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
    const name = decode(encodedName)
    const action = `${ctx.method} ${[kind, verb].filter(Boolean).join(' ')}`
    if (action === 'POST families revoke') {
      if (ledger.revoke(name, 'dashboard')) return answer(ctx, 204)
      return answer(ctx, 404, 'There is no such active family.')
    }
    if (action === 'PATCH clients') {
      const problem = controls.change(name, await readJson(ctx))
      return problem ? answer(ctx, 400, problem) : answer(ctx, 204)
    }
    return answer(ctx, 404, 'There is no such action.')
  }

  /** @param {Context} ctx */
  const serve = async ctx => {
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD'
    const path = ctx.path.slice(ROOT.length + 1)
    // Links from other origins may open the page itself; its data is fetched by the page.
    const isPage = isReading && path === ''
    if (!guard.isOwnHost(ctx) || !(isPage || guard.isOwnPage(ctx))) {
      return answer(ctx, 403, `The dashboard can be used at ${url}${ROOT} only.`)
    }
    if (!isReading) return act(ctx, path)
    if (path === 'live' && ctx.method === 'GET') return openStream(ctx)
    const file = await readPageFile(isPage ? 'index.html' : path)
    if (!file) return answer(ctx, 404, 'There is no such file.')
    ctx.type = file.type
    ctx.body = file.body
    return undefined
  }

  return async (ctx, next) => {
    if (ctx.path !== ROOT && !ctx.path.startsWith(`${ROOT}/`)) return next()
    setHeaders(ctx)
    return serve(ctx)
  }
}
