import { isPlain } from '../form-encode.ts'

/** The audience of tokens for which none was asked. It is never sent. */
export const DEFAULT_AUDIENCE = 'default'

const split = (scope: unknown): string[] => [scope].flat().join(' ').match(/\S+/g) ?? []

/** Joins scopes, texts or lists of them, into one text; in the order of first occurrence. */
export const mergeScopes = (...scopes: unknown[]): string =>
  [...new Set(scopes.flatMap(split))].join(' ')

/** The scopes of `wanted` that are missing in `present`. */
export const missingScopes = (present: string | undefined, wanted: string): string[] => {
  const have = new Set(split(present))
  return split(wanted).filter(scope => !have.has(scope))
}

/** Whether `present` has every scope of `wanted`, in any order. */
export const includesScopes = (present: string | undefined, wanted: string): boolean =>
  missingScopes(present, wanted).length === 0

/**
 * The scopes of a client by audience, `default` for all others.
 *
 * @param scope for every audience, or by audience
 * @param sessionScope is always added, as `openid` is
 */
export const scopesByAudience = (scope: unknown, sessionScope: string): Record<string, string> => {
  const complete = (part?: unknown): string => mergeScopes('openid', part, sessionScope)
  if (!isPlain(scope)) return { default: complete(scope) }
  const rows = Object.entries(scope as object)
  return {
    default: complete(),
    ...Object.fromEntries(rows.map(([audience, scopes]) => [audience, complete(scopes)])),
  }
}
