import { toResource } from '../engine/audience.js'

/** @typedef {import('./grant-provider.js').GrantContext} GrantContext */
/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/**
 * @typedef {object} Proven
 * Who was identified by other means than the login page, and what for.
 * @property {string} sub
 * @property {string} scope
 * @property {string} [audience]
 * @property {string} [organization] id or name
 * @property {import('../engine/authorizations.js').ExchangeNote} [exchange]
 */

/**
 * Issues tokens to a user who was identified by a grant that the engine does not know: the user stands
 * for a device code that was just confirmed, so that the engine issues the tokens and knows every rule
 * for them.
 *
 * @param {{
 *   authorizations: import('../engine/authorizations.js').Authorizations,
 *   redeemDeviceCode: GrantHandler,
 * }} parts
 */
export const createRedeemAsDeviceCode =
  ({ authorizations, redeemDeviceCode }) =>
  /**
   * @param {GrantContext} ctx
   * @param {Proven} proven
   */
  async (ctx, { sub, scope, audience, organization, exchange }) => {
    const { params, client, provider } = ctx.oidc
    const resource = audience ? toResource(audience) : undefined
    const { jti: grantId } = await authorizations.grant({
      provider,
      accountId: sub,
      clientId: client.clientId,
      scope,
      resources: resource ? [resource] : [],
      ...(organization && { organization }),
      ...(exchange && { exchange }),
    })
    const code = new provider.DeviceCode({
      client,
      accountId: sub,
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

/** @typedef {ReturnType<typeof createRedeemAsDeviceCode>} RedeemAsDeviceCode */
