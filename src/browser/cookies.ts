import { parseJson } from './parse-json.ts'

/** How cookies are written: see the client options of the same names. */
export interface CookieSettings {
  domain: string | undefined
  /** Write and read a twin without `SameSite`, for browsers that choke on `SameSite=None`. */
  withLegacyTwin: boolean
  /** Say how long a cookie lasts instead of until when: right whatever this page's clock says. */
  byDuration?: boolean
}

/** Cookies by name, each holding one JSON value. */
export interface Cookies {
  /** `undefined` when there is none, or what it holds is no JSON. */
  get(name: string): unknown
  set(name: string, value: unknown, lifetimeMs: number): void
  remove(name: string): void
  /** Names of all cookies; a twin counts under the name of the cookie it doubles. */
  names(): string[]
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const pairs = (): [string, string][] =>
  typeof document === 'undefined'
    ? []
    : document.cookie
        .split('; ')
        .filter(Boolean)
        .map(pair => {
          const at = pair.indexOf('=')
          return [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
        })

/** Nothing happens, and nothing is found, where there is no document. */
export const createCookies = ({ domain, withLegacyTwin, byDuration }: CookieSettings): Cookies => {
  const twinOf = (name: string): string => `_legacy_${name}`

  const write = (
    name: string,
    value: string,
    lifetimeMs: number,
    withTwin = withLegacyTwin,
  ): void => {
    if (typeof document === 'undefined') return
    const ends = byDuration
      ? `max-age=${Math.round(lifetimeMs / 1000)}`
      : `expires=${new Date(Date.now() + lifetimeMs).toUTCString()}`
    const common = `path=/; ${ends}${domain ? `; domain=${domain}` : ''}`
    const secure = location.protocol === 'https:' ? '; secure' : ''
    const put = (as: string, sameSite: string): void => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and not synchronous
      document.cookie = `${encodeURIComponent(as)}=${encodeURIComponent(value)}; ${common}${sameSite}`
    }
    put(name, secure && `${secure}; samesite=none`)
    if (withTwin) put(twinOf(name), secure)
  }

  return {
    get: name => {
      const found = new Map(pairs().reverse())
      return parseJson(found.get(name) ?? (withLegacyTwin ? found.get(twinOf(name)) : undefined))
    },
    set: (name, value, lifetimeMs) => write(name, JSON.stringify(value), lifetimeMs),
    remove: name => write(name, '', -Date.now(), true),
    names: () => [...new Set(pairs().map(([name]) => name.replace(/^_legacy_/, '')))],
  }
}
