import type { Fields } from './http.ts'

/** Encodes fields as a query string or a form body. An object is sent as JSON. */
export const formEncode = (fields: Fields): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    query.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query.toString()
}
