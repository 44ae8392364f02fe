import type { Cookies } from '../browser/cookies.ts'

/** Cookies in memory, so that a test leaves none behind. */
export const createMemoryCookies = (): Cookies => {
  const values = new Map<string, string>()
  const get = (name: string): unknown => JSON.parse(values.get(name) ?? 'null') ?? undefined
  return {
    get,
    all: name => (values.has(name) ? [get(name)] : []),
    set: (name, value) => {
      values.set(name, JSON.stringify(value))
    },
    remove: name => {
      values.delete(name)
    },
    names: () => [...values.keys()],
  }
}
