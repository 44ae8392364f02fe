import type { Fields } from './http.ts'

/** Whether a value is an object with the `toString` of `Object`, or a list that contains one. */
export const isPlain = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isPlain)
  if (typeof value !== 'object' || value === null) return false
  return typeof value.toString !== 'function' || value.toString === {}.toString
}

/** The fields that are sent, as text. A list is sent with commas, an object as JSON. */
export const formFields = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, isPlain(value) ? JSON.stringify(value) : String(value)]),
  )

/** Encodes fields as a query string or a form body. */
export const formEncode = (fields: Fields): string =>
  new URLSearchParams(formFields(fields)).toString()
