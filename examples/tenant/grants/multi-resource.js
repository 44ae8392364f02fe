import { describeApi, toResource } from '../engine/audience.js'

/** @typedef {import('./grant-provider.js').GrantContext} GrantContext */
/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */
/** @typedef {import('../settings/refresh-token-policies.js').AudiencePolicy} AudiencePolicy */

/** Scopes of OpenID Connect, which belong to no API. */
const USER_SCOPES = new Set([
  'openid',
  'profile',
  'email',
  'phone',
  'address',
  'offline_access',
  'online_access',
])

/**
 * The scopes of a token for the other API: the policy's scopes and the granted OpenID scopes, or
 * all granted scopes if the login was for the same API.
 *
 * @param {import('oidc-provider').KoaContextWithOIDC['oidc']['entities']} entities
 * @param {AudiencePolicy} policy
 */
const allowedScopes = ({ RefreshToken: token }, { audience, scope }) => {
  const isOfLogin = token?.resource === toResource(audience)
  const granted = [...(token?.scopes ?? [])]
  return new Set([...granted.filter(name => isOfLogin || USER_SCOPES.has(name)), ...scope])
}

/**
 * Replaces the issued access token with one for the policy's API.
 *
 * @param {GrantContext} ctx
 * @param {AudiencePolicy} policy
 * @param {string | undefined} asked
 */
const exchangeAccessToken = async (ctx, policy, asked) => {
  const { client, entities, provider } = ctx.oidc
  const issued = entities.AccessToken
  if (!issued) return
  const allowed = allowedScopes(entities, policy)
  const scope = (asked?.split(' ') ?? [...allowed]).filter(name => allowed.has(name)).join(' ')
  const resource = toResource(policy.audience)
  const token = new provider.AccessToken({
    client,
    accountId: issued.accountId,
    grantId: issued.grantId,
    gty: issued.gty,
    jkt: issued.jkt,
    scope,
    resourceServer: new provider.ResourceServer(resource, describeApi(policy.audience, scope)),
  })
  await issued.destroy()
  ctx.oidc.entity('AccessToken', token)
  Object.assign(/** @type {object} */ (ctx.body), {
    access_token: await token.save(),
    expires_in: token.expiration,
    scope,
  })
}

/**
 * @param {GrantContext} ctx
 * @returns {Promise<ReadonlySet<string>>} the scopes of the refresh token presented
 */
const grantedScopes = async ({ oidc: { params, provider } }) => {
  const token = await provider.RefreshToken.find(String(params.refresh_token))
  return token?.scopes ?? new Set()
}

/**
 * Auth0's multi-resource refresh tokens: a refresh request may name another audience, if the
 * client's policies list it. Any other audience is ignored.
 *
 * The SDKs of such clients request the scopes of all their APIs at once and compare the response
 * with what they need, so scopes of other APIs are omitted instead of rejected.
 *
 * @param {import('../settings/clients.js').ClientRegistry} clients
 * @returns {(handler: GrantHandler) => GrantHandler}
 */
export const createMultiResource = clients => handler => async ctx => {
  const { client, params } = ctx.oidc
  const policies = clients.find(client.clientId)?.refresh_token?.policies ?? []
  const asked = typeof params.scope === 'string' ? params.scope : undefined
  if (policies.length === 0) return handler(ctx)

  const policy = policies.find(({ audience }) => audience === params.audience)
  if (!policy) {
    const granted = await grantedScopes(ctx)
    params.scope =
      asked
        ?.split(' ')
        .filter(name => granted.has(name))
        .join(' ') || asked
    return handler(ctx)
  }
  // Without a scope the engine does not reject scopes of other APIs.
  params.scope = undefined
  await handler(ctx)
  return exchangeAccessToken(ctx, policy, asked)
}
