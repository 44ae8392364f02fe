import { toResource } from '../engine/audience.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/** The parameters of the grant. Any realm is accepted: there is one user database. */
export const PASSWORD_PARAMS = ['username', 'password', 'scope', 'audience', 'realm']

/** @param {unknown} value */
const text = value => (typeof value === 'string' ? value : '')

/**
 * Resource owner password credentials (RFC 6749 section 4.3). A right password stands for a device
 * code that was just confirmed, so that the engine issues the tokens and knows every rule for them.
 *
 * @param {{
 *   users: import('../settings/users.js').Users,
 *   authorizations: import('../engine/authorizations.js').Authorizations,
 *   refusal: import('../engine/refusal.js').Refusal,
 *   redeemDeviceCode: GrantHandler,
 * }} parts
 * @returns {GrantHandler}
 */
export const createPasswordGrant =
  ({ users, authorizations, refusal, redeemDeviceCode }) =>
  async ctx => {
    const { params, client, provider } = ctx.oidc
    for (const name of ['username', 'password']) {
      if (!params[name])
        throw refusal(400, 'invalid_request', `Missing required parameter: ${name}`)
    }
    const user = users.signIn(text(params.username), text(params.password))
    if (!user) throw refusal(403, 'invalid_grant', 'Wrong email or password.')

    const scope = text(params.scope)
    const resource = params.audience ? toResource(text(params.audience)) : undefined
    const { jti: grantId } = await authorizations.grant({
      provider,
      accountId: user.sub,
      clientId: client.clientId,
      scope,
      resources: resource ? [resource] : [],
    })
    const code = new provider.DeviceCode({
      client,
      accountId: user.sub,
      grantId,
      scope,
      resource,
      authTime: Math.floor(Date.now() / 1000),
      params: {},
      userCode: '',
      deviceInfo: {},
    })
    params.device_code = await code.save()
    await redeemDeviceCode(ctx)
  }
