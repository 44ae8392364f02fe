/** @typedef {import('./fault.js').Fault} Fault */

/**
 * Whether a fault sends another answer than the tenant would.
 *
 * @param {Fault} fault
 */
export const replacesAnswer = ({ status, json, html, body, useDpopNonce }) =>
  [status, json, html, body, useDpopNonce].some(value => value !== undefined)

/**
 * Only one of the faults that determine the response applies to a request; the next one applies to
 * the next request. So a sequence of responses can be defined in advance.
 *
 * @param {Fault} fault
 */
export const decidesAnswer = fault => replacesAnswer(fault) || fault.drop !== undefined

/**
 * Whether the tenant's own work is left out.
 *
 * @param {Fault} fault
 */
export const preventsWork = fault =>
  fault.drop === 'before' || (replacesAnswer(fault) && fault.when !== 'after')

/** @type {(keyof Fault)[]} */
const EFFECTS = [
  'delayBeforeMs',
  'delayAfterMs',
  'hold',
  'drop',
  'status',
  'useDpopNonce',
  'json',
  'html',
  'body',
  'headers',
  'truncate',
  'mutate',
  'idToken',
  'accessToken',
  'authorizationResponse',
  'cookies',
  'cors',
]

/** @param {Fault} fault */
export const effectsOf = fault => EFFECTS.filter(effect => fault[effect] !== undefined)

/**
 * A name for logs, such as `drop after` or `status 503`.
 *
 * @param {Fault} fault
 */
export const nameOf = fault =>
  effectsOf(fault)
    .map(effect => {
      const value = fault[effect]
      return typeof value === 'string' || typeof value === 'number' ? `${effect} ${value}` : effect
    })
    .filter(name => !/^(html|body) ./.test(name))
    .join(', ') || 'page'
