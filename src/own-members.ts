/**
 * A copy with the own members of the objects; later ones take precedence. It has no prototype, so a
 * member that is missing is never read from a polluted `Object.prototype`.
 */
export const ownMembers = <T extends object>(
  first?: T | null,
  ...others: (Partial<T> | null | undefined)[]
): T => Object.assign(Object.create(null), first, ...others)
