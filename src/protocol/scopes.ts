/** The key under which "no audience" is stored. It never goes on the wire. */
export const DEFAULT_AUDIENCE = 'default'

const split = (scope: string | undefined): string[] => scope?.match(/\S+/g) ?? []

/** Joins scope strings into one; the first mention of a scope decides its place. */
export const mergeScopes = (...scopes: (string | undefined)[]): string =>
  [...new Set(scopes.flatMap(split))].join(' ')

/** The scopes of `wanted` that `held` lacks. */
export const missingScopes = (held: string | undefined, wanted: string): string[] => {
  const have = new Set(split(held))
  return split(wanted).filter(scope => !have.has(scope))
}

/** Whether `held` has every scope of `wanted`, in whatever order. */
export const includesScopes = (held: string | undefined, wanted: string): boolean =>
  missingScopes(held, wanted).length === 0
