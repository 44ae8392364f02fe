/** @typedef {import('../settings/resolve-options.js').TenantSettings} TenantSettings */
/** @typedef {{ path: string, message: string }} Problem */

/**
 * @param {number} least
 * @param {string} message
 */
const wholeNumber = (least, message) => ({
  is: (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= least,
  message,
})

const LIFETIME = wholeNumber(1, 'must be a whole number of seconds, at least 1')
const FLAG = {
  is: (/** @type {unknown} */ value) => typeof value === 'boolean',
  message: 'must be true or false',
}
const DURATION = wholeNumber(0, 'must be a whole number of seconds, at least 0')

/** @type {Record<keyof TenantSettings, { is: (value: unknown) => boolean, message: string }>} */
const CHECKS = {
  accessTokenLifetimeSeconds: LIFETIME,
  idTokenLifetimeSeconds: LIFETIME,
  refreshTokenLifetimeSeconds: LIFETIME,
  refreshTokenIdleLifetimeSeconds: DURATION,
  leewaySeconds: DURATION,
  activeRefreshTokensPerUser: wholeNumber(1, 'must be a whole number, at least 1'),
  rotation: FLAG,
  sessionLifetimeSeconds: LIFETIME,
  sessionExpiryClaim: FLAG,
  onlineAccessRequiresDpop: FLAG,
  requireDpopNonce: FLAG,
  ignoreDpopProofs: FLAG,
  clockOffsetSeconds: wholeNumber(-Infinity, 'must be a whole number of seconds'),
}

/**
 * @param {Record<string, unknown>} input
 * @returns {{ value: Partial<TenantSettings> } | { problems: Problem[] }}
 */
export const validateSettings = input => {
  const checks = /** @type {Record<string, typeof LIFETIME>} */ (CHECKS)
  const problems = Object.entries(input).flatMap(([path, value]) => {
    const check = Object.hasOwn(checks, path) ? checks[path] : undefined
    if (!check) return [{ path, message: 'is not a setting' }]
    return check.is(value) ? [] : [{ path, message: check.message }]
  })
  return problems.length > 0 ? { problems } : { value: input }
}
