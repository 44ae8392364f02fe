import { createLocalJWKSet, jwtVerify } from 'jose'
import { allowOrigin } from '../http/cors.js'
import { PATHS } from '../http/paths.js'

/** @typedef {import('koa').Context} Context */

/** @param {Context} ctx */
const bearerOf = ctx => /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(ctx.get('Authorization'))?.[1]

/**
 * @param {Context} ctx
 * @param {{ status: number, error: string, description: string }} refusal
 */
const refuse = (ctx, { status, error, description }) => {
  ctx.status = status
  // RFC 6750 section 3
  ctx.set('WWW-Authenticate', `Bearer error="${error}", error_description="${description}"`)
  ctx.body = { error, error_description: description }
}

/**
 * Answers `/userinfo` for a JWT access token. The engine knows only opaque tokens there; Auth0
 * takes any access token that was granted `openid`.
 *
 * @param {{
 *   url: string,
 *   issuer: string,
 *   publicKey: import('jose').JWK,
 *   users: import('../settings/users.js').Users,
 *   clients: import('../settings/clients.js').ClientRegistry,
 * }} parts
 * @returns {import('koa').Middleware}
 */
export const createJwtUserinfo = ({ url, issuer, publicKey, users, clients }) => {
  const keys = createLocalJWKSet({ keys: [publicKey] })

  /** @param {string} scope */
  const claimNames = scope => {
    const byScope = /** @type {Record<string, string[]>} */ (users.claimsByScope)
    const names = new Set(scope.split(' ').flatMap(name => byScope[name] ?? []))
    names.delete('auth_time')
    return names
  }

  return async (ctx, next) => {
    const token = ctx.path === PATHS.userinfo ? bearerOf(ctx) : undefined
    if (!token) return next()

    const verified = await jwtVerify(token, keys, {
      issuer,
      audience: url + PATHS.userinfo,
      typ: 'at+jwt',
    }).catch(() => undefined)
    const owner = verified?.payload.client_id
    if (!owner || clients.originsOf(owner).includes(ctx.get('Origin'))) allowOrigin(ctx)
    const claims = users.claimsFor(verified?.payload.sub ?? '')
    // A sender-constrained token needs a proof (RFC 9449 section 7), which is not checked here.
    if (!verified || !claims || verified.payload.cnf) {
      refuse(ctx, { status: 401, error: 'invalid_token', description: 'The token is not valid.' })
      return undefined
    }
    const names = claimNames(String(verified.payload.scope ?? ''))
    ctx.set('Cache-Control', 'no-store')
    ctx.body = Object.fromEntries(Object.entries(claims).filter(([name]) => names.has(name)))
    return undefined
  }
}
