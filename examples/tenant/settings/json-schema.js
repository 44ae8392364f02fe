import { nearest } from './nearest.js'

/**
 * @typedef {object} JsonSchema
 * The subset of JSON Schema (draft 7) that the tenant's schema uses. Other keywords are not
 * checked, so the schema must not use them.
 * @property {string} [$ref] to `#/definitions/…`
 * @property {Record<string, JsonSchema>} [definitions]
 * @property {string | string[]} [type]
 * @property {unknown[]} [enum]
 * @property {Record<string, JsonSchema>} [properties]
 * @property {string[]} [required]
 * @property {boolean} [additionalProperties]
 * @property {JsonSchema} [items]
 * @property {number} [minItems]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minLength]
 * @property {string} [pattern]
 * @property {string} [patternErrorMessage] the error message; editors show it too
 */

/** @typedef {{ path: string, message: string }} Problem */

/** @param {unknown} value */
const typeOf = value => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/**
 * @param {string} type
 * @param {unknown} value
 */
const isOfType = (type, value) =>
  type === typeOf(value) || (type === 'number' && typeof value === 'number')

/** @type {Record<string, string>} */
const TYPE_NAMES = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
}

/** @param {unknown} value */
const quote = value => {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/**
 * @param {string} path
 * @param {string} name
 */
const memberPath = (path, name) => {
  if (!/^[\w$]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path ? `${path}.${name}` : name
}

/** @type {((schema: JsonSchema, value: unknown) => string | false | undefined)[]} */
const VALUE_RULES = [
  ({ enum: choices }, value) =>
    choices && !choices.includes(value) && `must be one of ${choices.map(quote).join(', ')}`,
  ({ minimum }, value) =>
    minimum !== undefined && Number(value) < minimum && `must be at least ${minimum}`,
  ({ maximum }, value) =>
    maximum !== undefined && Number(value) > maximum && `must be at most ${maximum}`,
  ({ minLength = 0 }, value) =>
    typeof value === 'string' && value.length < minLength && 'must not be empty',
  ({ pattern, patternErrorMessage }, value) =>
    pattern !== undefined &&
    typeof value === 'string' &&
    !new RegExp(pattern, 'u').test(value) &&
    (patternErrorMessage ?? `must fit ${pattern}`),
  ({ minItems = 0 }, value) =>
    Array.isArray(value) &&
    value.length < minItems &&
    `needs at least ${minItems === 1 ? 'one entry' : `${minItems} entries`}`,
]

/**
 * @param {JsonSchema} schema
 * @param {Record<string, unknown>} object
 * @param {string} path
 * @returns {Problem[]}
 */
const checkNames = ({ properties = {}, required = [], additionalProperties }, object, path) => {
  const missing = required
    .filter(name => !Object.hasOwn(object, name))
    .map(name => ({ path: memberPath(path, name), message: 'is missing: add it' }))
  const unknown = Object.keys(object)
    .filter(name => additionalProperties === false && !Object.hasOwn(properties, name))
    .map(name => {
      const meant = nearest(name, Object.keys(properties))
      const hint = meant ? `did you mean "${meant}"?` : 'remove it'
      return { path: memberPath(path, name), message: `is not known: ${hint}` }
    })
  return [...missing, ...unknown]
}

/**
 * Validates a value and returns the problems with their paths.
 *
 * @param {JsonSchema} root
 * @param {unknown} document
 * @returns {Problem[]}
 */
export const findProblems = (root, document) => {
  /**
   * @param {JsonSchema} given
   * @param {unknown} value
   * @param {string} path
   * @returns {Problem[]}
   */
  const check = (given, value, path) => {
    const name = given.$ref?.replace('#/definitions/', '')
    const schema = (name !== undefined && root.definitions?.[name]) || given
    const types = [schema.type ?? []].flat()
    if (types.length > 0 && !types.some(type => isOfType(type, value))) {
      const wanted = types.map(type => TYPE_NAMES[type] ?? type).join(' or ')
      return [{ path, message: `is ${quote(value)}, and must be ${wanted}` }]
    }
    const broken = VALUE_RULES.map(rule => rule(schema, value)).filter(Boolean)
    if (broken.length > 0) {
      return broken.map(rule => ({ path, message: `is ${quote(value)}, and ${rule}` }))
    }
    const { items, properties = {} } = schema
    if (Array.isArray(value)) {
      return items ? value.flatMap((item, at) => check(items, item, `${path}[${at}]`)) : []
    }
    if (typeof value !== 'object' || value === null) return []
    const object = /** @type {Record<string, unknown>} */ (value)
    const below = Object.entries(properties).flatMap(([member, expected]) =>
      Object.hasOwn(object, member)
        ? check(expected, object[member], memberPath(path, member))
        : [],
    )
    return [...checkNames(schema, object, path), ...below]
  }
  return check(root, document, '')
}
