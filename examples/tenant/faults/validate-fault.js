import { PATHS } from '../http/paths.js'
import { effectsOf, preventsWork } from './fault-kinds.js'

/** @typedef {import('./fault.js').Fault} Fault */
/** @typedef {{ path: string, message: string }} Problem */
/** @typedef {{ is: (value: unknown) => boolean, message: string }} Check */

/** @param {unknown} value */
const isRecord = value => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {unknown} value */
const isTextList = value => Array.isArray(value) && value.every(item => typeof item === 'string')

/** @param {number} least */
const wholeNumber = least => ({
  is: (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) >= least,
  message: `must be a whole number of at least ${least}`,
})

/** @param {readonly string[]} choices */
const oneOf = choices => ({
  is: (/** @type {unknown} */ value) => choices.includes(/** @type {string} */ (value)),
  message: `must be one of ${choices.join(', ')}`,
})

const TEXT = {
  is: (/** @type {unknown} */ value) => typeof value === 'string',
  message: 'must be a string',
}
const FLAG = {
  is: (/** @type {unknown} */ value) => typeof value === 'boolean',
  message: 'must be true or false',
}
const MS = {
  is: (/** @type {unknown} */ value) => typeof value === 'number' && value >= 0 && value < 2 ** 31,
  message: 'must be a number of milliseconds',
}

/**
 * An object with these members only.
 *
 * @param {Record<string, (value: unknown) => boolean>} members
 */
const shape = members => ({
  is: (/** @type {unknown} */ value) =>
    isRecord(value) &&
    Object.entries(/** @type {object} */ (value)).every(([name, member]) =>
      members[name]?.(member),
    ),
  message: `must be an object with some of ${Object.keys(members).join(', ')}`,
})

/** @param {unknown} value */
const isTextRecord = value =>
  isRecord(value) && Object.values(/** @type {object} */ (value)).every(TEXT.is)

const JWT_CHANGE = shape({
  claims: isRecord,
  removeClaims: isTextList,
  header: isRecord,
  removeHeader: isTextList,
  alg: value => /^(none|[HRPE]S(256|384|512)|EdDSA)$/.test(String(value)),
  signature: oneOf(['wrong-key', 'stripped', 'tampered']).is,
})

/** @type {Record<string, Check>} */
const CHECKS = {
  name: TEXT,
  endpoint: oneOf([...Object.keys(PATHS), 'other']),
  grantType: TEXT,
  client_id: TEXT,
  prompt: TEXT,
  inFrames: FLAG,
  skip: wholeNumber(0),
  times: {
    is: value => value === Infinity || wholeNumber(1).is(value),
    message: 'must be a whole number of at least 1',
  },
  probability: {
    is: value => typeof value === 'number' && value >= 0 && value <= 1,
    message: 'must be a number from 0 to 1',
  },
  seed: wholeNumber(0),
  delayBeforeMs: MS,
  delayAfterMs: MS,
  hold: oneOf(['before', 'after']),
  drop: oneOf(['before', 'during', 'after']),
  reset: FLAG,
  status: {
    is: value => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
    message: 'must be an HTTP status of 200 to 599',
  },
  headers: { is: isTextRecord, message: 'must be an object of strings' },
  useDpopNonce: oneOf(['new-nonce', 'no-nonce']),
  json: { is: () => true, message: '' },
  html: TEXT,
  body: TEXT,
  when: oneOf(['before', 'after']),
  truncate: FLAG,
  mutate: shape({ remove: isTextList, set: isRecord }),
  idToken: JWT_CHANGE,
  accessToken: JWT_CHANGE,
  authorizationResponse: shape({ remove: isTextList, set: isTextRecord, repeat: isTextList }),
  cookies: oneOf(['blocked']),
  cors: { is: value => value === false, message: 'can only be false' },
}

/**
 * @param {Record<string, unknown>} fields
 * @returns {Problem[]}
 */
const problemsOfFields = fields =>
  Object.entries(fields).flatMap(([path, value]) => {
    const check = CHECKS[path]
    if (!check) return [{ path, message: 'is not known' }]
    return check.is(value) ? [] : [{ path, message: check.message }]
  })

/**
 * @param {Fault} fault
 * @returns {Problem[]}
 */
const problemsOfTheWhole = fault => {
  if (effectsOf(fault).length === 0) return [{ path: '', message: 'has no effect' }]
  const bodies = [fault.json, fault.html, fault.body].filter(value => value !== undefined)
  if (bodies.length > 1) return [{ path: '', message: 'can have only one of json, html, body' }]
  if (fault.useDpopNonce && bodies.length > 0) {
    return [{ path: 'useDpopNonce', message: 'has its own answer, without json, html and body' }]
  }
  // This part is known only from the response, so the work is already done.
  const isLate = preventsWork(fault) || fault.delayBeforeMs !== undefined || fault.hold === 'before'
  if (fault.authorizationResponse && isLate) {
    return [{ path: 'authorizationResponse', message: 'comes after the work, others before it' }]
  }
  return []
}

/**
 * @param {unknown} input
 * @returns {{ value: Fault } | { problems: Problem[] }}
 */
export const validateFault = input => {
  if (!isRecord(input)) return { problems: [{ path: '', message: 'must be an object' }] }
  const given = Object.entries(/** @type {object} */ (input)).filter(([, v]) => v !== undefined)
  const fault = /** @type {Fault} */ (Object.fromEntries(given))
  const problems = problemsOfFields({ ...fault, endpoint: fault.endpoint })
  if (problems.length > 0) return { problems }
  const whole = problemsOfTheWhole(fault)
  return whole.length > 0 ? { problems: whole } : { value: fault }
}
