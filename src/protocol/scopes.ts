/** The audience of tokens for which none was asked. It is never sent. */
export const DEFAULT_AUDIENCE = 'default'

const split = (scope: string | undefined): string[] => scope?.match(/\S+/g) ?? []

/** Joins scope strings into one; in the order of first occurrence. */
export const mergeScopes = (...scopes: (string | undefined)[]): string =>
  [...new Set(scopes.flatMap(split))].join(' ')

/** The scopes of `wanted` that are missing in `present`. */
export const missingScopes = (present: string | undefined, wanted: string): string[] => {
  const have = new Set(split(present))
  return split(wanted).filter(scope => !have.has(scope))
}

/** Whether `present` has every scope of `wanted`, in any order. */
export const includesScopes = (present: string | undefined, wanted: string): boolean =>
  missingScopes(present, wanted).length === 0
