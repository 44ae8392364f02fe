import { parseJson } from './browser/parse-json.ts'
import { HTTP_SCHEME, serverUrl } from './browser/parse-url.ts'
import { InvalidConfigurationError } from './errors/core.ts'
import { isPlain } from './form-encode.ts'
import { ownMembers } from './own-members.ts'
import type { Parameters } from './protocol/parameters.ts'

/** An example of the value of each option, or a list of the values that are allowed. */
export type Types = Readonly<Record<string, unknown>>

/** What happens with an option that cannot be used. */
export type Refuse = (error: InvalidConfigurationError) => void

/** Throws the error. */
export const refuse: Refuse = error => {
  throw error
}

/** Spaces around a text, with a pair of quotes or without, as environment files leave them. */
const AROUND = /^[\s\u200b]*(["']?)[\s\u200b]*(.*?)[\s\u200b]*\1[\s\u200b]*$/s

/** The error for an option with a wrong value, which is named in it. */
export const invalidOption = (
  name: string,
  value: unknown,
  wanted: string,
): InvalidConfigurationError =>
  new InvalidConfigurationError(
    `The option "${name}" is ${Object(value) === value ? `of type ${typeof value}` : `"${String(value)}"`}.`,
    `Pass ${wanted}.`,
  )

/** Texts of environment files as the type that is wanted; lists and URLs as text, as auth0-spa-js sends them. */
const convert = (given: unknown, type: string): unknown => {
  if (type === 'string' && typeof given === 'object' && !isPlain(given)) return String(given)
  if (typeof given !== 'string') return given
  const text = given.replace(AROUND, '$2')
  return type === 'string' ? text : (parseJson(text) ?? text)
}

const WANTED: Record<string, string> = {
  string: 'text',
  number: 'a number, 0 or more',
  boolean: 'true or false',
}

const isValid = (value: unknown, example: unknown): boolean =>
  Array.isArray(example)
    ? example.includes(value)
    : typeof value === typeof example &&
      (typeof value !== 'number' || (value >= 0 && value < Infinity))

/**
 * A copy with the members that are set. Members whose type is known are converted to it, or left out
 * and refused by name; empty text counts as not set where something else than text is wanted.
 */
export const readValues = (
  values: object | null | undefined,
  types: Types,
  refuseWith: Refuse = refuse,
): Parameters => {
  const result: Parameters = ownMembers()
  for (const [name, given] of Object.entries(values ?? {})) {
    if (given === undefined || given === null) continue
    const example = Object.hasOwn(types, name) ? types[name] : undefined
    const type = Array.isArray(example) ? 'string' : typeof example
    const value = example === undefined ? given : convert(given, type)
    if (example === undefined || isValid(value, example)) result[name] = value
    else if (value !== '') {
      const wanted = Array.isArray(example)
        ? example.map(each => `"${each}"`).join(' or ')
        : (WANTED[type] ?? `a value of type ${type}`)
      refuseWith(invalidOption(name, value, wanted))
    }
  }
  return result
}

/** The parameters that the SDK reads itself. */
const PARAMETERS: Types = { audience: '', organization: '', redirect_uri: '' }

/**
 * The authorization parameters that are set. An empty `redirect_uri` or `organization` is none, as in
 * auth0-spa-js.
 */
export const readParameters = (
  values: object | null | undefined,
  refuseWith?: Refuse,
): Parameters => {
  const { redirect_uri, organization, ...params } = readValues(values, PARAMETERS, refuseWith)
  return ownMembers(
    params,
    redirect_uri ? { redirect_uri } : undefined,
    organization ? { organization } : undefined,
  )
}

/** The URL of a server without a slash at the end; what cannot be one stays as it is. */
export const baseUrlOf = (name: string, text: string, refuse: Refuse): string => {
  const url = serverUrl(text)
  if (!url && text) {
    refuse(
      new InvalidConfigurationError(
        `The option "${name}": "${text}" is not a valid ${name}.`,
        'Pass one like a.auth0.com.',
      ),
    )
  }
  return url ?? `https://${text}`
}

/** An issuer with a scheme keeps its end: it is compared with `iss` as text. */
export const issuerOf = (name: string, issuer: string, refuse: Refuse): string =>
  baseUrlOf(name, issuer, refuse) + (HTTP_SCHEME.test(issuer) && !issuer.endsWith('/') ? '' : '/')
