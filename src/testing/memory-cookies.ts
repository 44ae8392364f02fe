import type { Cookies } from '../browser/cookies.ts'

/** Cookies in memory, so that a test leaves none behind. */
export const createMemoryCookies = (): Cookies => {
  const values = new Map<string, string>()
  return {
    get: name => JSON.parse(values.get(name) ?? 'null') ?? undefined,
    set: (name, value) => {
      values.set(name, JSON.stringify(value))
    },
    remove: name => {
      values.delete(name)
    },
    names: () => [...values.keys()],
  }
}
