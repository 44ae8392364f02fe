import { isBrowser } from './environment.ts'

/** The URL of this page. */
export const currentUrl = (): string => location.href

/** Scheme and host of this page; `undefined` on a server. */
export const currentOrigin = (): string | undefined =>
  typeof location === 'undefined' ? undefined : location.origin

/** The `state` next to a `code` in the URL of this page, also behind the `#` of a hash route. */
export const stateInUrl = (): string | undefined => {
  const url = isBrowser() ? location.href : ''
  const [pair] = (/[?&]code=/.test(url) && /[?&]state=[^&#]*/.exec(url)) || []
  return pair ? (new URLSearchParams(pair.slice(1)).get('state') ?? undefined) : undefined
}

/** Leaves this page; `replace` replaces its entry in the history. */
export const navigate = (url: string, { replace = false } = {}): void =>
  replace ? location.replace(url) : location.assign(url)

/**
 * Removes parameters from the address bar, also behind the `#` of a hash route. The path, the other
 * parameters, the fragment and the state of the history entry stay exactly as they are. Does nothing
 * where the browser does not allow it, such as in a sandboxed document.
 */
export const removeQueryParameters = (names: readonly string[]): void => {
  const [, before, query = '', after = ''] = location.href.match(/^([^?]*)\?([^#]*)(.*)$/) ?? []
  const nameOf = (pair: string): string => [...new URLSearchParams(pair).keys()][0] ?? ''
  const kept = query.split('&').filter(pair => !names.includes(nameOf(pair)))
  const url = before && before + (kept.length ? `?${kept.join('&')}` : '') + after
  try {
    if (url) history.replaceState(history.state, '', url)
  } catch {
    // The parameters stay.
  }
}

/** A parameter of the page's URL. */
export const queryParameter = (name: string): string | undefined =>
  new URLSearchParams(location.search).get(name) ?? undefined
