import { isBrowser, requireBrowser } from './environment.ts'
import { parseUrl } from './parse-url.ts'

/**
 * The URL of this page.
 *
 * @throws InvalidConfigurationError on a server
 */
export const currentUrl = (): string => {
  requireBrowser()
  return location.href
}

/** Scheme and host of this page; `undefined` on a server. */
export const currentOrigin = (): string | undefined =>
  typeof location === 'undefined' ? undefined : location.origin

/** The origin of this page if the browser treats it as secure, which it may do with plain http too. */
export const secureOrigin = (): string | undefined =>
  globalThis.isSecureContext ? currentOrigin() : undefined

/** A URL relative to the base URL of this page, as in a link; one with a scheme stays as it is. */
export const absoluteUrl = (url: string): string => {
  const isRelative = isBrowser() && !parseUrl(url)
  return (isRelative && parseUrl(url, document.baseURI)?.href) || url
}

/** The `state` next to a `code` in the URL of this page, also behind a `#`. */
export const stateInUrl = (): string | undefined => {
  const url = isBrowser() ? location.href : ''
  const [pair] = (/[?&#/]code=/.test(url) && /[?&#/]state=[^&#]*/.exec(url)) || []
  return pair ? (new URLSearchParams(pair.slice(1)).get('state') ?? undefined) : undefined
}

/**
 * Leaves this page; `replace` replaces its entry in the history.
 *
 * @throws InvalidConfigurationError on a server
 */
export const navigate = (url: string, { replace = false } = {}): void => {
  requireBrowser()
  if (replace) location.replace(url)
  else location.assign(url)
}

/**
 * Removes parameters from the address bar, also behind a `#`. The path, the other parameters, the
 * route and the state of the history entry stay exactly as they are. Does nothing where the browser
 * does not allow it, such as in a sandboxed document.
 */
export const removeQueryParameters = (names: readonly string[]): void => {
  const isNamed = (pair: string): boolean => {
    // Some routers write `#/code=…` for `#code=…`.
    const params = new URLSearchParams(pair.replace(/^\//, ''))
    return names.some(name => params.has(name))
  }
  const url = location.href.replace(/([?#])([^?#]*)/g, (_, mark: string, text: string) => {
    const kept = text.split('&').filter(pair => !isNamed(pair))
    return kept.length ? mark + kept.join('&') : ''
  })
  try {
    if (url !== location.href) history.replaceState(history.state, '', url)
  } catch {
    // The parameters stay.
  }
}

/** A parameter of the page's URL. */
export const queryParameter = (name: string): string | undefined =>
  new URLSearchParams(location.search).get(name) ?? undefined
