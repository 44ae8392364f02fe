import { PATHS } from './paths.js'

/** @typedef {import('../settings/clients.js').ClientRegistry} ClientRegistry */
/** @typedef {import('koa').Context} Context */

const PREFLIGHT_SECONDS = 3600
const EXPOSED = 'DPoP-Nonce, Retry-After, WWW-Authenticate'

/** @type {ReadonlySet<string>} */
const PROTECTED = new Set([PATHS.token, PATHS.revoke, PATHS.userinfo, PATHS.deviceCode])

/**
 * For an answer that is not the engine's. `createCors` still takes it back from a stranger.
 *
 * @param {Context} ctx
 */
export const allowOrigin = ctx => {
  const origin = ctx.get('Origin')
  if (origin) ctx.set('Access-Control-Allow-Origin', origin)
}

/** @param {Context} ctx */
const answerPreflight = ctx => {
  allowOrigin(ctx)
  ctx.set('Access-Control-Allow-Methods', ctx.path === PATHS.userinfo ? 'GET, POST' : 'POST')
  ctx.set('Access-Control-Allow-Headers', ctx.get('Access-Control-Request-Headers'))
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS))
}

/**
 * Allows only the pages of the applications to read the responses of the endpoints they call.
 *
 * The engine allows every preflight and checks the origin only after it knows the client; so this
 * middleware answers preflights itself and removes headers that the engine set too early. Keys and
 * discovery are public and can be read from any origin.
 *
 * @param {ClientRegistry} clients
 * @returns {import('koa').Middleware}
 */
export const createCors = clients => async (ctx, next) => {
  if (!PROTECTED.has(ctx.path)) return next()

  ctx.vary('Origin')
  const isKnown = clients.isKnownOrigin(ctx.get('Origin'))
  if (ctx.method === 'OPTIONS') {
    ctx.status = 204
    if (isKnown) answerPreflight(ctx)
    return undefined
  }

  await next()
  if (!isKnown) {
    ctx.remove('Access-Control-Allow-Origin')
    ctx.remove('Access-Control-Expose-Headers')
  } else if (ctx.response.get('Access-Control-Allow-Origin')) {
    ctx.set('Access-Control-Expose-Headers', EXPOSED)
  }
  return undefined
}
