/** @typedef {import('../settings/resolve-options.js').TenantSettings} TenantSettings */
/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */

const SESSION_SECONDS = 3 * 86_400
const LOGIN_PAGE_SECONDS = 3600
const CODE_SECONDS = 60
const REFRESH_MARGIN_SECONDS = 60
// A grant must outlive the tokens that hang on it, also those issued from it a little later.
const GRANT_MARGIN_SECONDS = 600

/**
 * The engine counts in whole seconds and accepts no 0.
 *
 * @param {number} seconds
 */
const wholeSeconds = seconds => Math.max(1, Math.ceil(seconds))

/**
 * Every lifetime the engine asks for, read from the settings at the moment of asking.
 *
 * @param {TenantSettings} settings
 */
export const createTokenLifetimes = settings => ({
  AccessToken: () => wholeSeconds(settings.accessTokenLifetimeSeconds),
  IdToken: () => wholeSeconds(settings.idTokenLifetimeSeconds),
  AuthorizationCode: CODE_SECONDS,
  Interaction: LOGIN_PAGE_SECONDS,
  Session: SESSION_SECONDS,

  /**
   * How long the engine keeps a refresh token. The rotation policy decides when it is over, to the
   * millisecond; the margin lets the policy be asked, and tell. A successor goes with its
   * predecessor.
   *
   * @param {Context} ctx
   */
  RefreshToken: ctx =>
    ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ??
    wholeSeconds(settings.refreshTokenLifetimeSeconds) + REFRESH_MARGIN_SECONDS,

  /**
   * @param {Context} _ctx
   * @param {{ getOIDCScope(): string }} grant
   */
  Grant: (_ctx, grant) => {
    const isOffline = grant.getOIDCScope().split(' ').includes('offline_access')
    const refresh = isOffline ? settings.refreshTokenLifetimeSeconds : 0
    return (
      wholeSeconds(Math.max(refresh, settings.accessTokenLifetimeSeconds)) + GRANT_MARGIN_SECONDS
    )
  },
})
