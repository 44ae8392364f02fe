import { CODE, DEVICE_CODE, mayUse, REFRESH } from './grant-types.js'

/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */

/**
 * The engine drops `offline_access` unless consent is requested (OpenID Connect Core 11 requires
 * consent or "other conditions"). First-party applications do not need it here, as at Auth0: the
 * scope is put back once the engine has checked the request, for every client that may use refresh
 * tokens.
 *
 * @param {Context} ctx
 * @param {boolean} isAllowed
 */
const settleOfflineAccess = (ctx, isAllowed) => {
  const { body, params, requestParamScopes } = ctx.oidc
  const asked = String(ctx.query.scope ?? body?.scope ?? '').split(' ')
  if (!params || !asked.includes('offline_access')) return
  requestParamScopes.delete('offline_access')
  const scopes = [...requestParamScopes, ...(isAllowed ? ['offline_access'] : [])]
  params.scope = scopes.join(' ') || undefined
}

/**
 * Without refresh tokens there is no online access either.
 *
 * @param {Context} ctx
 */
const dropOnlineAccess = ({ oidc: { params, requestParamScopes } }) => {
  if (!params || !requestParamScopes.delete('online_access')) return
  params.scope = [...requestParamScopes].join(' ') || undefined
}

/**
 * Auth0's checks of an authorization request, from a browser or a device, in addition to the
 * engine's.
 *
 * @param {{
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   requireGrant: import('./grant-guard.js').GrantGuard,
 * }} parts
 */
export const createRequestCheck =
  ({ clients, requireGrant }) =>
  /** @param {Context} ctx */
  ctx => {
    const { client, route } = ctx.oidc
    if (!client) return
    requireGrant(client.clientId, route === 'device_authorization' ? DEVICE_CODE : CODE)
    const mayRefresh = mayUse(clients.find(client.clientId), REFRESH)
    if (!mayRefresh) dropOnlineAccess(ctx)
    settleOfflineAccess(ctx, mayRefresh)
  }
