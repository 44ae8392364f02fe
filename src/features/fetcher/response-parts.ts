import type { CustomFetchMinimalOutput } from '../../types/fetcher.ts'

/**
 * A header of a response: of an object with `get`, of pairs, or of an object with names; empty if it
 * is missing, or if the response has no headers.
 *
 * @param name in lower case
 */
export const headerOf = (output: CustomFetchMinimalOutput, name: string): string => {
  const headers: unknown = (output as Partial<CustomFetchMinimalOutput> | null | undefined)?.headers
  if (!headers || typeof headers !== 'object') return ''
  if ('get' in headers && typeof headers.get === 'function') return `${headers.get(name) ?? ''}`
  const pairs: unknown[][] = Array.isArray(headers) ? headers : Object.entries(headers)
  return pairs
    .filter(([key, value]) => `${key}`.toLowerCase() === name && (value ?? '') !== '')
    .map(([, value]) => [value].flat().join(', '))
    .join(', ')
}

/** The status; 0 if the response has none. */
export const statusOf = (output: CustomFetchMinimalOutput): number =>
  Number((output as Partial<CustomFetchMinimalOutput> | null | undefined)?.status) || 0
