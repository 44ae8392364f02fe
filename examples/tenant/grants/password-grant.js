/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/** The parameters of the grant. Any realm is accepted: there is one user database. */
export const PASSWORD_PARAMS = ['username', 'password', 'scope', 'audience', 'realm']

/** @param {unknown} value */
const text = value => (typeof value === 'string' ? value : '')

/**
 * Resource owner password credentials (RFC 6749 section 4.3).
 *
 * @param {{
 *   users: import('../settings/users.js').Users,
 *   refusal: import('../engine/refusal.js').Refusal,
 *   redeem: import('./redeem-as-device-code.js').RedeemAsDeviceCode,
 * }} parts
 * @returns {GrantHandler}
 */
export const createPasswordGrant =
  ({ users, refusal, redeem }) =>
  async ctx => {
    const { params } = ctx.oidc
    for (const name of ['username', 'password']) {
      if (!params[name])
        throw refusal(400, 'invalid_request', `Missing required parameter: ${name}`)
    }
    const user = users.signIn(text(params.username), text(params.password))
    if (!user) throw refusal(403, 'invalid_grant', 'Wrong email or password.')
    const scope = text(params.scope)
    await redeem(ctx, { sub: user.sub, scope, audience: text(params.audience) })
  }
