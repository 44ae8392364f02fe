import type { Fields } from './http.ts'

/** The fields that are sent, as text. An object is sent as JSON. */
export const formFields = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
  )

/** Encodes fields as a query string or a form body. */
export const formEncode = (fields: Fields): string =>
  new URLSearchParams(formFields(fields)).toString()
