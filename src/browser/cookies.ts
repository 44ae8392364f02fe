import { parseJson } from './parse-json.ts'

/** How cookies are written: see the client options of the same names. */
export interface CookieSettings {
  domain: string | undefined
  /** Also write a copy without `SameSite` for browsers that reject `SameSite=None`. */
  withLegacyCopy: boolean
  /** Use `max-age` in place of `expires`, which depends on the clock of this machine. */
  byDuration?: boolean
}

/** Cookies by name, each holding one JSON value. */
export interface Cookies {
  /** `undefined` if the cookie is missing, its value is not JSON, or several have this name. */
  get(name: string): unknown
  /** The values of all cookies with this name: siblings of this host can add to ours. */
  all(name: string): unknown[]
  set(name: string, value: unknown, lifetimeMs: number): void
  remove(name: string): void
  /** The names of all cookies, without the prefix of the legacy copies. */
  names(): string[]
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** None without a `document`, and where the browser denies cookies, such as in a sandboxed frame. */
const pairs = (): [string, string][] => {
  try {
    return document.cookie
      .split('; ')
      .filter(Boolean)
      .map(pair => {
        const at = pair.indexOf('=')
        return [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
      })
  } catch {
    return []
  }
}

/** Where cookies are missing or denied, nothing is written. */
export const createCookies = ({ domain, withLegacyCopy, byDuration }: CookieSettings): Cookies => {
  const legacyNameOf = (name: string): string => `_legacy_${name}`

  const write = (
    name: string,
    value: string,
    lifetimeMs: number,
    withCopy = withLegacyCopy,
  ): void => {
    const ends = byDuration
      ? `max-age=${Math.round(lifetimeMs / 1000)}`
      : `expires=${new Date(Date.now() + lifetimeMs).toUTCString()}`
    const common = `path=/; ${ends}${domain ? `; domain=${domain}` : ''}`
    const writeAs = (as: string, sameSite: string): void => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and not synchronous
      document.cookie = `${encodeURIComponent(as)}=${encodeURIComponent(value)}; ${common}${sameSite}`
    }
    try {
      const secure = location.protocol === 'https:' ? '; secure' : ''
      writeAs(name, secure && `${secure}; samesite=none`)
      if (withCopy) writeAs(legacyNameOf(name), secure)
    } catch {
      // Those who need the cookie read it.
    }
  }

  const all = (name: string): unknown[] =>
    pairs()
      .filter(([found]) => found === name)
      .map(([, text]) => parseJson(text))

  return {
    get: name => {
      const values = all(name)
      const [value, ...others] = values.length || !withLegacyCopy ? values : all(legacyNameOf(name))
      return others.length ? undefined : value
    },
    all,
    set: (name, value, lifetimeMs) => write(name, JSON.stringify(value), lifetimeMs),
    remove: name => write(name, '', -Date.now(), true),
    names: () => [...new Set(pairs().map(([name]) => name.replace(/^_legacy_/, '')))],
  }
}
