import { PATHS } from './paths.js'

/** @type {ReadonlySet<string>} */
const TAKES_PROOFS = new Set([PATHS.token, PATHS.userinfo])

/**
 * Sends a nonce with every answer to a proof while nonces are required, also with a success (RFC 9449
 * section 8.2), and none otherwise. Hides proofs from the token endpoint if they are to be ignored.
 *
 * @param {{
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 *   nonces: import('../engine/dpop-nonces.js').DpopNonces,
 * }} parts
 * @returns {import('koa').Middleware}
 */
export const createDpopHeaders =
  ({ settings, nonces }) =>
  async (ctx, next) => {
    if (!TAKES_PROOFS.has(ctx.path)) return next()
    if (settings.ignoreDpopProofs && ctx.path === PATHS.token) delete ctx.req.headers.dpop
    const hasProof = ctx.get('DPoP') !== ''
    await next()
    if (settings.requireDpopNonce && hasProof) ctx.set('DPoP-Nonce', nonces.current())
    else ctx.remove('DPoP-Nonce')
    return undefined
  }
