import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { findProblems } from './json-schema.js'
import { resolveOptions } from './resolve-options.js'

/** @typedef {import('./resolve-options.js').TenantOptions} TenantOptions */
/** @typedef {import('./json-schema.js').Problem} Problem */

/** The schema is in the same folder. */
const SCHEMA = new URL('./tenant.schema.json', import.meta.url)

/**
 * @param {string} text
 * @param {unknown} error of `JSON.parse`
 */
const whereOf = (text, error) => {
  const at = /at position (\d+)/.exec(String(error))?.[1]
  if (at === undefined) return ''
  const lines = text.slice(0, Number(at)).split('\n')
  return ` at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {unknown}
 */
const parse = (path, text) => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(
      `${path} is not JSON: look${whereOf(text, cause)} for a missing quote or a comma too many.`,
      { cause },
    )
  }
}

/** @param {string} path */
const readText = async path => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`The file ${path} cannot be read: ${reason}.`, { cause })
  }
}

/** What must not occur twice in a list. */
const UNIQUE = /** @type {const} */ ([
  ['clients', 'client_id'],
  ['users', 'sub'],
  ['users', 'email'],
])

/**
 * @param {TenantOptions} options
 * @returns {Problem[]}
 */
const findDuplicates = options =>
  UNIQUE.flatMap(([list, member]) => {
    const items = /** @type {Record<string, unknown>[]} */ (options[list] ?? [])
    const values = items.map(item => item[member])
    return values.flatMap((value, at) => {
      const first = values.indexOf(value)
      const message = `is ${JSON.stringify(value)}, which ${list}[${first}] has already: change one of them`
      return first === at ? [] : [{ path: `${list}[${at}].${member}`, message }]
    })
  })

/**
 * Rules that the schema cannot express.
 *
 * @param {TenantOptions} options
 * @returns {Problem[]}
 */
const findConflicts = options => {
  try {
    resolveOptions(options)
    return findDuplicates(options)
  } catch (error) {
    return [{ path: '', message: `cannot be started: ${error instanceof Error && error.message}` }]
  }
}

/**
 * Reads a tenant from a JSON file: the options of `startTenant`, and `$schema` for editors.
 *
 * @param {string} path
 * @returns {Promise<TenantOptions>}
 */
export const readConfigFile = async path => {
  const [text, schema] = await Promise.all([readText(path), readFile(SCHEMA, 'utf8')])
  const document = parse(path, text)
  const { $schema: _, ...members } = Object(document)
  const options = /** @type {TenantOptions} */ (members)
  const schemaProblems = findProblems(JSON.parse(schema), document)
  const problems = schemaProblems.length > 0 ? schemaProblems : findConflicts(options)
  if (problems.length > 0) {
    const lines = problems.map(({ path: place, message }) => `  ${place || 'It'} ${message}`)
    throw new TypeError(`${path} is not a tenant:\n${lines.join('\n')}`)
  }
  const { persist } = options
  return persist === undefined ? options : { ...options, persist: resolve(dirname(path), persist) }
}
