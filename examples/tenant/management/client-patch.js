import { GRANT_TYPES } from '../grants/grant-types.js'
import { originOf } from '../settings/clients.js'
import { validatePolicies } from '../settings/refresh-token-policies.js'
import { validateRefreshToken } from '../settings/refresh-token-settings.js'
import { invalidProperty, unknownProperties } from './payload.js'

/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */
/** @typedef {import('../settings/resolve-options.js').ClientRefreshToken} ClientRefreshToken */

/**
 * @param {string} path
 * @param {string} message
 * @returns {never}
 */
const refuse = (path, message) => {
  throw invalidProperty({ path, message })
}

/**
 * @param {string} path
 * @param {unknown} value
 * @param {{ isFine: (text: string) => boolean, wanted: string }} items
 */
const readList = (path, value, { isFine, wanted }) => {
  if (!Array.isArray(value)) return refuse(path, 'must be a list')
  value.forEach((item, index) => {
    if (typeof item !== 'string' || !isFine(item)) refuse(`${path}.${index}`, `must be ${wanted}`)
  })
  return /** @type {string[]} */ (value)
}

/**
 * @param {string} path
 * @param {unknown} value
 */
const readOrigins = (path, value) => {
  const origins = readList(path, value, {
    isFine: text => originOf(text) === text,
    wanted: 'an origin, such as http://localhost:4000',
  })
  return origins.length > 0 ? origins : refuse(path, 'must not be empty')
}

/**
 * Auth0 replaces the whole object: omitted members are reset to their defaults.
 *
 * @param {unknown} value
 * @returns {ClientRefreshToken | undefined}
 */
const readRefreshToken = value => {
  if (value === null) return undefined
  const isObject = typeof value === 'object' && !Array.isArray(value)
  const { policies, ...settings } = /** @type {Record<string, unknown>} */ (isObject ? value : {})
  const read = validateRefreshToken(isObject ? settings : value)
  const others = policies === undefined ? undefined : validatePolicies(policies)
  for (const { path, message } of [...(read.problems ?? []), ...(others?.problems ?? [])]) {
    refuse(path ? `refresh_token.${path}` : 'refresh_token', message)
  }
  return { ...read.value, ...(others?.value && { policies: others.value }) }
}

/** The members that may be changed, with Auth0's names. Each function returns the value or throws. */
const READERS = {
  /** @param {unknown} value */
  name: value => (typeof value === 'string' && value ? value : refuse('name', 'must be a text')),
  /** @param {unknown} value */
  callbacks: value =>
    readList('callbacks', value, {
      isFine: text => originOf(text) !== undefined,
      wanted: 'a web address',
    }),
  /** @param {unknown} value */
  web_origins: value => readOrigins('web_origins', value),
  /** @param {unknown} value */
  allowed_origins: value => readOrigins('allowed_origins', value),
  /** @param {unknown} value */
  oidc_conformant: value =>
    typeof value === 'boolean' ? value : refuse('oidc_conformant', 'must be true or false'),
  /** @param {unknown} value */
  grant_types: value =>
    readList('grant_types', value, {
      isFine: text => GRANT_TYPES.some(grantType => grantType === text),
      wanted: `one of: ${GRANT_TYPES.join(', ')}`,
    }),
  refresh_token: readRefreshToken,
}

/** @typedef {keyof typeof READERS} Property */
/** @typedef {{ [Name in Property]?: ReturnType<typeof READERS[Name]> }} ClientPatch */

/**
 * Checks everything before anything is changed.
 *
 * @param {Record<string, unknown>} payload
 * @returns {ClientPatch}
 */
export const readClientPatch = payload => {
  const unknown = Object.keys(payload).filter(name => !Object.hasOwn(READERS, name))
  if (unknown.length > 0) throw unknownProperties(unknown)
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      READERS[/** @type {Property} */ (name)](value),
    ]),
  )
}

/**
 * The tenant stores origins instead of URLs: the origins of the callbacks are added.
 *
 * @param {TenantClient} client
 * @param {ClientPatch} patch
 */
export const applyClientPatch = (client, patch) => {
  const { web_origins, allowed_origins, callbacks, ...plain } = patch
  const given = [...(web_origins ?? []), ...(allowed_origins ?? [])]
  const called = (callbacks ?? []).flatMap(url => originOf(url) ?? [])
  Object.assign(client, plain)
  client.origins = [...new Set([...(given.length > 0 ? given : client.origins), ...called])]
  if (callbacks) client.callbacks = callbacks
}
