import { PATHS } from './paths.js'

/** @typedef {import('../settings/clients.js').ClientRegistry} ClientRegistry */

/**
 * Who may frame what `/authorize` answers. The page that posts a web message works in a frame of
 * the client's own pages only; its script is allowed by hash, which the engine adds to the policy
 * it finds.
 *
 * @param {ClientRegistry} clients
 * @returns {import('koa').Middleware}
 */
export const createFraming = clients => async (ctx, next) => {
  const isAuthorize = ctx.path === PATHS.authorize || ctx.path.startsWith(`${PATHS.authorize}/`)
  if (!isAuthorize) return next()

  ctx.set('Content-Security-Policy', "default-src 'none';script-src")
  await next()
  const { params, client } = ctx.oidc ?? {}
  const isMessage = params?.response_mode === 'web_message' && ctx.type === 'text/html'
  const ancestors = isMessage ? clients.originsOf(client?.clientId).join(' ') : ''
  const policy = ctx.response.get('Content-Security-Policy')
  if (!policy.includes('frame-ancestors')) {
    ctx.set('Content-Security-Policy', `${policy};frame-ancestors ${ancestors || "'none'"}`)
  }
  // An error in a message is an answer: as a failed page load it would only stain the console.
  if (isMessage && client && ctx.status === 400) ctx.status = 200
  return undefined
}
