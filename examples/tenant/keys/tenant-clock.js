/** @typedef {import('../settings/resolve-options.js').TenantSettings} TenantSettings */

const TIME_CLAIMS = ['iat', 'exp', 'nbf', 'auth_time', 'session_expiry']

/**
 * The clock of a tenant, which may be wrong on purpose. It is used in tokens and headers only; all
 * internal decisions use the machine's clock.
 *
 * @param {Pick<TenantSettings, 'clockOffsetSeconds'>} settings read at the moment of asking
 */
export const createTenantClock = settings => ({
  isOff: () => settings.clockOffsetSeconds !== 0,

  now: () => new Date(Date.now() + settings.clockOffsetSeconds * 1000),

  /**
   * @template {Record<string, unknown>} Claims
   * @param {Claims} claims
   * @returns {Claims} with the times of this clock
   */
  shift: claims => ({
    ...claims,
    ...Object.fromEntries(
      TIME_CLAIMS.flatMap(name => {
        const seconds = claims[name]
        return typeof seconds === 'number' ? [[name, seconds + settings.clockOffsetSeconds]] : []
      }),
    ),
  }),
})

/** @typedef {ReturnType<typeof createTenantClock>} TenantClock */

/**
 * Dates every answer by the tenant's clock.
 *
 * @param {TenantClock} clock
 * @returns {import('koa').Middleware}
 */
export const createDateHeader = clock => async (ctx, next) => {
  if (clock.isOff()) ctx.set('Date', clock.now().toUTCString())
  return next()
}
