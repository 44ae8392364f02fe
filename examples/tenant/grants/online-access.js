import { isOnlineAccess } from '../settings/online-access.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */
/** @typedef {import('../settings/resolve-options.js').TenantSettings} TenantSettings */

/**
 * Rejects a request for online access without a DPoP proof, as Auth0 does: such a refresh token does not
 * rotate, so only the binding makes a stolen one useless.
 *
 * @param {{ refusal: import('../engine/refusal.js').Refusal, settings: TenantSettings }} parts
 */
export const createProofRequirement =
  ({ refusal, settings }) =>
  /** @param {Pick<import('koa').Context, 'get'>} ctx */
  ctx => {
    const isRequired = settings.onlineAccessRequiresDpop && !settings.ignoreDpopProofs
    if (!isRequired || ctx.get('DPoP') !== '') return
    throw refusal(400, 'invalid_request', 'The scope online_access requires a DPoP proof.')
  }

/**
 * Ends online access with the session of the tenant that it was given in: the refresh token is unusable
 * once the user has signed out there, another user has signed in, or the session has expired.
 *
 * @param {{ ledger: import('../tokens/ledger.js').Ledger, settings: TenantSettings }} parts
 * @returns {(handler: GrantHandler) => GrantHandler}
 */
export const createOnlineAccess = ({ ledger, settings }) => {
  /**
   * @param {import('oidc-provider').Provider} provider
   * @param {{ sessionUid?: string | undefined, accountId?: string | undefined }} token
   */
  const isSessionOver = async (provider, { sessionUid, accountId }) => {
    // Without a browser there is no session, for example after a token exchange.
    if (!sessionUid) return false
    const session = await provider.Session.findByUid(sessionUid)
    if (!session || session.accountId !== accountId) return true
    const endsAtSeconds = (session.loginTs ?? 0) + settings.sessionLifetimeSeconds
    return Date.now() >= endsAtSeconds * 1000
  }

  return handler => async ctx => {
    const { params, provider, client } = ctx.oidc
    const token = await provider.RefreshToken.find(String(params.refresh_token))
    const isOnline = token?.clientId === client.clientId && isOnlineAccess(token.scope)
    if (isOnline && token.sessionUid && (await isSessionOver(provider, token))) {
      ledger.endSession(token.sessionUid, token.accountId)
    }
    return handler(ctx)
  }
}
