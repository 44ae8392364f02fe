import { isOidcConformant } from './oidc-conformance.js'
import { isOnlineAccess } from './online-access.js'

/**
 * @typedef {object} RefreshTokenSettings
 * A client's settings, in Auth0's wire names.
 * @property {'rotating' | 'non-rotating'} rotation_type whether an exchange issues a new refresh token
 * @property {'expiring' | 'non-expiring'} expiration_type non-expiring: both lifetimes are ignored
 * @property {number} token_lifetime seconds from the login on; rotation does not prolong it
 * @property {number} leeway seconds in which the previous token may be used again
 * @property {number} [idle_token_lifetime] seconds from the latest exchange on
 */

/**
 * @typedef {object} RefreshTokenPolicy
 * The effective settings of one refresh token.
 * @property {boolean} rotating
 * @property {number} leewaySeconds
 * @property {number} [lifetimeSeconds] if absent, there is no absolute lifetime
 * @property {number} [idleLifetimeSeconds] if absent, there is no idle lifetime
 */

/** @typedef {import('./refresh-token-policies.js').Problem} SettingsProblem */

const DAY_SECONDS = 86_400
const LONGEST_SECONDS = 90 * DAY_SECONDS
const DEFAULT_SECONDS = 30 * DAY_SECONDS

const ROTATION_TYPES = /** @type {const} */ ({
  rotating: 'rotating',
  'non-rotating': 'non-rotating',
  reusable: 'non-rotating',
})
const EXPIRATION_TYPES = /** @type {const} */ ({
  expiring: 'expiring',
  'non-expiring': 'non-expiring',
})

/**
 * Auth0's own example sends `"token_lifetime": "2592000"`.
 *
 * @param {unknown} value
 */
const toNumber = value => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value)

/**
 * @template {Record<string, string>} Choices
 * @param {Choices} choices
 */
const oneOf = choices => ({
  message: `must be one of: ${Object.keys(choices).join(', ')}`,
  /**
   * @param {unknown} value
   * @returns {Choices[keyof Choices] | undefined}
   */
  read: value =>
    typeof value === 'string' && Object.hasOwn(choices, value)
      ? /** @type {Choices[keyof Choices]} */ (choices[value])
      : undefined,
})

/**
 * @param {number} least
 * @param {number} most
 */
const wholeSeconds = (least, most) => ({
  message: `must be a whole number of seconds from ${least} to ${most}`,
  /** @param {unknown} value */
  read: value => {
    const seconds = toNumber(value)
    const isFine = Number.isSafeInteger(seconds) && Number(seconds) >= least
    return isFine && Number(seconds) <= most ? Number(seconds) : undefined
  },
})

const FIELDS = {
  rotation_type: oneOf(ROTATION_TYPES),
  expiration_type: oneOf(EXPIRATION_TYPES),
  token_lifetime: wholeSeconds(1, LONGEST_SECONDS),
  idle_token_lifetime: wholeSeconds(1, LONGEST_SECONDS),
  leeway: wholeSeconds(0, LONGEST_SECONDS),
}

const REQUIRED = ['rotation_type', 'expiration_type']

/**
 * Reads a client's refresh token settings as they come in a request or a file. Paths of problems
 * are relative to the settings; the empty one means all of them.
 *
 * @param {unknown} input
 * @returns {{ value: RefreshTokenSettings, problems?: undefined }
 *   | { value?: undefined, problems: SettingsProblem[] }}
 */
export const validateRefreshToken = input => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problems: [{ path: '', message: 'must be an object' }] }
  }
  /** @type {SettingsProblem[]} */
  const problems = REQUIRED.filter(path => !Object.hasOwn(input, path)).map(path => ({
    path,
    message: 'is required',
  }))
  /** @type {Record<string, unknown>} */
  const value = { token_lifetime: DEFAULT_SECONDS, leeway: 0 }
  for (const [path, given] of Object.entries(input)) {
    const field = Object.hasOwn(FIELDS, path) && FIELDS[/** @type {keyof typeof FIELDS} */ (path)]
    const read = field ? field.read(given) : undefined
    if (read === undefined) problems.push({ path, message: field ? field.message : 'is not known' })
    else value[path] = read
  }
  if (problems.length > 0) return { problems }
  return { value: /** @type {RefreshTokenSettings} */ (/** @type {unknown} */ (value)) }
}

/**
 * The effective refresh token settings of a client: its own, or else the tenant's.
 *
 * A login that is not OIDC-conformant gets a refresh token that neither rotates nor expires. Online
 * access does not rotate and lasts at most as long as a session.
 *
 * @param {import('./resolve-options.js').TenantClient | undefined} client
 * @param {import('./resolve-options.js').TenantSettings} settings
 * @param {{ audience?: string | undefined, scope?: string | undefined }} [login]
 * @returns {RefreshTokenPolicy}
 */
export const policyOf = (client, settings, login) => {
  if (isOnlineAccess(login?.scope)) {
    return { rotating: false, leewaySeconds: 0, lifetimeSeconds: settings.sessionLifetimeSeconds }
  }
  if (!isOidcConformant(client, login?.audience)) {
    return { rotating: false, leewaySeconds: 0 }
  }
  const own = client?.refresh_token ?? {}
  const isEnding = own.expiration_type !== 'non-expiring'
  const idleSeconds = own.idle_token_lifetime ?? settings.refreshTokenIdleLifetimeSeconds
  return {
    rotating: own.rotation_type ? own.rotation_type === 'rotating' : settings.rotation,
    leewaySeconds: own.leeway ?? settings.leewaySeconds,
    ...(isEnding && {
      lifetimeSeconds: own.token_lifetime ?? settings.refreshTokenLifetimeSeconds,
      ...(idleSeconds > 0 && { idleLifetimeSeconds: idleSeconds }),
    }),
  }
}
