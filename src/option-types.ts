import { parseJson } from './browser/parse-json.ts'
import { HTTP_SCHEME, serverUrl } from './browser/parse-url.ts'
import { InvalidConfigurationError } from './errors/core.ts'
import { isPlain } from './form-encode.ts'
import { ownMembers } from './own-members.ts'
import type { Parameters } from './protocol/parameters.ts'

/** By name: the type of a value, as `typeof` names it, or the texts that are allowed: `on|off`. */
export type Types = Readonly<Record<string, string>>

/** What happens with an option that cannot be used. */
export type Refuse = (error: InvalidConfigurationError) => void

const fail: Refuse = error => {
  throw error
}

/** The error for an option with a wrong value. */
export const invalidOption = (
  name: string,
  value: unknown,
  wanted: string,
): InvalidConfigurationError =>
  new InvalidConfigurationError(
    `"${Object(value) === value ? typeof value : String(value)}" is not a valid ${name}.`,
    `Pass ${wanted} as the option "${name}".`,
  )

/** Spaces and a pair of quotes around a text, as environment files leave them. */
const AROUND = /^\s*(["']?)(.*)\1\s*$/s

/** Texts of environment files as the type that is wanted; lists and URLs as text, as auth0-spa-js sends them. */
const convert = (given: unknown, type: string): unknown => {
  if (type === 'string' && given && typeof given === 'object' && !isPlain(given)) return `${given}`
  if (typeof given !== 'string') return given
  const text = given.replace(AROUND, '$2').trim()
  return type === 'string' ? text : (parseJson(text) ?? text)
}

const isValid = (value: unknown, type: string): boolean =>
  typeof value === 'number'
    ? type === 'number' && value >= 0 && value < Infinity
    : typeof value === type || type.split('|').includes(value as string)

/**
 * A copy with the members that are set. Members whose type is known are converted to it, or left out
 * and refused by name; for them empty text means that they are not set.
 */
export const readValues = (
  values: object | null | undefined,
  types: Types,
  refuse = fail,
): Parameters => {
  const result: Parameters = ownMembers()
  for (const [name, given] of Object.entries(values ?? {})) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined
    const value = type ? convert(given, type) : given
    if (value === undefined || value === null || (type && value === '')) continue
    if (!type || isValid(value, type)) result[name] = value
    else refuse(invalidOption(name, value, type))
  }
  return result
}

/** The parameters that the SDK reads itself. */
export const PARAMETERS: Types = {
  audience: 'string',
  max_age: 'number',
  organization: 'string',
  redirect_uri: 'string',
}

/** The URL of a server without a slash at the end; what cannot be one stays as it is. */
export const baseUrlOf = (name: string, text: string, refuse: Refuse): string => {
  const url = serverUrl(text)
  if (!url && text) refuse(invalidOption(name, text, 'one like a.auth0.com'))
  return url ?? `https://${text}`
}

/** An issuer with a scheme keeps its end: it is compared with `iss` as text. */
export const issuerOf = (name: string, issuer: string, refuse: Refuse): string =>
  baseUrlOf(name, issuer, refuse) + (HTTP_SCHEME.test(issuer) && !issuer.endsWith('/') ? '' : '/')
